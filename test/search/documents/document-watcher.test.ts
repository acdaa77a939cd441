import { mkdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  DocumentFilter,
  type DocumentProblem,
  type DocumentRules,
  DocumentWatcher,
  discover,
  type StartTreeWatch,
  startChokidarTreeWatch,
  startInotifyTreeWatch,
} from '../../../dist/search/documents/index.js';
import { projectWith, write } from './project-folder.js';

const DEBOUNCE_MS = 100;

interface Seen {
  readonly watcher: DocumentWatcher;
  readonly batches: ReadonlySet<string>[];
  readonly problems: DocumentProblem[];
  rescans: number;
}

async function watch(
  root: string,
  startTreeWatch: StartTreeWatch,
  rules: Partial<DocumentRules> = {},
  alsoKnown: readonly string[] = [],
): Promise<Seen> {
  const { documents } = await discover({ root });
  const batches: ReadonlySet<string>[] = [];
  const problems: DocumentProblem[] = [];
  const counts = { rescans: 0 };
  const watcher = await DocumentWatcher.start({
    filter: new DocumentFilter({ root, ...rules }),
    debounceMs: DEBOUNCE_MS,
    onChange: (paths) => batches.push(paths),
    documentsBelow: belowIn(() => [
      ...documents.map(({ path }) => path),
      ...batches.flatMap((batch) => [...batch]),
      ...alsoKnown,
    ]),
    onRescan: () => counts.rescans++,
    onProblem: (problem) => problems.push(problem),
    startTreeWatch,
  });
  onTestFinished(() => watcher.close());
  return {
    watcher,
    batches,
    problems,
    get rescans() {
      return counts.rescans;
    },
  };
}

const belowIn = (known: () => readonly string[]) => (folder: string) =>
  known().filter((path) => path.startsWith(`${folder}/`));
const paths = (seen: Seen): string[] => [...new Set(seen.batches.flatMap((batch) => [...batch]))].sort();
const settles = (question: () => unknown) => expect.poll(question, { timeout: 10_000, interval: 20 });

/** Changes `sentinel.md` and waits until that is seen: what came before it has been seen by then, or never will be. */
async function settled(root: string, seen: Seen): Promise<string[]> {
  const before = seen.batches.length;
  write(root, 'sentinel.md', String(before));
  await settles(() => seen.batches.slice(before).some((batch) => batch.has('sentinel.md'))).toBe(true);
  return paths(seen).filter((path) => path !== 'sentinel.md');
}

// chokidar does not tell of it; it is found when all files are compared.
test.runIf(process.platform === 'linux')(
  'what others saw in a folder is reported when it goes as soon as it came',
  async () => {
    const root = projectWith({ 'a.md': '1', 'b/c.md': '1' });
    const seen = await watch(root, startInotifyTreeWatch, {}, ['passing/c.md', 'another/c.md']);
    renameSync(join(root, 'b'), join(root, 'passing'));
    renameSync(join(root, 'passing'), join(root, 'b'));
    expect(await settled(root, seen)).toContain('passing/c.md');
    expect(paths(seen)).not.toContain('another/c.md');
  },
);

test.runIf(process.platform === 'linux')(
  'an ignore file goes with its folder also where another folder takes the name at once, and that is no reason to discover anew',
  async () => {
    const root = projectWith({ 'a/.gitignore': 'x.md\nsub/\n', 'a/y.md': '1', 'new/x.md': '2', 'new/sub/z.md': '2' });
    const outside = projectWith();
    const seen = await watch(root, startInotifyTreeWatch);
    renameSync(join(root, 'a'), join(outside, 'a'));
    renameSync(join(root, 'new'), join(root, 'a'));
    await settles(() => paths(seen)).toEqual(['a/sub/z.md', 'a/x.md', 'a/y.md', 'new/sub/z.md', 'new/x.md']);
    expect([seen.batches.length, seen.rescans]).toEqual([1, 0]);
  },
);

