import { createHash } from 'node:crypto';
import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Project, pathsIn, problemCodes, projectWith, until, untilCurrent } from './temporary-project-index.js';

describe.each([
  { what: 'its manifest is cut short', harm: (head: string) => truncate(join(head, 'manifest.json'), 40) },
  { what: 'its manifest has other bytes', harm: (head: string) => flipByte(join(head, 'manifest.json')) },
  { what: 'its manifest is empty', harm: (head: string) => truncate(join(head, 'manifest.json'), 0) },
  { what: 'its manifest is gone', harm: (head: string) => rm(join(head, 'manifest.json')) },
  { what: 'its segment is cut short', harm: async (head: string) => truncate(await segmentIn(head), 100) },
  { what: 'its segment is empty', harm: async (head: string) => truncate(await segmentIn(head), 0) },
  { what: 'its segment begins with other bytes', harm: async (head: string) => flipByte(await segmentIn(head), 3) },
  { what: 'its segment is gone', harm: async (head: string) => rm(await segmentIn(head)) },
])('an index whose newest generation is damaged: $what', ({ harm }) => {
  it('serves the newest intact one to a reader, names the damage and deletes nothing', async () => {
    await using project = await twoGenerations();
    const head = join(project.indexPath, 'generations', '0000000002');
    await harm(head);
    const filesBefore = (await readdir(project.indexPath, { recursive: true })).filter(isContent);
    const index = await project.open({ mode: 'read' });
    expect(await pathsIn(index)).toEqual(['a.md']);
    expect(await index.status()).toMatchObject({ generation: 1, stale: true });
    expect((await problemCodes(index)).join()).toMatch(/GENERATION_DAMAGED|SEGMENT_DAMAGED/);
    expect(await index.verify()).toMatchObject({ ok: false });
    await index.close();
    const filesAfter = await readdir(project.indexPath, { recursive: true });
    expect(filesAfter).toEqual(expect.arrayContaining(filesBefore));
  });

  it('heals by itself where documents are indexed', async () => {
    await using project = await twoGenerations();
    await harm(join(project.indexPath, 'generations', '0000000002'));
    const index = await project.open();
    index.start();
    await until(async () => (await pathsIn(index)).join() === 'a.md,b.md');
    await untilCurrent(index);
    // The damaged generation stays in the history, so a warning about it may stay too.
    expect((await problemCodes(index)).filter((code) => code !== 'STORE_WARNING')).toEqual([]);
    expect((await index.search({ query: 'bilberry' })).results[0]?.path).toBe('b.md');
    await project.write('c.md', '# C\n');
    await until(async () => (await pathsIn(index)).length === 3);
  });

  it('heals in one run of `index`', async () => {
    await using project = await twoGenerations();
    await harm(join(project.indexPath, 'generations', '0000000002'));
    await project.index();
    const index = await project.open({ mode: 'read' });
    expect(await pathsIn(index)).toEqual(['a.md', 'b.md']);
    expect(await index.status()).toMatchObject({ stale: false, problems: [] });
  });
});

