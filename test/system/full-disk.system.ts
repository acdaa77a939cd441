import fs from 'node:fs';
import path from 'node:path';
import { expect, type TestContext, test } from 'vitest';
import { isStoreError, SnapshotStore } from '../../dist/store/index.js';
import { makeTemporaryFolder } from '../store/with-store.js';
import { Counter } from './counters.js';
import { execute, requireMachine } from './machine.js';
import { Disk, Mount } from './mounts.js';
import { expectKept, promisedTo } from './referee.js';

const WRITERS = 3;

/**
 * Lets writers count on a file system that `fill` fills up below them and `free` empties again: while it is full every
 * commit is refused with NO_SPACE and the newest generation can be read; afterwards all go on.
 */
async function expectSurvives(
  context: TestContext,
  folder: string,
  { fill, free }: { readonly fill: () => void; readonly free: () => void },
): Promise<void> {
  const logs = makeTemporaryFolder();
  const directory = path.join(folder, 'store');
  const options = { retention: { keepGenerations: 3, minimumAgeMs: 0 }, lockTimeoutMs: 60_000 };
  const counters = Array.from(
    { length: WRITERS },
    (_, slot) => new Counter({ directory, logs, slot, fileBytes: 100_000, tagEvery: 20, options }),
  );
  for (let rounds = 0; rounds < 3; rounds++) {
    await Promise.all(counters.map((counter) => counter.until('done', 3)));
    fill();
    await Promise.all(counters.map((counter) => counter.until('refused', 3)));
    await expectReadable(directory);
    free();
  }
  await Promise.all(counters.map((counter) => counter.until('done', 3)));
  await Promise.all(counters.map((counter) => counter.stop()));
  const promises = counters.map(promisedTo);
  const refusals = promises.flatMap((promised) => promised.refusals);
  expect(new Set(refusals)).toEqual(new Set(['NO_SPACE']));
  const { generation } = await expectKept(directory, promises);
  await context.annotate(`${refusals.length} refusals, ${generation} generations`);
  fs.rmSync(logs, { recursive: true });
}

async function expectReadable(directory: string): Promise<void> {
  await using store = await SnapshotStore.open(directory, { readOnly: true });
  for (;;) {
    await using snapshot = await store.snapshot();
    try {
      for (const name of snapshot.files.keys()) await snapshot.read(name);
      return;
    } catch (error) {
      // A writer found room for a few more commits, and collected.
      if (!isStoreError(error, 'GENERATION_EXPIRED')) throw error;
    }
  }
}

/** A file that takes all the space there is. */
function fillSpace(folder: string): void {
  const ballast = fs.openSync(path.join(folder, 'ballast'), 'w');
  try {
    for (;;) fs.writeSync(ballast, Buffer.alloc(64 * 1024, 1));
  } catch (error) {
    if (!isFull(error)) throw error;
  } finally {
    fs.closeSync(ballast);
  }
}

/** Empty files until there is no inode left. */
function fillInodes(folder: string): void {
  fs.mkdirSync(path.join(folder, 'ballast'));
  try {
    for (let made = 0; ; made++) fs.writeFileSync(path.join(folder, 'ballast', String(made)), '');
  } catch (error) {
    if (!isFull(error)) throw error;
  }
}

const isFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');

const removeBallast = (folder: string): void => fs.rmSync(path.join(folder, 'ballast'), { recursive: true });

test('a full tmpfs refuses commits, and all go on when there is space again', async (context) => {
  requireMachine(context, { mounts: true, fileSystems: ['tmpfs'] });
  using mount = Mount.tmpfs('size=16m');
  const { folder } = mount;
  await expectSurvives(context, folder, { fill: () => fillSpace(folder), free: () => removeBallast(folder) });
});

test('exhausted inodes refuse commits, and all go on when there are some again', async (context) => {
  requireMachine(context, { mounts: true, fileSystems: ['tmpfs'] });
  using mount = Mount.tmpfs('size=64m,nr_inodes=400');
  const { folder } = mount;
  await expectSurvives(context, folder, { fill: () => fillInodes(folder), free: () => removeBallast(folder) });
});

test('a full ext4 refuses commits, and all go on when there is space again', async (context) => {
  requireMachine(context, {
    mounts: true,
    fileSystems: ['ext4'],
    commands: ['mkfs.ext4'],
    files: ['/dev/loop-control'],
  });
  using memory = Mount.tmpfs('size=64m');
  using disk = new Disk('ext4', path.join(memory.folder, 'disk'), { sizeMiB: 32 });
  const folder = disk.mount();
  await expectSurvives(context, folder, { fill: () => fillSpace(folder), free: () => removeBallast(folder) });
});

test('a quota that is used up refuses commits, and all go on when it is raised', async (context) => {
  const needs = { mounts: true, fileSystems: ['btrfs'], commands: ['mkfs.btrfs', 'btrfs'] } as const;
  requireMachine(context, { ...needs, files: ['/dev/loop-control'] });
  using memory = Mount.tmpfs('size=1g');
  using disk = new Disk('btrfs', path.join(memory.folder, 'disk'), { sizeMiB: 512 });
  const mountPoint = disk.mount();
  const folder = path.join(mountPoint, 'limited');
  execute('btrfs', 'quota', 'enable', mountPoint);
  execute('btrfs', 'subvolume', 'create', folder);
  const group = `0/${execute('btrfs', 'inspect-internal', 'rootid', folder).trim()}`;
  // Said to the mount point: inside the folder the command itself would be over the quota.
  const limit = (size: string): string => execute('btrfs', 'qgroup', 'limit', size, group, mountPoint);
  limit('64m');
  await expectSurvives(context, folder, { fill: () => limit('64k'), free: () => limit('64m') });
});