const engines = process.platform === 'linux' ? { inotify: startInotifyTreeWatch } : {};
describe.each(Object.entries({ ...engines, chokidar: startChokidarTreeWatch }))('with %s', (_, engine) => {
  test('documents that come, change and go are reported; what is there at the start is not', async () => {
    const root = projectWith({ 'a.md': '1', 'x/b.md': '1', 'x/c.md': '1', 'ü ü/[d].md': '1' });
    const seen = await watch(root, engine);
    write(root, 'x/b.md', '2');
    write(root, 'new.md', '1');
    write(root, 'ü ü/[d].md', '2');
    rmSync(join(root, 'x/c.md'));
    await settles(() => paths(seen)).toEqual(['new.md', 'x/b.md', 'x/c.md', 'ü ü/[d].md']);
  });

  test('a document is reported whose name a folder takes, before anybody can look', async () => {
    const root = projectWith({ 'a.md': '1', 'x/b.md': '1' });
    const seen = await watch(root, engine);
    for (const path of ['a.md', 'x/b.md']) {
      rmSync(join(root, path));
      mkdirSync(join(root, path));
    }
    expect(await settled(root, seen)).toEqual(['a.md', 'x/b.md']);
  });

  test('files that nobody asks for come and go unnoticed', async () => {
    const root = projectWith({ 'a.md': '1', 'b/c.md': '1' });
    const seen = await watch(root, engine);
    write(root, 'b/note.txt', '1');
    mkdirSync(join(root, 'b/empty'));
    await sleep(DEBOUNCE_MS / 2);
    rmSync(join(root, 'b/note.txt'));
    rmdirSync(join(root, 'b/empty'));
    for (let looks = 0; looks < DEBOUNCE_MS; looks += 5) {
      expect(seen.watcher.isUnsettled).toBe(false);
      await sleep(5);
    }
    expect(await settled(root, seen)).toEqual([]);
    expect(seen.batches).toHaveLength(1);
  });

  test('a burst is one batch', async () => {
    const root = projectWith({ 'x/': '' });
    const seen = await watch(root, engine);
    for (let index = 0; index < 20; index++) write(root, `x/${index}.md`, '');
    await settles(() => paths(seen).length).toBe(20);
    expect(seen.batches.length).toBe(1);
  });

  test('a document that is saved by rename is reported', async () => {
    const root = projectWith({ 'a.md': '1' });
    const seen = await watch(root, engine);
    write(root, 'a.md.tmp', '2');
    renameSync(join(root, 'a.md.tmp'), join(root, 'a.md'));
    await settles(() => paths(seen)).toEqual(['a.md']);
  });

  test('all documents of a folder that comes, goes or is renamed are reported', async () => {
    const root = projectWith({ 'old/a.md': '', 'old/x/b.md': '', 'gone/y/c.md': '' });
    const seen = await watch(root, engine);
    renameSync(join(root, 'old'), join(root, 'new'));
    rmSync(join(root, 'gone'), { recursive: true });
    write(root, 'made/z/d.md', '');
    await settles(() => paths(seen)).toEqual([
      'gone/y/c.md',
      'made/z/d.md',
      'new/a.md',
      'new/x/b.md',
      'old/a.md',
      'old/x/b.md',
    ]);
  });

  test('changes in a folder that came later are reported', async () => {
    const root = projectWith();
    const seen = await watch(root, engine);
    write(root, 'x/y/a.md', '1');
    await settles(() => paths(seen)).toContain('x/y/a.md');
    write(root, 'x/y/b.md', '1');
    await settles(() => paths(seen)).toContain('x/y/b.md');
  });

  test('what is no document is not reported, the index and excluded folders among it', async () => {
    const root = projectWith({
      '.gitignore': 'ignored/\n',
      'ignored/a.md': '',
      '.snapdex/': '',
      'node_modules/p/': '',
    });
    const seen = await watch(root, engine, { exclude: ['drafts/**'] });
    for (const path of ['ignored/a.md', '.snapdex/a.md', 'node_modules/p/a.md', 'drafts/a.md', 'a.txt'])
      write(root, path, '2');
    expect(await settled(root, seen)).toEqual([]);
  });

  test('a changed ignore file asks for a new discovery, and folders that it frees are watched', async () => {
    const root = projectWith({ '.gitignore': 'x/\n', 'x/a.md': '' });
    const seen = await watch(root, engine);
    write(root, '.gitignore', '');
    await settles(() => seen.rescans).toBe(1);
    write(root, 'x/a.md', '2');
    await settles(() => paths(seen)).toContain('x/a.md');
  });

  test('the ignore file of a folder that left the tree says nothing of another one of its name', async () => {
    const root = projectWith({
      'a/.gitignore': 'x.md\nsub/\n',
      'a/x.md': '1',
      'b/a/.gitignore': '*\n',
      'b/a/x.md': '1',
    });
    const outside = projectWith();
    const seen = await watch(root, engine);
    for (const [index, folder] of ['a', 'b'].entries()) renameSync(join(root, folder), join(outside, String(index)));
    // chokidar tells of the files that went with them, so that it begins to watch anew.
    await sleep(10 * DEBOUNCE_MS);
    for (const path of ['a/x.md', 'a/sub/y.md', 'b/a/x.md']) write(root, path, '2');
    await settles(() => paths(seen)).toEqual(['a/sub/y.md', 'a/x.md', 'b/a/x.md']);
    write(root, 'a/sub/z.md', '2');
    await settles(() => paths(seen)).toContain('a/sub/z.md');
  });

  test('a documents path that is made later is watched', async () => {
    const root = projectWith();
    const seen = await watch(root, engine, { documentsPath: ['docs/guide'] });
    write(root, 'docs/other.md', '');
    write(root, 'docs/guide/a.md', '');
    await settles(() => paths(seen)).toEqual(['docs/guide/a.md']);
  });

  test('a root that goes away is a problem, not a crash', async () => {
    const root = projectWith({ 'a.md': '' });
    const seen = await watch(root, engine);
    rmSync(root, { recursive: true });
    await settles(() => seen.problems.map((problem) => problem.code)).toEqual(['NOT_WATCHING']);
    expect(seen.watcher.isWatching).toBe(false);
  });

  test('nothing is reported after closing', async () => {
    const root = projectWith({ 'a.md': '' });
    const seen = await watch(root, engine);
    write(root, 'a.md', '2');
    await seen.watcher.close();
    const other = await watch(root, engine);
    await settled(root, other);
    expect(seen.batches).toEqual([]);
  });
});

