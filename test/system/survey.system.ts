import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { expect, type TestContext, test } from 'vitest';
import { exportSnapshot, SnapshotStore, surveyFileSystem } from '../../dist/store/index.js';
import { execute, requireMachine } from './machine.js';
import { Disk, type DiskType, Mount } from './mounts.js';
import { OddMount, requireOddMounts } from './odd-mounts.js';
import { expectKept } from './referee.js';

const LARGE_BYTES = 32 * 1024 * 1024;

function requireDisk(context: TestContext, type: DiskType): void {
  requireMachine(context, {
    mounts: true,
    fileSystems: [type],
    commands: [`mkfs.${type}`, 'losetup'],
    files: ['/dev/loop-control'],
  });
}

/** Commits one large file that nothing can compress, and exports it beside the store. */
async function exportLarge(folder: string) {
  await using store = await SnapshotStore.open(path.join(folder, 'store'));
  await store.update((draft) => draft.write('large', randomBytes(LARGE_BYTES)));
  await using snapshot = await store.snapshot();
  const freeBefore = freeBytes(folder);
  const made = await exportSnapshot(snapshot, path.join(folder, 'copy'));
  return { ...made, usedBytes: freeBefore - freeBytes(folder), from: await snapshot.path('large') };
}

function freeBytes(folder: string): number {
  execute('sync', '--file-system', folder);
  const { bavail, bsize } = fs.statfsSync(folder);
  return bavail * bsize;
}

test.for<DiskType>(['xfs', 'btrfs'])(
  'on %s copies share their blocks: the survey says so, and an export takes no room and stands by itself',
  async (type, context) => {
    requireDisk(context, type);
    using memory = Mount.tmpfs('size=512m');
    using disk = new Disk(type, path.join(memory.folder, 'disk'));
    const folder = disk.mount();
    expect(await surveyFileSystem(folder)).toEqual({
      type,
      isNetwork: false,
      syncFolder: undefined,
      isFull: false,
      exclusiveRename: true,
      directorySync: true,
      hardLinks: true,
      reflinks: true,
      caseSensitive: true,
      watching: true,
    });
    const { cloned, linked, copied, usedBytes, filesPath, target, from } = await exportLarge(folder);
    expect({ cloned, linked, copied }).toEqual({ cloned: 1, linked: 0, copied: 0 });
    expect(usedBytes).toBeLessThan(LARGE_BYTES / 4);
    await expectKept(target, []);
    const before = fs.readFileSync(from);
    fs.writeFileSync(path.join(filesPath, 'large'), 'changed');
    expect(fs.readFileSync(from).equals(before)).toBe(true);
  },
);

test('on ext4 copies cannot share their blocks: the survey says so, and an export takes links', async (context) => {
  requireDisk(context, 'ext4');
  using memory = Mount.tmpfs('size=512m');
  using disk = new Disk('ext4', path.join(memory.folder, 'disk'));
  const folder = disk.mount();
  expect(await surveyFileSystem(folder)).toMatchObject({ hardLinks: true, reflinks: false, caseSensitive: true });
  expect(await exportLarge(folder)).toMatchObject({ cloned: 0, linked: 1, copied: 0 });
});

test('on vfat `a` and `A` are one file, which the survey says', async (context) => {
  requireDisk(context, 'vfat');
  using memory = Mount.tmpfs('size=512m');
  using disk = new Disk('vfat', path.join(memory.folder, 'disk'));
  const lacks = { hardLinks: false, reflinks: false, caseSensitive: false };
  expect(await surveyFileSystem(disk.mount())).toMatchObject(lacks);
});

test('where a file system folds case, the survey says so', async (context) => {
  requireOddMounts(context);
  await using mount = await OddMount.make('folding-case');
  expect(await surveyFileSystem(mount.folder)).toMatchObject({ hardLinks: true, caseSensitive: false });
  expect(fs.readdirSync(mount.folder)).toEqual([]);
});
