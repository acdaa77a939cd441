import { describe, expect, it } from 'vitest';
import { json, temporaryProject } from '../../cli/temporary-project.js';
import { connectModernClient, connectSdkClient, untilCurrent, untilPending } from './connected-client.js';

const TOOLS = [
  'query_documents',
  'get_document',
  'list_documents',
  'related_documents',
  'index_status',
  'list_generations',
  'compare_generations',
  'tag_generation',
  'rollback_index',
  'resume_index',
  'reindex',
];

/** Every tool that reads from a generation, and what to ask it of the document that the others name. */
const READING_TOOLS = [
  ['query_documents', { query: 'zymurgy' }],
  ['get_document', { path: 'docs/yeast.md' }],
  ['list_documents', {}],
  ['related_documents', { path: 'docs/yeast.md' }],
  ['index_status', {}],
] as const;

describe.each([
  { era: '2025', clientName: 'sdk-client', connect: connectSdkClient },
  { era: '2026-07-28', clientName: 'modern-client', connect: connectModernClient },
])('the tools for a client of $era', ({ clientName, connect }) => {
  it('come in their order, each with schemas, title, description and all four annotations', async () => {
    await using project = await temporaryProject();
    await using client = await connect(project.root);
    expect(await client.toolNames()).toEqual(TOOLS);
    for (const tool of await client.tools()) {
      expect(tool).toMatchObject({
        title: expect.any(String),
        description: expect.any(String),
        inputSchema: { type: 'object' },
        outputSchema: { type: 'object' },
        annotations: {
          readOnlyHint: expect.any(Boolean),
          destructiveHint: expect.any(Boolean),
          idempotentHint: expect.any(Boolean),
          openWorldHint: false,
        },
      });
    }
    expect(client.instructions).toContain('query_documents');
  });

  it('find, read and relate documents, and every answer names its generation and whether it is stale', async () => {
    await using project = await temporaryProject();
    await using client = await connect(project.root);
    const status = await untilCurrent(client);
    expect(status.answer).toMatchObject({ documents: 4, hold: null });
    const found = await client.call('query_documents', { query: 'zymurgy' });
    expect(found.answer).toMatchObject({ results: [{ path: 'docs/yeast.md', startLine: 1 }] });
    expect(found.text).toContain('docs/yeast.md:1-');
    const read = await client.call('get_document', { path: 'docs/guide.md', startLine: 5, endLine: 5 });
    expect(read.answer).toMatchObject({ title: 'Brewing guide', startLine: 5, endLine: 5, lines: 13 });
    expect(read.text).toContain('# Brewing guide');
    const listed = await client.call('list_documents', { pathPrefix: 'docs/' });
    expect(listed.answer).toMatchObject({ total: 3 });
    const related = await client.call('related_documents', { path: 'docs/yeast.md' });
    expect(related.answer).toMatchObject({
      backlinks: [{ path: 'docs/guide.md' }],
      brokenLinks: [{ target: 'missing.md', line: 3 }],
    });
    const generations = await client.call('list_generations');
    expect(generations.answer).toMatchObject({ generations: [{ generation: status.answer.generation }] });
    for (const outcome of [status, found, read, listed, related, generations]) {
      expect(outcome.isError).toBe(false);
      expect(outcome.answer).toMatchObject({ generation: status.answer.generation, stale: false });
      expect(outcome.text).toMatch(/— generation \d+, current$/);
    }
  });

  it('say beside each passage and text what has become of its file', async () => {
    await using project = await temporaryProject();
    await project.write('snapdex.toml', '[indexing]\ndebounce_window_seconds = 60\n');
    await using client = await connect(project.root);
    await untilCurrent(client);
    await project.write('docs/yeast.md', '# Yeast\n\nOther words.\n');
    await project.remove('docs/guide.md');
    await untilPending(client, 2);
    const passages = { query: 'zymurgy mash', detail: 'full' };
    const [found, changed, gone, related, prompt] = await Promise.all([
      client.call('query_documents', passages),
      client.call('get_document', { path: 'docs/yeast.md' }),
      client.call('get_document', { path: 'docs/guide.md' }),
      client.call('related_documents', { path: 'docs/yeast.md' }),
      client.client.getPrompt({ name: 'answer_from_docs', arguments: { question: 'zymurgy mash' } }),
    ]);
    for (const text of [found.text, JSON.stringify(prompt.messages)]) {
      expect(text).toContain('[the file has changed since this was indexed]');
      expect(text).toContain('[the file is gone since this was indexed]');
    }
    expect(changed.text).toMatch(
      /Other words\.\n\nThe file has changed since it was indexed; this is the file as it is now/,
    );
    expect(gone.text).toMatch(/The file is gone; this is the text that was indexed\.\n— generation \d+, stale/);
    expect(gone.answer).toMatchObject({ fileNow: 'gone', text: expect.stringContaining('Mash the malt') });
    expect(related.text).toMatch(/^docs\/yeast\.md — Yeast \[the file has changed/);
    expect(related.text).toContain('Brewing guide [the file is gone');
    for (const { answer } of [found, changed, gone, related]) expect(answer).toMatchObject({ stale: true });
  });

  it('name the title of a document first where it is none of its headings', async () => {
    await using project = await temporaryProject({ 'a.md': '---\ntitle: Netlify\n---\n\n## Usage\n\nMalt.\n' });
    await using client = await connect(project.root);
    await untilCurrent(client);
    expect((await client.call('query_documents', { query: 'malt' })).text).toContain('1. a.md:5-7 — Netlify > Usage (');
  });

  it('explain a score when asked to, and say for which word they took a misspelt one', async () => {
    await using project = await temporaryProject();
    await using client = await connect(project.root);
    await untilCurrent(client);
    const explained = await client.call('query_documents', { query: 'zymurgy', explain: true });
    const whole = { signal: 'document', adds: expect.any(Number), reason: expect.stringContaining('as a whole') };
    expect(explained.answer).toMatchObject({ results: [{ explanation: expect.arrayContaining([whole]) }] });
    const unexplained = await client.call('query_documents', { query: 'zymurgy' });
    expect(JSON.stringify(unexplained.answer)).not.toContain('"explanation"');
    expect(explained.text).toMatch(/\n {3}score \d\.\d{3}:\n {3}\d\.\d{3} the document as a whole/);
    const misspelt = await client.call('query_documents', { query: 'zymrugy' });
    expect(misspelt.answer).toMatchObject({ corrections: [{ asked: 'zymrugy', used: 'zymurgy' }] });
    expect(misspelt.text).toContain('No document says "zymrugy"; these results are for "zymurgy".');
  });

  it('roll the index back and resume it', async () => {
    await using project = await temporaryProject();
    await using client = await connect(project.root);
    const { answer } = await untilCurrent(client);
    const rolledBack = await client.call('rollback_index', { generation: answer.generation, reason: 'test' });
    expect(rolledBack.answer).toMatchObject({
      rolledBackTo: answer.generation,
      hold: { rolledBackTo: answer.generation },
    });
    expect((await client.call('index_status')).text).toContain('ON HOLD');
    expect((await client.call('resume_index')).answer).toMatchObject({ resumed: true });
    expect((await client.call('resume_index')).answer).toMatchObject({ resumed: false });
  });

  it('roll back to a tag, and the history tells why, to what and by whom', async () => {
    await using project = await temporaryProject();
    await json(['index', '--root', project.root]);
    await json(['tag', 'first', '1', '--root', project.root]);
    await using client = await connect(project.root);
    await untilCurrent(client);
    const unknown = await client.call('rollback_index', { tag: 'frist' });
    expect(unknown).toMatchObject({ isError: true, text: expect.stringMatching(/TAG_NOT_FOUND[\s\S]+first/) });
    expect(await client.call('rollback_index', {})).toMatchObject({ isError: true });
    const rolledBack = await client.call('rollback_index', { tag: 'first', reason: 'a bad merge' });
    expect(rolledBack.answer).toMatchObject({ rolledBackTo: 1, generation: 2 });
    const { answer, text } = await client.call('list_generations', { limit: 1 });
    expect(answer).toMatchObject({
      generations: [{ rolledBackTo: 1, reason: 'a bad merge', writer: expect.stringMatching(`^${clientName} `) }],
      olderTagged: [{ generation: 1, tags: ['first'] }],
    });
    expect(text).toMatch(/^2 — .+ rollback to 1 by .+ \(a bad merge\)\nOlder generations that are tagged: 1 \[first\]/);
  });

  it('answer from the past when asked to, by number, tag or time, and say so', async () => {
    await using project = await temporaryProject();
    await json(['index', '--root', project.root]);
    await json(['tag', 'first', '1', '--root', project.root]);
    const then = new Date().toISOString();
    await project.write('docs/yeast.md', '# Other\n\nNothing of that kind.\n');
    await json(['index', '--root', project.root]);
    await using client = await connect(project.root);
    await untilCurrent(client);
    for (const [name, input] of READING_TOOLS) {
      for (const asOf of [1, '1', 'first', then]) {
        const { answer, text, isError } = await client.call(name, { ...input, as_of: asOf });
        expect({ name, isError, ...answer }).toMatchObject({
          name,
          isError: false,
          generation: 1,
          asOf: { newest: 2 },
        });
        expect(text).toMatch(/— generation 1 of \S+, as asked for; the newest is 2$/);
      }
    }
    const before = await client.call('get_document', { path: 'docs/yeast.md', as_of: 1 });
    expect(before.answer.text).toContain('zymurgy');
    for (const [asOf, code] of [
      [4711, 'GENERATION_NOT_FOUND'],
      ['frist', 'TAG_NOT_FOUND'],
      ['2020-01-01', 'GENERATION_EXPIRED'],
    ] as const) {
      const failed = await client.call('list_documents', { as_of: asOf });
      expect(failed).toMatchObject({ isError: true, text: expect.stringMatching(`^${code}: .+\nWhat to do: .+`) });
    }
  });

  it('name and compare generations', async () => {
    await using project = await temporaryProject();
    await json(['index', '--root', project.root]);
    await project.write('docs/hops.md', '# Hops\n');
    await json(['index', '--root', project.root]);
    await using client = await connect(project.root);
    await untilCurrent(client);
    const tagged = await client.call('tag_generation', { name: 'before', generation: 1 });
    expect(tagged).toMatchObject({ answer: { tag: { name: 'before', generation: 1 } } });
    expect((await client.call('tag_generation', { name: 'before' })).text).toMatch(/^TAG_EXISTS/);
    const compared = await client.call('compare_generations', { from: 'before' });
    expect(compared.answer).toMatchObject({
      from: { generation: 1 },
      to: { generation: 2 },
      counts: { added: 1, unchanged: 4 },
      changes: [{ change: 'added', path: 'docs/hops.md' }],
    });
    expect(compared.text).toContain('added: docs/hops.md');
  });

  it('bring the index up to date while the caller waits, and say how far it is', async () => {
    const many = Array.from({ length: 300 }, (_, number) => [`${number}.md`, `# Document ${number}\n`]);
    await using project = await temporaryProject(Object.fromEntries(many));
    await using client = await connect(project.root);
    const messages: string[] = [];
    const outcome = await client.call('reindex', {}, { onProgress: (message) => messages.push(message) });
    expect(outcome.answer).toMatchObject({ documents: 300, stale: false });
    await client.call('reindex', {}, { onProgress: (message) => messages.push(message) });
    expect(messages).toContainEqual(expect.stringMatching(/^(comparing|indexing): \d+ of \d+$/));
  });

  it('show as much of the documents as was asked for', async () => {
    await using project = await temporaryProject();
    await using client = await connect(project.root);
    await untilCurrent(client);
    const places = await client.call('query_documents', { query: 'zymurgy', detail: 'brief' });
    expect(places.answer).toMatchObject({ results: [{ path: 'docs/yeast.md', snippet: '' }] });
    expect(places.text).not.toContain('pitch');
    const passages = await client.call('query_documents', { query: 'zymurgy', detail: 'full' });
    expect(passages.text).toContain('See [nothing]');
    const headings = await client.call('get_document', { path: 'docs/guide.md', detail: 'brief' });
    expect(headings.answer).toMatchObject({ text: '', lines: 13, outline: [{}, {}, {}] });
    expect(headings.text).toMatch(/title: "Brewing guide"[\s\S]+Headings by line:\n5: Brewing guide\n {2}7: Mashing/);
    const all = await client.call('get_document', { path: 'docs/guide.md', detail: 'full' });
    expect(all.text).toMatch(/Mash the malt[\s\S]+Headings by line:/);
  });

  it('keep every answer short, with a cursor or a line to go on with', async () => {
    const words = 'Malt, hops, yeast and water in many words. '.repeat(20);
    const documents = Array.from({ length: 400 }, (_, number) => [
      `${'long-folder-name/'.repeat(6)}${number}.md`,
      `# Document ${number}\n\n${words}\n\nSee [the hub](/hub.md).\n`,
    ]);
    await using project = await temporaryProject({ 'hub.md': '# Hub\n', ...Object.fromEntries(documents) });
    await json(['index', '--root', project.root]);
    await project.write('last.md', '# Last\n');
    await json(['index', '--root', project.root]);
    await using client = await connect(project.root);
    await untilCurrent(client);
    for (const [name, input] of [
      ['query_documents', { query: 'malt', limit: 50, detail: 'full', explain: true }],
      ['list_documents', { limit: 500 }],
      ['related_documents', { path: 'hub.md', limit: 100 }],
    ] as const) {
      const { answer, text } = await client.call(name, input);
      expect({ name, cursor: answer.nextCursor }).toEqual({ name, cursor: expect.any(String) });
      expect(Math.max(text.length, JSON.stringify(answer).length)).toBeLessThanOrEqual(32_000);
      const next = await client.call(name, { ...input, cursor: answer.nextCursor });
      expect({ name, isError: next.isError }).toEqual({ name, isError: false });
    }
  });

  it('take a path that begins with "./" or "/", and say that nothing lies below a prefix', async () => {
    await using project = await temporaryProject();
    await using client = await connect(project.root);
    await untilCurrent(client);
    for (const path of ['./docs/yeast.md', '/docs/yeast.md']) {
      expect((await client.call('get_document', { path })).answer).toMatchObject({ title: 'Yeast' });
      expect((await client.call('related_documents', { path })).answer).toMatchObject({ path: 'docs/yeast.md' });
    }
    expect((await client.call('list_documents', { pathPrefix: './docs/' })).answer).toMatchObject({ total: 3 });
    for (const [name, asked] of [
      ['query_documents', { query: 'yeast' }],
      ['list_documents', {}],
    ] as const) {
      const { text } = await client.call(name, { ...asked, pathPrefix: 'doc/' });
      expect(text).toContain('No document lies below "doc/"');
      expect(text).not.toContain('other words');
    }
  });

  it('cannot be made to speak in control characters by a document or its name', async () => {
    await using project = await temporaryProject({ '\u001b[2J.md': '# Zymurgy \u202e\n\n\u001b]0;owned\u0007\n' });
    await using client = await connect(project.root);
    await untilCurrent(client);
    const found = await client.call('query_documents', { query: 'zymurgy' });
    const listed = await client.call('list_documents');
    const read = await client.call('get_document', { path: '\u001b[2J.md' });
    for (const { text } of [found, listed, read]) {
      expect(text).toContain('\\u001b[2J.md');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what must not be there
      expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e]/u);
    }
    expect(read.answer.text).toContain('\u001b]0;owned');
  });

  it('say that they take no other arguments, and take the filler of a client that must send one', async () => {
    await using project = await temporaryProject();
    await using client = await connect(project.root);
    for (const tool of await client.tools()) {
      expect(tool).toMatchObject({ inputSchema: { type: 'object', additionalProperties: false } });
    }
    expect(await client.call('resume_index', { random_string: 'x' })).toMatchObject({ isError: false });
  });

  it('show the client by its own name in the status', async () => {
    await using project = await temporaryProject();
    await using client = await connect(project.root);
    const { answer } = await untilCurrent(client);
    expect(answer.instances).toMatchObject([{ client: clientName }]);
  });

  it('cut a long document and name the line to go on with', async () => {
    const lines = Array.from({ length: 4000 }, (_, line) => `line ${line + 1} of a long document`);
    await using project = await temporaryProject({ 'long.md': `${lines.join('\n')}\n` });
    await using client = await connect(project.root);
    await untilCurrent(client);
    const first = await client.call('get_document', { path: 'long.md' });
    const endLine = Number(first.answer.endLine);
    expect(endLine).toBeLessThan(4000);
    expect(first.text).toContain(`startLine ${endLine + 1}`);
    expect(first.answer.nextStartLine).toBe(endLine + 1);
    expect(JSON.stringify(first.answer).length).toBeLessThanOrEqual(32_000);
    const second = await client.call('get_document', { path: 'long.md', startLine: endLine + 1 });
    expect(second.answer.text).toMatch(new RegExp(`^line ${endLine + 1} of`, 'u'));
  });
});

describe('the protocol', () => {
  it('is the 2026-07-28 revision for a client that knows it', async () => {
    await using project = await temporaryProject();
    await using client = await connectModernClient(project.root);
    expect(client.protocolVersion).toBe('2026-07-28');
  });
});
