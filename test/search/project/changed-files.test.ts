import { link, mkdtemp, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ProjectIndex } from '../../../dist/search/index.js';
import { type Project, pathsIn, problemCodes, projectWith, until, untilCurrent } from './temporary-project-index.js';

const DOCUMENTS = { 'a.md': '# A\n\nMalt, as [b](b.md) says.\n', 'b.md': '# B\n\nBarley.\n' };
/** So long that nothing is indexed while a test asks. */
const LONG_MS = 600_000;

async function served(project: Project, options: Parameters<Project['open']>[0] = {}): Promise<ProjectIndex> {
  const index = await project.open(options);
  index.start();
  await untilCurrent(index);
  return index;
}

/** What everything that shows text of `b.md` says of its file, and whether it calls itself stale. */
async function toldOfB(index: ProjectIndex) {
  const [found, document, related, around] = await Promise.all([
    index.search({ query: 'barley', detail: 'full' }),
    index.document({ path: 'b.md' }),
    index.related({ path: 'b.md' }),
    index.related({ path: 'a.md' }),
  ]);
  const result = found.results.find(({ path }) => path === 'b.md');
  return {
    stale: [found, document, related, around].map(({ stale }) => stale),
    files: [result, document, related, around.links[0], around.similar[0]].map((one) => one?.fileNow),
    snippet: result?.snippet,
    text: document.text,
    changedSinceIndexed: document.changedSinceIndexed,
  };
}

/** Waits until a change is told; that it is looked at takes as long as the debounce. */
async function untilPending(index: ProjectIndex): Promise<void> {
  await until(async () => (await index.status()).pendingChanges === 1);
}

const EVERYWHERE = 5;
const all = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe('a document whose file is no longer what was indexed', () => {
  it('is told to have changed within the debounce, and is read as it is', async () => {
    await using project = await projectWith(DOCUMENTS);
    const index = await served(project, { debounceMs: LONG_MS });
    await project.write('b.md', '# B\n\nOnly hops.\n');
    await untilPending(index);
    expect(await toldOfB(index)).toEqual({
      stale: all(4, true),
      files: all(EVERYWHERE, 'changed'),
      snippet: expect.stringContaining('Barley.'),
      text: '# B\n\nOnly hops.\n',
      changedSinceIndexed: true,
    });
  });

  it('is told to have changed where only its bytes differ, not its size or time', async () => {
    await using project = await projectWith(DOCUMENTS);
    const index = await served(project, { debounceMs: LONG_MS });
    const { atime, mtime } = await stat(join(project.root, 'b.md'));
    await project.write('b.md', '# B\n\nBARLEY.\n');
    await utimes(join(project.root, 'b.md'), atime, mtime);
    await untilPending(index);
    expect(await toldOfB(index)).toMatchObject({ stale: all(4, true), files: all(EVERYWHERE, 'changed') });
  });

  it('is told to be gone, and is shown as it was', async () => {
    await using project = await projectWith(DOCUMENTS);
    const index = await served(project, { debounceMs: LONG_MS });
    await project.remove('b.md');
    await untilPending(index);
    expect(await toldOfB(index)).toMatchObject({
      stale: all(4, true),
      files: all(EVERYWHERE, 'gone'),
      text: DOCUMENTS['b.md'],
      changedSinceIndexed: true,
    });
  });

  it('is told to be gone where a folder has taken its name', async () => {
    await using project = await projectWith(DOCUMENTS);
    const index = await served(project, { debounceMs: LONG_MS });
    await project.remove('b.md');
    await project.write('b.md/c.txt', '');
    await untilPending(index);
    expect(await toldOfB(index)).toMatchObject({ files: all(EVERYWHERE, 'gone'), text: DOCUMENTS['b.md'] });
  });

  it('is none, and no problem either, where a folder is named like one', async () => {
    await using project = await projectWith(DOCUMENTS);
    const index = await served(project);
    await project.write('c.md/d.md', '# D\n');
    await until(async () => (await pathsIn(index)).includes('c.md/d.md'));
    expect(await pathsIn(index)).toEqual(['a.md', 'b.md', 'c.md/d.md']);
    expect(await problemCodes(index)).toEqual([]);
  });

  it('is told to be unreadable where nobody can tell what it holds', async () => {
    await using project = await projectWith(DOCUMENTS);
    await project.index();
    const index = await project.open({ mode: 'read', maximumFileBytes: 4 });
    expect(await toldOfB(index)).toMatchObject({ files: all(EVERYWHERE, 'unreadable'), text: DOCUMENTS['b.md'] });
  });

  it('is told by who only reads, while the server that follows the files waits for the burst to end', async () => {
    await using project = await projectWith(DOCUMENTS);
    await served(project, { debounceMs: LONG_MS });
    const reader = await project.open({ mode: 'read' });
    expect(await toldOfB(reader)).toMatchObject({ stale: all(4, false), files: all(EVERYWHERE, undefined) });
    await project.write('b.md', '# B\n\nOnly hops.\n');
    expect(await toldOfB(reader)).toMatchObject({ stale: all(4, true), files: all(EVERYWHERE, 'changed') });
  });

  it('is told of an older generation as well, of which the text is shown', async () => {
    await using project = await projectWith(DOCUMENTS);
    await project.index();
    await project.write('b.md', '# B\n\nOnly hops.\n');
    await project.index();
    const index = await project.open({ mode: 'read' });
    const old = await index.document({ path: 'b.md', asOf: '1' });
    expect(old).toMatchObject({ text: DOCUMENTS['b.md'], fileNow: 'changed', changedSinceIndexed: true });
    expect((await index.search({ query: 'barley', asOf: '1' })).results[0]).toMatchObject({ fileNow: 'changed' });
  });
});