test('a look around finds other ignore files above the root, and nothing in what else happens there', async () => {
  const top = projectWith({ '.git/HEAD': '', '.gitignore': 'x.md\n', 'docs/root/a.md': '' });
  const root = join(top, 'docs/root');
  const seen = await watch(root, startInotifyTreeWatch);
  for (const path of ['.git/index', 'b.md', 'docs/c.md', 'docs/root/note.txt']) write(top, path, '1');
  seen.watcher.lookAround();
  expect(seen.watcher.isUnsettled).toBe(false);
  write(top, 'docs/.gitignore', 'a.md\n');
  seen.watcher.lookAround();
  expect(seen.watcher.isUnsettled).toBe(true);
  await settles(() => seen.rescans).toBe(1);
  seen.watcher.lookAround();
  expect(seen.watcher.isUnsettled).toBe(false);
});

test('a burst that does not end is delivered all the same', async () => {
  const root = projectWith();
  const seen = await watch(root, startInotifyTreeWatch);
  for (let index = 0; seen.batches.length === 0; index++) {
    write(root, `${index}.md`, '');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await settled(root, seen);
  expect(seen.batches.length).toBeGreaterThan(1);
});

test('far too many events at once ask for a new discovery', async () => {
  const root = projectWith({ 'a.md': '' });
  let change = (_path: string): void => {};
  const flood: StartTreeWatch = (_tree, listener) => {
    change = listener.onFile;
    return Promise.resolve({ close: () => Promise.resolve() });
  };
  const seen = await watch(root, flood);
  for (let index = 0; index < 10_000; index++) change('a.md');
  await settles(() => seen.rescans).toBe(1);
});

test('when the system has no watches left, that is reported once with what to do', async () => {
  const full: StartTreeWatch = (_tree, listener) => {
    for (let index = 0; index < 3; index++)
      listener.onFailure(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
    return Promise.resolve({ close: () => Promise.resolve() });
  };
  const seen = await watch(projectWith(), full);
  expect(seen.problems).toEqual([
    expect.objectContaining({ code: 'NOT_WATCHING', remedy: expect.stringContaining('max_user_watches') }),
  ]);
  expect(seen.watcher.isWatching).toBe(false);
});
