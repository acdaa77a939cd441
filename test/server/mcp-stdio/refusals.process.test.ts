/** Failures as a model reads them: what is wrong, and a way on. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TemporaryProject, temporaryProject } from '../../cli/temporary-project.js';
import { type ConnectedClient, connectModernClient, connectSdkClient, untilCurrent } from './connected-client.js';

const QUERY_ARGUMENTS = 'query, limit, cursor, pathPrefix, detail, as_of, explain';

const REFUSED: readonly (readonly [tool: string, input: Record<string, unknown>, fault: string])[] = [
  ['query_documents', {}, 'query: is missing'],
  ['query_documents', { query: ' ' }, 'query: must not be empty'],
  ['query_documents', { query: 'x', limit: 51 }, 'limit: expected a whole number from 1 to 50, found 51'],
  ['query_documents', { query: 'x', limit: 99.5 }, 'limit: expected a whole number from 1 to 50, found 99.5\n'],
  ['query_documents', { query: 'x', limit: '5' }, 'limit: expected a whole number from 1 to 50, found "5"'],
  [
    'query_documents',
    { query: 'x', detail: 'long' },
    'detail: expected one of "brief", "normal", "full", found "long"',
  ],
  ['query_documents', { query: 'x', explain: 'yes' }, 'explain: expected true or false, found "yes"'],
  ['query_documents', { query: ['x'] }, 'query: expected a text, found ["x"]'],
  ['query_documents', { query: 'x'.repeat(4001) }, 'query: expected at most 4000 characters, found 4001'],
  ['query_documents', { query: 'x', limmit: 5 }, `"limmit" is no argument, there are ${QUERY_ARGUMENTS}`],
  ['query_documents', { q: 'x', k: 5 }, `query: is missing; "q", "k" are no arguments, there are ${QUERY_ARGUMENTS}`],
  ['get_document', { path: 'README.md', startLine: 0 }, 'startLine: expected a whole number of at least 1, found 0'],
  ['get_document', { path: 'README.md', startLine: 99 }, 'it has lines 1 to 3, asked for 99 to the last'],
  ['compare_generations', {}, 'from: is missing'],
  ['compare_generations', { from: 1.5 }, 'from: expected the number of a generation, a tag, or a time as'],
  ['rollback_index', {}, 'give either generation or tag, and not both'],
  ['rollback_index', { generation: 1, tag: 'a' }, 'give either generation or tag, and not both'],
  ['rollback_index', { generation: 0 }, 'generation: expected a number from list_generations; a tag or a time is'],
  ['rollback_index', { generation: 'a' }, 'generation: expected a number from list_generations; a tag or a time is'],
  ['index_status', { asOf: '1' }, '"asOf" is no argument, there are as_of'],
  ['resume_index', { sessionId: 'x' }, '"sessionId" is no argument, it takes none'],
  ['reindex', { path: 'README.md' }, '"path" is no argument, it takes none'],
];

/** What models write for `docs/yeast.md`. */
const ALMOST = [
  'yeast.md',
  'docs/Yeast.md',
  '/home/me/project/docs/yeast.md',
  'docs/yeast.md:3',
  'docs/yeast.md:3-9',
  'docs/yeast.md#ale',
  'docs/yeast',
  'docs\\yeast.md',
  'snapdex://docs/docs/yeast.md',
];

describe.each([
  { era: '2025', connect: connectSdkClient },
  { era: '2026-07-28', connect: connectModernClient },
])('a refusal for a client of $era', ({ connect }) => {
  let project: TemporaryProject;
  let client: ConnectedClient;
  beforeAll(async () => {
    project = await temporaryProject();
    client = await connect(project.root);
    await untilCurrent(client);
  });
  afterAll(async () => {
    await client[Symbol.asyncDispose]();
    await project[Symbol.asyncDispose]();
  });

  it.each(REFUSED)('names the argument, and what is allowed: %s %j', async (tool, input, fault) => {
    const { isError, text } = await client.call(tool, input);
    expect(isError).toBe(true);
    expect(text).toMatch(/^INVALID_REQUEST: .+\nWhat to do: .+$/);
    expect(text).toContain(fault);
    expect((await untilCurrent(client)).isError).toBe(false);
  });

  it.each(ALMOST)('of a path names the document that was meant: %s', async (path) => {
    for (const tool of ['get_document', 'related_documents']) {
      const { text } = await client.call(tool, { path });
      expect(text).toMatch(/^DOCUMENT_NOT_FOUND: .+; there is "docs\/yeast\.md"\nWhat to do: Call list_documents/);
    }
  });

  it('of a path that is like no other says how to find one', async () => {
    const { isError, text } = await client.call('get_document', { path: 'docs/nowhere.md' });
    expect(isError).toBe(true);
    expect(text).toMatch(/^DOCUMENT_NOT_FOUND: .*nowhere\.md": the index has none of that path\nWhat to do: Call list/);
  });

  it('of a file that is left out says why it is', async () => {
    await using bad = await temporaryProject({ 'good.md': '# Good\n', 'nul.md': 'a\0b\n' });
    await using other = await connect(bad.root);
    await untilCurrent(other);
    const { isError, text } = await other.call('get_document', { path: 'nul.md' });
    expect(isError).toBe(true);
    expect(text).toMatch(/^DOCUMENT_NOT_UTF8: nul\.md: .+ left out of the index\nWhat to do: (?!Call list)/);
  });

  it('of a question without a word says that it has none', async () => {
    const { isError, text } = await client.call('query_documents', { query: '📅' });
    expect([isError, text]).toEqual([false, expect.stringContaining('It has no word to look for: ask with words.')]);
  });

  it('of a generation names the tool that lists them', async () => {
    const { text } = await client.call('query_documents', { query: 'x', as_of: 'yesterday' });
    expect(text).toMatch(/^TAG_NOT_FOUND: "yesterday": .+\nWhat to do: Give a number that list_generations names, /);
  });

  it('tells why there is no index when the root is wrong, instead of leaving', async () => {
    await using lost = await connect('/no/such/folder');
    const failed = await lost.call('query_documents', { query: 'x' });
    expect(failed).toMatchObject({ isError: true, text: expect.stringContaining('ROOT_MISSING') });
  });
});
