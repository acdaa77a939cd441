import { describe, expect, it } from 'vitest';
import { documentUri } from '../../../dist/server/resources/document-uri.js';
import { json, temporaryProject } from '../../cli/temporary-project.js';
import { realTokens } from '../real-tokens.js';
import {
  type ConnectedClient,
  connectModernClient,
  connectSdkClient,
  untilCurrent,
  untilPending,
} from './connected-client.js';

const TEMPLATE = 'snapdex://docs/{+path}';

describe.each([
  { era: '2025', connect: connectSdkClient },
  { era: '2026-07-28', connect: connectModernClient },
])('the resources for a client of $era', ({ era, connect }) => {
  it('are the documents, page by page', async () => {
    const many = Array.from({ length: 230 }, (_, number) => [`docs/${number}.md`, `# Document ${number}\n`]);
    await using project = await temporaryProject(Object.fromEntries(many));
    await using client = await connect(project.root);
    await untilCurrent(client);
    const names = await allNames(client);
    // The client of 2026-07-28 goes through the pages by itself.
    expect(names.pages).toBe(era === '2025' ? 3 : 1);
    expect(names.found).toEqual(many.map(([path]) => path).sort());
  });

  it('are read by the URI that the list gives, whatever the name, or as a client escapes it', async () => {
    await using project = await temporaryProject({ 'a/größe & maß #1 100%?.md': '# Maß\n', 'b/plain.md': '# Plain\n' });
    await using client = await connect(project.root);
    await untilCurrent(client);
    const { resources } = await client.client.listResources({});
    expect(resources).toMatchObject([{ title: 'Maß', mimeType: 'text/markdown', size: 7 }, { title: 'Plain' }]);
    for (const { uri, name } of resources) {
      const { contents } = await client.client.readResource({ uri });
      expect(contents).toMatchObject([{ uri, mimeType: 'text/markdown', text: expect.stringMatching(/^# /) }]);
      expect(name).toMatch(/\.md$/);
    }
    const plain = await client.client.readResource({ uri: 'snapdex://docs/b/plain.md#plain' });
    expect(plain.contents).toMatchObject([{ text: '# Plain\n' }]);
  });

  it('are completed by the beginning of their path, or else by a part of it', async () => {
    await using project = await temporaryProject();
    await using client = await connect(project.root);
    await untilCurrent(client);
    const { resourceTemplates } = await client.client.listResourceTemplates();
    expect(resourceTemplates).toMatchObject([
      { uriTemplate: TEMPLATE, title: 'Document' },
      { uriTemplate: `${TEMPLATE}{?startLine,endLine}`, title: 'Lines of a document' },
    ]);
    for (const [value, paths] of [
      ['docs/y', ['docs/yeast.md']],
      ['YEAST', ['docs/yeast.md']],
      ['nothing', []],
    ] as const) {
      const ref = { type: 'ref/resource', uri: TEMPLATE } as const;
      const { completion } = await client.client.complete({ ref, argument: { name: 'path', value } });
      expect({ value, values: completion.values }).toEqual({ value, values: paths });
    }
  });

  it('are cut where they are longer than an answer of a tool may be, and are read on to their end', async () => {
    const text = Array.from({ length: 3000 }, (_, line) => `Line ${line + 1} says nothing of hops.\n`).join('');
    await using project = await temporaryProject({ 'docs/long & wide.md': text });
    await using client = await connect(project.root);
    await untilCurrent(client);
    const parts: string[] = [];
    for (let uri: string | undefined = documentUri('docs/long & wide.md'); uri !== undefined; ) {
      const part = await readPart(client, uri);
      expect(part.uri).toBe(uri);
      expect(realTokens(part.text)).toBeLessThan(8000);
      if (part.nextUri !== undefined) expect(part.text).toContain(`: read ${part.nextUri} to go on`);
      parts.push(part.text.replace(/\n\[cut here, after line \d+ of 3000: .+ get_document .+\]\n$/u, ''));
      uri = part.nextUri;
    }
    expect(parts.length).toBeGreaterThan(3);
    expect(parts.join('')).toBe(text);
  });

  it('are read by lines, and lines that are not there are refused with those that are', async () => {
    await using project = await temporaryProject({ 'a?startLine=1.md': 'one\ntwo\nthree\n', 'b?c.md': 'four\n' });
    await using client = await connect(project.root);
    await untilCurrent(client);
    const uri = documentUri('a?startLine=1.md');
    expect(await readPart(client, `${uri}?endLine=2&startLine=2`)).toMatchObject({ text: 'two\n' });
    expect(await readPart(client, uri)).toMatchObject({ text: 'one\ntwo\nthree\n' });
    expect(await readPart(client, 'snapdex://docs/b?c.md')).toMatchObject({ text: 'four\n' });
    for (const [lines, fault] of [
      ['startLine=4', /it has lines 1 to 3.*Ask for lines between 1 and 3/],
      ['endLine=none', /INVALID_REQUEST: .*endLine/],
    ] as const) {
      const refused = client.client.readResource({ uri: `${uri}?${lines}` });
      await expect(refused).rejects.toMatchObject({ code: -32_602, message: expect.stringMatching(fault) });
    }
  });

  it.each([
    'snapdex://docs/nowhere.md',
    'snapdex://docs/nowhere.md?startLine=2',
    'snapdex://docs/..%2F..%2Fetc%2Fpasswd',
    'snapdex://docs/%FF',
    'file:///etc/passwd',
  ])('has none at %s', async (uri) => {
    await using project = await temporaryProject();
    await using client = await connect(project.root);
    await untilCurrent(client);
    await expect(client.client.readResource({ uri })).rejects.toMatchObject({ code: -32_602, data: { uri } });
  });

  it('tell who subscribes of changes that another process commits', async () => {
    await using project = await temporaryProject();
    await json(['index', '--root', project.root]);
    await using client = await connect(project.root);
    await untilCurrent(client);
    await client.subscribe('snapdex://docs/docs/yeast.md');
    await json(['rollback', '1', '--yes', '--root', project.root]);
    await project.write('docs/yeast.md', '# Yeast\n\nOther words.\n');
    await project.write('docs/new.md', '# New\n');
    await json(['resume', '--root', project.root]);
    await json(['index', '--root', project.root]);
    await until(() => client.notices.includes('list') && client.notices.length > 1);
    expect(new Set(client.notices)).toEqual(new Set(['list', 'snapdex://docs/docs/yeast.md']));
  });

  it('tell when the file is no longer what was indexed, and whose text they give', async () => {
    await using project = await temporaryProject();
    await project.write('snapdex.toml', '[indexing]\ndebounce_window_seconds = 60\n');
    await using client = await connect(project.root);
    await untilCurrent(client);
    const [changed, gone] = ['snapdex://docs/docs/yeast.md', 'snapdex://docs/docs/guide.md'];
    const before = await client.client.readResource({ uri: gone });
    expect(before).toMatchObject({ _meta: { 'snapdex/stale': false, 'snapdex/changedSinceIndexed': false } });
    await project.write('docs/yeast.md', '# Yeast\n\nOther words.\n');
    await project.remove('docs/guide.md');
    await untilPending(client, 2);
    expect(await client.client.readResource({ uri: gone })).toMatchObject({
      contents: before.contents,
      _meta: { 'snapdex/stale': true, 'snapdex/changedSinceIndexed': true, 'snapdex/fileNow': 'gone' },
    });
    expect(await client.client.readResource({ uri: changed })).toMatchObject({
      contents: [{ text: '# Yeast\n\nOther words.\n' }],
    });
  });

  it('say why there are none when the root is wrong', async () => {
    await using client = await connect('/no/such/folder');
    await expect(client.client.listResources({})).rejects.toThrow(/ROOT_MISSING.+Check the spelling/);
  });
});

interface ReadPart {
  readonly uri: unknown;
  readonly text: string;
  readonly nextUri: string | undefined;
}

async function readPart({ client }: ConnectedClient, uri: string): Promise<ReadPart> {
  const { contents, _meta = {} } = await client.readResource({ uri });
  const [content = {}] = contents;
  const nextUri: unknown = Reflect.get(_meta, 'snapdex/nextUri');
  return {
    uri: Reflect.get(content, 'uri'),
    text: String(Reflect.get(content, 'text')),
    nextUri: nextUri === undefined ? undefined : String(nextUri),
  };
}

async function allNames(
  client: ConnectedClient,
): Promise<{ readonly pages: number; readonly found: readonly string[] }> {
  const found: string[] = [];
  let pages = 0;
  for (let cursor: string | undefined; ; ) {
    const page = await client.client.listResources(cursor === undefined ? {} : { cursor });
    found.push(...page.resources.map(({ name }) => name));
    pages += 1;
    cursor = page.nextCursor;
    if (cursor === undefined) return { pages, found };
  }
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 50));
}