describe('documents whose root is gone', () => {
  it('are told to be gone and stay in the index, however often they are asked for', async () => {
    const below = Object.entries(DOCUMENTS).map(([path, text]) => [`below/${path}`, text]);
    await using project = await projectWith(Object.fromEntries(below));
    await using elsewhere = await projectWith({});
    // What becomes of the folder above the root, no watch tells.
    const root = join(project.root, 'below');
    const index = await served(project, { root, indexPath: join(elsewhere.root, 'index') });
    await rename(project.root, `${project.root}-away`);
    for (let question = 0; question < 5; question++) {
      const { stale, files } = await toldOfB(index);
      expect({ stale, files }).toEqual({ stale: all(4, true), files: all(EVERYWHERE, 'gone') });
    }
    expect(await problemCodes(index)).toContain('ROOT_MISSING');
    await rename(`${project.root}-away`, project.root);
    await untilCurrent(index);
    expect(await toldOfB(index)).toMatchObject({ stale: all(4, false), files: all(EVERYWHERE, undefined) });
    expect(await problemCodes(index)).not.toContain('ROOT_MISSING');
    expect((await index.history({})).generations).toHaveLength(1);
  });
});

describe('a file that was touched', () => {
  it('is pending until it was looked at, and is not told to have changed if it has not', async () => {
    await using project = await projectWith(DOCUMENTS);
    const index = await served(project, { debounceMs: 1_000 });
    const { generation } = await index.status();
    await utimes(join(project.root, 'b.md'), new Date(), new Date());
    await untilPending(index);
    expect(await toldOfB(index)).toMatchObject({ files: all(EVERYWHERE, undefined), changedSinceIndexed: false });
    await untilCurrent(index);
    expect(await index.status()).toMatchObject({ generation, pendingChanges: 0 });
  });
});

/** A file in another folder that is the document under a second name: nobody who watches the project sees it written. */
async function secondNameOf(project: Project, path: string) {
  const folder = await mkdtemp(join(tmpdir(), 'snapdex-second-name-'));
  await link(join(project.root, path), join(folder, 'name'));
  return {
    write: (content: string) => writeFile(join(folder, 'name'), content),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

describe('an edit that no watch tells of', () => {
  it('is told by the next answer that shows the document, and indexed', async () => {
    await using project = await projectWith(DOCUMENTS);
    await using second = await secondNameOf(project, 'b.md');
    const index = await served(project);
    await second.write('# B\n\nOnly hops.\n');
    const { stale, results } = await index.search({ query: 'barley' });
    expect([stale, results[0]]).toMatchObject([true, { path: 'b.md', fileNow: 'changed' }]);
    await until(async () => (await index.search({ query: 'hops' })).results[0]?.path === 'b.md');
    await untilCurrent(index);
    expect((await toldOfB(index)).files).toEqual(all(EVERYWHERE, undefined));
  });

  it('shows that not all is told: it is said, all files are compared, and it is over when something is told again', async () => {
    await using project = await projectWith(DOCUMENTS);
    await using second = await secondNameOf(project, 'b.md');
    const index = await served(project);
    await second.write('# B\n\nOnly hops.\n');
    await index.document({ path: 'b.md' });
    await until(async () => (await problemCodes(index)).includes('NOT_WATCHING'));
    await untilCurrent(index);
    await project.write('c.md', '# C\n');
    await until(async () => (await problemCodes(index)).length === 0);
    await untilCurrent(index);
    expect((await index.list({})).total).toBe(3);
  });
});
