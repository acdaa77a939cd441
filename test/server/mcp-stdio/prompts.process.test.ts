import { describe, expect, it } from 'vitest';
import { json, temporaryProject } from '../../cli/temporary-project.js';
import { type ConnectedClient, connectModernClient, connectSdkClient, untilCurrent } from './connected-client.js';

describe.each([
  { era: '2025', connect: connectSdkClient },
  { era: '2026-07-28', connect: connectModernClient },
])('the prompts for a client of $era', ({ connect }) => {
  it('come in their order, with titles and what they want to know', async () => {
    await using project = await temporaryProject();
    await using client = await connect(project.root);
    const { prompts } = await client.client.listPrompts();
    expect(prompts).toMatchObject([
      { name: 'answer_from_docs', title: expect.any(String), arguments: [{ name: 'question', required: true }, {}] },
      { name: 'find_contradictions', title: expect.any(String), arguments: [{ name: 'topic', required: true }, {}] },
      { name: 'what_changed_since', title: expect.any(String), arguments: [{ name: 'since', required: true }] },
    ]);
  });

  it('bring the passages that they are about, with their places', async () => {
    await using project = await temporaryProject();
    await using client = await connect(project.root);
    await untilCurrent(client);
    const answering = await promptText(client, 'answer_from_docs', { question: 'What is zymurgy?' });
    expect(answering).toMatch(/What is zymurgy\?[\s\S]+docs\/yeast\.md:1-\d[\s\S]+generation 1/);
    const comparing = await promptText(client, 'find_contradictions', { topic: 'yeast', pathPrefix: 'docs/g' });
    expect(comparing).toContain('docs/guide.md:');
    expect(comparing).not.toContain('docs/yeast.md:');
    const finding = await promptText(client, 'answer_from_docs', { question: 'x', pathPrefix: 'nowhere/' });
    expect(finding).toContain('No passage was found.');
  });

  it('tell what changed since a tag, a time or a generation, which can be completed', async () => {
    await using project = await temporaryProject();
    await json(['index', '--root', project.root]);
    await json(['tag', 'release', '1', '--root', project.root]);
    await project.write('docs/new.md', '# New\n');
    await json(['index', '--root', project.root]);
    await using client = await connect(project.root);
    await untilCurrent(client);
    expect(await promptText(client, 'what_changed_since', { since: 'release' })).toContain('added: docs/new.md');
    const ref = { type: 'ref/prompt', name: 'what_changed_since' } as const;
    const { completion } = await client.client.complete({ ref, argument: { name: 'since', value: 'rel' } });
    expect(completion.values).toEqual(['release']);
    const lost = client.client.getPrompt({ name: 'what_changed_since', arguments: { since: 'releese' } });
    await expect(lost).rejects.toMatchObject({ code: -32_602, message: expect.stringMatching('TAG_NOT_FOUND') });
  });
});

async function promptText(client: ConnectedClient, name: string, given: Record<string, string>): Promise<string> {
  const { messages } = await client.client.getPrompt({ name, arguments: given });
  return JSON.stringify(messages).replaceAll('\\n', '\n');
}
