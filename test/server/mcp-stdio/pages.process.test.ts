import { expect, it } from 'vitest';
import { temporaryProject } from '../../cli/temporary-project.js';
import { connectSdkClient, untilCurrent } from './connected-client.js';

const LETTERS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
const TEXT = 'Zymurgy is the art of brewing beer from malt, hops, yeast and water';
const DOCUMENTS = Object.fromEntries(LETTERS.map((name) => [`${name}.md`, `# ${name}\n\n${TEXT} in ${name}.\n`]));
const FIRST_PAGE = /^The first page was of generation \d+: entries may be missing or come twice\./m;

it('pages go on where the last one ended when documents go in between, or say that they may not', async () => {
  await using project = await temporaryProject(DOCUMENTS);
  await using client = await connectSdkClient(project.root);
  await untilCurrent(client);
  const calls = [
    ['list_documents', { limit: 5 }],
    ['query_documents', { query: 'zymurgy', limit: 3 }],
    ['related_documents', { path: 'b.md', limit: 2 }],
  ] as const;
  const [list, query, related] = await Promise.all(calls.map(([name, input]) => client.call(name, input)));
  const { generation } = query?.answer ?? {};
  await project.remove('a.md');
  await client.call('reindex', {});
  const rest = await client.call('list_documents', { limit: 5, cursor: list?.answer.nextCursor });
  expect(rest.answer).toMatchObject({ documents: LETTERS.slice(5).map((name) => ({ path: `${name}.md` })) });
  expect(rest.text).not.toMatch(FIRST_PAGE);
  for (const [[name, input], first] of [
    [calls[1], query],
    [calls[2], related],
  ] as const) {
    const further = { ...input, cursor: first?.answer.nextCursor };
    const next = await client.call(name, further);
    expect(next.answer).toMatchObject({ firstPageGeneration: generation });
    expect(next.text).toMatch(FIRST_PAGE);
    const asBefore = await client.call(name, { ...further, as_of: generation });
    expect(asBefore.answer).not.toHaveProperty('firstPageGeneration');
  }
});

it('a cursor of another question or tool is refused, with what to do', async () => {
  await using project = await temporaryProject(DOCUMENTS);
  await using client = await connectSdkClient(project.root);
  await untilCurrent(client);
  const { answer } = await client.call('query_documents', { query: 'zymurgy', limit: 3 });
  for (const [name, input] of [
    ['query_documents', { query: 'other' }],
    ['list_documents', {}],
    ['list_generations', {}],
  ] as const) {
    const refused = await client.call(name, { ...input, cursor: answer.nextCursor });
    expect(refused).toMatchObject({
      isError: true,
      text: expect.stringMatching(/^INVALID_REQUEST: cursor .+ another/),
    });
    expect(refused.text).toContain('leave it out to begin at the start');
  }
});