describe('an index', () => {
  it('that is found damaged by a question about the past heals, if the newest generation has the damage too', async () => {
    await using project = await twoGenerations();
    await using index = await project.open();
    index.start();
    await untilCurrent(index);
    // It has read all of this segment by now, and looks at the file no more.
    await flipByte(await segmentIn(join(project.indexPath, 'generations', '0000000001')), 100);
    await expect(index.search({ query: 'apricot', asOf: '1' })).rejects.toMatchObject({ code: 'SEGMENT_DAMAGED' });
    await untilCurrent(index);
    const fresh = await project.open({ mode: 'read' });
    await fresh.status();
    expect(await pathsIn(fresh)).toEqual(['a.md', 'b.md']);
    expect((await fresh.search({ query: 'bilberry' })).results[0]?.path).toBe('b.md');
    expect(await problemCodes(fresh)).toEqual([]);
  });

  it.each([
    { what: 'segments are', file: segmentIn },
    { what: 'manifests are', file: async (generation: string) => join(generation, 'manifest.json') },
  ])('whose $what harmed while it is open is found damaged by a question, and heals', async ({ file }) => {
    await using project = await twoGenerations();
    await using index = await project.open();
    index.start();
    await untilCurrent(index);
    expect((await index.search({ query: 'bilberry' })).results[0]?.path).toBe('b.md');
    for (const name of await readdir(join(project.indexPath, 'generations')))
      await truncate(await file(join(project.indexPath, 'generations', name)), 100);
    // The answer may be of nothing, and is never an error.
    await index.search({ query: 'bilberry' });
    await until(async () => (await index.search({ query: 'bilberry' })).results[0]?.path === 'b.md');
    await untilCurrent(index);
    expect(await pathsIn(index)).toEqual(['a.md', 'b.md']);
  });

  it.each([
    { what: 'documents', section: 1 },
    { what: 'terms', section: 14 },
    { what: 'paths', section: 3 },
    { what: 'hashes of files', section: 2 },
  ])(
    'whose $what are harmed is found damaged by the question that needs them, and the older one answers',
    async ({ section }) => {
      await using project = await twoGenerations();
      const head = await segmentIn(join(project.indexPath, 'generations', '0000000002'));
      const offset = (await readFile(head)).readUInt32LE(64 + 16 * section + 8);
      await flipByte(head, offset + 2);
      await using reader = await project.open({ mode: 'read' });
      const answer = await reader.search({ query: 'apricot' });
      expect(answer.results[0]?.path).toBe('a.md');
      expect(answer).toMatchObject({ generation: 1, stale: true });
      expect(await reader.status()).toMatchObject({ generation: 1, stale: true });
      expect((await problemCodes(reader)).join()).toContain('SEGMENT_DAMAGED');
      await project.index();
      expect((await reader.search({ query: 'bilberry' })).results[0]?.path).toBe('b.md');
    },
  );

  it.each(['', 'garbage', '0000000099\n', '0000000001\n', '2'])(
    'is read whatever CURRENT says: %j',
    async (content) => {
      await using project = await twoGenerations();
      await writeFile(join(project.indexPath, 'CURRENT'), content);
      await using reader = await project.open({ mode: 'read' });
      expect(await pathsIn(reader)).toEqual(['a.md', 'b.md']);
      await using index = await project.open();
      index.start();
      await project.write('c.md', '# C\n');
      await until(async () => (await pathsIn(index)).length === 3);
      expect(await index.verify()).toMatchObject({ ok: true });
    },
  );

  it('of which every generation is damaged is built anew', async () => {
    await using project = await twoGenerations();
    for (const name of await readdir(join(project.indexPath, 'generations'))) {
      await flipByte(join(project.indexPath, 'generations', name, 'manifest.json'));
    }
    const index = await project.open();
    index.start();
    await until(async () => (await pathsIn(index)).length === 2);
    await untilCurrent(index);
  });

  it('that is damaged while it is served goes on answering, and heals with the next change', async () => {
    await using project = await twoGenerations();
    const index = await project.open();
    index.start();
    await untilCurrent(index);
    await flipByte(join(project.indexPath, 'generations', '0000000002', 'manifest.json'));
    expect((await pathsIn(index)).length).toBeGreaterThan(0);
    await project.write('c.md', '# C\n');
    await until(async () => (await pathsIn(index)).length === 3);
    await untilCurrent(index);
    expect(await problemCodes(index)).toEqual([]);
  });

  it.each(['in the background', 'by indexing again'])(
    'whose segments are deleted while it is open is found damaged when they are merged, and heals %s',
    async (how) => {
      await using project = await projectWith({});
      const words = ['apricot', 'bilberry', 'cherry', 'damson', 'elder', 'fig', 'grape'];
      for (const word of words) {
        await project.write(`${word}.md`, `# ${word}\n`);
        await project.index();
      }
      await using index = await project.open();
      index.start();
      await untilCurrent(index);
      for (const name of await readdir(join(project.indexPath, 'generations')))
        await rm(await segmentIn(join(project.indexPath, 'generations', name)));
      await project.write('hazel.md', '# hazel\n');
      if (how === 'by indexing again') await index.indexNow();
      const fresh = await project.open({ mode: 'read' });
      const all = [...words, 'hazel'].map((word) => `${word}.md`).join();
      await until(async () => (await pathsIn(fresh)).join() === all);
      await untilCurrent(index);
      expect(await problemCodes(index)).toEqual([]);
      expect((await fresh.search({ query: 'cherry' })).results[0]?.path).toBe('cherry.md');
    },
  );

  it('of a newer format is refused with a code and a remedy, and left as it is', async () => {
    await using project = await twoGenerations();
    const manifest = join(project.indexPath, 'generations', '0000000002', 'manifest.json');
    const [body] = (await readFile(manifest, 'utf8')).replace('"format":1', '"format":99').split(',"checksum":');
    const checksum = createHash('sha256')
      .update(body ?? '')
      .digest('hex');
    await writeFile(manifest, `${body},"checksum":"${checksum}"}\n`);
    for (const mode of ['read', 'once', 'serve'] as const) {
      await expect(project.open({ mode })).rejects.toMatchObject({
        code: 'STORE_FORMAT_NEWER',
        remedy: expect.stringMatching(/update|newer/i),
      });
    }
    expect((await readdir(join(project.indexPath, 'generations'))).sort()).toEqual(['0000000001', '0000000002']);
  });
});

/** `a.md` in generation 1, and `b.md` beside it in 2. */
async function twoGenerations(): Promise<Project> {
  const project = await projectWith({ 'a.md': '# A\n\nApricot.\n' });
  await project.index();
  await project.write('b.md', '# B\n\nBilberry.\n');
  await project.index();
  return project;
}

async function segmentIn(generation: string): Promise<string> {
  const name = (await readdir(generation)).find((file) => file.startsWith('segment-'));
  if (name === undefined) throw new Error(`no segment in ${generation}`);
  return join(generation, name);
}

/** Changes one byte; without an offset, in the middle. */
async function flipByte(file: string, offset?: number): Promise<void> {
  const bytes = await readFile(file);
  const place = offset ?? Math.floor(bytes.length / 2);
  bytes[place] = (bytes[place] ?? 0) ^ 0x5a;
  await writeFile(file, bytes);
}

/** What holds somebody's data, as opposed to signs of life. */
function isContent(path: string): boolean {
  return path.startsWith('generations') || path === 'CURRENT';
}
