import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { exportSnapshot, isStoreError, SnapshotStore, surveyFileSystem } from '../../dist/store/index.js';
import { measure } from '../process/children.js';
import { makeTemporaryFolder, ONLY_THE_HEAD, writing } from '../store/with-store.js';
import { Counter } from './counters.js';
import { OddMount, requireOddMounts } from './odd-mounts.js';
import { expectKept, type Findings, promisedTo } from './referee.js';

const COMMITS = measure(1_000, 40);
const WRITERS = 3;
/** Small, so that the writers collect all the time. */
const options = { retention: { keepGenerations: 4, minimumAgeMs: 0 } };
const ON_FUSE = / is on fuse: commits stay safe, /;

/** Lets writers count through the odd file system, and the referee look at what it shows. */
async function expectServes(folder: string): Promise<Findings> {
  const logs = makeTemporaryFolder();
  const directory = path.join(folder, 'counted');
  const counters = Array.from(
    { length: WRITERS },
    (_, slot) => new Counter({ directory, logs, slot, commits: COMMITS, tagEvery: 10, options }),
  );
  await Promise.all(counters.map((counter) => counter.end()));
  const promises = counters.map(promisedTo);
  expect(promises.flatMap(({ refusals }) => refusals)).toEqual([]);
  const findings = await expectKept(directory, promises);
  fs.rmSync(logs, { recursive: true });
  return findings;
}

/** What opening a store there warns of. */
async function warningsOf(directory: string): Promise<readonly string[]> {
  const warnings: string[] = [];
  await using _ = await SnapshotStore.open(directory, { onWarning: (text) => warnings.push(text) });
  return warnings;
}

async function refusalOf(action: () => Promise<unknown>): Promise<{ readonly code: string; readonly remedy: string }> {
  try {
    await action();
  } catch (error) {
    if (isStoreError(error)) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

/** Everything below a folder, with its bytes. */
function contentBelow(folder: string): Readonly<Record<string, string>> {
  const names = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const files = names.filter((name) => fs.statSync(path.join(folder, name)).isFile());
  return Object.fromEntries(files.map((name) => [name, fs.readFileSync(path.join(folder, name), 'base64')]));
}

test('where a directory can be renamed onto a full one, a store is refused, and one that is there is not touched', async (context) => {
  requireOddMounts(context);
  const backing = makeTemporaryFolder();
  {
    await using store = await SnapshotStore.open(path.join(backing, 'store'));
    for (const text of ['1', '2', '3']) await store.update(writing('file', text));
    await store.tag('kept', 2);
  }
  const before = contentBelow(path.join(backing, 'store'));
  {
    await using mount = await OddMount.make('replacing-rename', backing);
    expect(await surveyFileSystem(mount.folder)).toMatchObject({
      type: 'fuse',
      exclusiveRename: false,
      hardLinks: true,
    });
    for (const name of ['store', 'new']) {
      const refusal = await refusalOf(() => SnapshotStore.open(path.join(mount.folder, name)));
      expect(refusal).toMatchObject({ code: 'FILE_SYSTEM_UNSUPPORTED', remedy: expect.stringMatching(/local disk/) });
    }
    await using reader = await SnapshotStore.open(path.join(mount.folder, 'store'), { readOnly: true });
    expect((await reader.verify()).problems).toEqual([]);
  }
  expect(contentBelow(path.join(backing, 'store'))).toEqual(before);
  await expectKept(path.join(backing, 'store'), []);
  for (const made of [backing, `${backing}.replaced`]) fs.rmSync(made, { recursive: true });
});

test('without hard links everything works, and an export copies bytes', async (context) => {
  requireOddMounts(context);
  await using mount = await OddMount.make('no-links');
  expect(await surveyFileSystem(mount.folder)).toMatchObject({
    type: 'fuse',
    isNetwork: true,
    exclusiveRename: true,
    directorySync: true,
    hardLinks: false,
    reflinks: false,
    watching: true,
  });
  expect(await warningsOf(path.join(mount.folder, 'counted'))).toEqual([expect.stringMatching(ON_FUSE)]);
  const { generation } = await expectServes(mount.folder);
  await using store = await SnapshotStore.open(path.join(mount.folder, 'counted'));
  await using snapshot = await store.snapshot();
  const refusal = await refusalOf(() =>
    exportSnapshot(snapshot, path.join(mount.folder, 'linked'), { method: 'links' }),
  );
  expect(refusal.code).toBe('LINKS_UNSUPPORTED');
  const copy = await exportSnapshot(snapshot, path.join(mount.folder, 'copy'));
  expect(copy).toMatchObject({ copied: snapshot.files.size, linked: 0, cloned: 0 });
  await expectKept(copy.target, []);
  expect(fs.readdirSync(mount.folder).sort()).toEqual(['copy', 'counted']);
  await context.annotate(`${WRITERS * COMMITS} commits, ${generation} generations, ${copy.copied} files copied`);
});

test.for(['EINVAL', 'ENOTSUP'] as const)(
  'where directories cannot be synced (%s), everything works, and one sentence says what that means',
  async (errno, context) => {
    requireOddMounts(context);
    await using mount = await OddMount.make({ errno });
    expect(await surveyFileSystem(mount.folder)).toMatchObject({ directorySync: false, hardLinks: true });
    expect(await warningsOf(path.join(mount.folder, 'counted'))).toEqual([
      expect.stringMatching(ON_FUSE),
      expect.stringMatching(/cannot sync directories: a power cut may take back the last commits/),
    ]);
    const { generation } = await expectServes(mount.folder);
    await context.annotate(`${WRITERS * COMMITS} commits, ${generation} generations`);
  },
);

test('a disk that fails to sync directories refuses commits with a code, and what was there stays', async (context) => {
  requireOddMounts(context);
  const backing = makeTemporaryFolder();
  const directory = path.join(backing, 'store');
  {
    await using store = await SnapshotStore.open(directory);
    for (const text of ['1', '2', '3']) await store.update(writing('file', text));
  }
  {
    await using mount = await OddMount.make({ errno: 'EIO' }, backing);
    const made = await refusalOf(() => SnapshotStore.open(path.join(mount.folder, 'new')));
    expect(made).toMatchObject({ code: 'IO_FAILED', remedy: expect.stringMatching(/disk/) });
    await using store = await SnapshotStore.open(path.join(mount.folder, 'store'));
    const refusal = await refusalOf(() => store.update(writing('file', '4')));
    expect(refusal).toMatchObject({ code: 'IO_FAILED', remedy: expect.stringMatching(/disk/) });
    await using snapshot = await store.snapshot();
    expect(Buffer.from(await snapshot.read('file')).toString()).toBe('3');
  }
  await using store = await SnapshotStore.open(directory);
  await store.update(writing('file', '4'));
  await store.collect(ONLY_THE_HEAD);
  await store.close();
  await expectKept(directory, []);
  fs.rmSync(backing, { recursive: true });
});
