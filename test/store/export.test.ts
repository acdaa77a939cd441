import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type Environment,
  type ExportOptions,
  type ExportResult,
  exportSnapshot,
  type FileCopying,
  processEnvironment,
  SnapshotStore,
} from '../../dist/store/index.js';
import { failing, withCalls } from './faulty-calls.js';
import { ONLY_THE_HEAD, type StoreFolder, textOf, withStore, writing } from './with-store.js';

function refusal(code: string): () => never {
  return () => {
    throw Object.assign(new Error(code), { code });
  };
}

const COPYING: FileCopying = {
  linkFile: (from, to) => fs.linkSync(from, to),
  // A clone as every file system can play it, for a machine whose own cannot.
  cloneFile: (from, to) => fs.copyFileSync(from, to, fs.constants.COPYFILE_EXCL),
};
const WITHOUT_CLONES: FileCopying = { ...COPYING, cloneFile: refusal('ENOTSUP') };
const WITHOUT_EITHER: FileCopying = { ...WITHOUT_CLONES, linkFile: refusal('EXDEV') };

/** Where exports of this folder's store go; removed with it. */
function targetOf(folder: StoreFolder, name = 'copy'): string {
  return path.join(path.dirname(folder.directory), name);
}

/** Generation 1 writes two files, generation 2 one of them anew and a third. */
async function commitTwo({ store }: StoreFolder): Promise<void> {
  await store.update((draft) => {
    writing('a', 'one')(draft);
    writing('folder/below/b', 'shared')(draft);
    draft.describe({ by: 'the test' });
  });
  await store.update((draft) => {
    writing('a', 'two')(draft);
    writing('c', 'new')(draft);
  });
}

async function exportOf(folder: StoreFolder, generation: number, options: ExportOptions = {}): Promise<ExportResult> {
  await using snapshot = await folder.store.openGeneration(generation);
  return await exportSnapshot(snapshot, targetOf(folder), options);
}

/** What lies beside the store: exports, and what an export that failed has left. */
function besides(folder: StoreFolder): readonly string[] {
  return fs.readdirSync(path.dirname(folder.directory)).filter((name) => name !== 'store');
}

describe('an export', () => {
  test('is a store whose one generation has the files, number and metadata of the exported one', () =>
    withStore(async (folder) => {
      await commitTwo(folder);
      const { target, files, filesPath } = await exportOf(folder, 2);
      await using copy = await SnapshotStore.open(target);
      const snapshot = await copy.snapshot();
      expect([snapshot.generation, files, [...snapshot.files.keys()].sort()]).toEqual([
        2,
        3,
        ['a', 'c', 'folder/below/b'],
      ]);
      expect([await textOf(snapshot, 'a'), await textOf(snapshot, 'folder/below/b')]).toEqual(['two', 'shared']);
      expect(snapshot.metadata).toEqual({ by: 'the test' });
      expect(fs.readFileSync(path.join(filesPath, 'folder/below/b'), 'utf8')).toBe('shared');
      expect((await copy.history()).generations).toMatchObject([{ generation: 2, parent: null }]);
      expect(await copy.verify()).toMatchObject({ ok: true, generation: 2, problems: [] });
    }));

  test('needs nothing of its source: it is updated and collected when that is gone', () =>
    withStore(async (folder) => {
      await commitTwo(folder);
      const { target } = await exportOf(folder, 1);
      folder.removeGenerations();
      await using copy = await SnapshotStore.open(target);
      expect((await copy.update(writing('a', 'three'))).generation).toBe(2);
      expect((await copy.collect(ONLY_THE_HEAD)).kept).toEqual([2]);
      expect(await textOf(await copy.snapshot(), 'folder/below/b')).toBe('shared');
    }));

  test('clones where it can, else links, else copies, and says so', () =>
    withStore(async (folder) => {
      await commitTwo(folder);
      const ways: Record<string, readonly number[]> = {};
      for (const [name, copying] of Object.entries({ COPYING, WITHOUT_CLONES, WITHOUT_EITHER })) {
        await using snapshot = await folder.store.openGeneration(2);
        const { cloned, linked, copied } = await exportSnapshot(snapshot, targetOf(folder, name), { copying });
        ways[name] = [cloned, linked, copied];
      }
      expect(ways).toEqual({ COPYING: [3, 0, 0], WITHOUT_CLONES: [0, 3, 0], WITHOUT_EITHER: [0, 0, 3] });
    }));

  test('told to copy shares no file with its source', () =>
    withStore(async (folder) => {
      await commitTwo(folder);
      const { filesPath, copied, copiedBytes } = await exportOf(folder, 2, { method: 'copy' });
      expect([copied, copiedBytes, fs.statSync(path.join(filesPath, 'a')).nlink]).toEqual([3, 12, 1]);
    }));

  test('that links leaves the source what it was when the copy is collected', () =>
    withStore(async (folder) => {
      await commitTwo(folder);
      const { target, filesPath } = await exportOf(folder, 2, { copying: WITHOUT_CLONES });
      expect(fs.statSync(path.join(filesPath, 'a')).nlink).toBe(2);
      await using copy = await SnapshotStore.open(target);
      await copy.update(writing('a', 'three'));
      await copy.collect(ONLY_THE_HEAD);
      expect(await textOf(await folder.store.snapshot(), 'a')).toBe('two');
    }));

  test('told to link fails where nothing can be linked, and leaves nothing', () =>
    withStore(async (folder) => {
      await commitTwo(folder);
      const exporting = exportOf(folder, 2, { method: 'links', copying: WITHOUT_EITHER });
      await expect(exporting).rejects.toMatchObject({ code: 'LINKS_UNSUPPORTED' });
      expect(besides(folder)).toEqual([]);
    }));

  test('replaces nothing, but goes into an empty directory', () =>
    withStore(async (folder) => {
      await commitTwo(folder);
      fs.mkdirSync(targetOf(folder));
      await exportOf(folder, 2);
      await expect(exportOf(folder, 1)).rejects.toMatchObject({ code: 'TARGET_EXISTS' });
      fs.writeFileSync(targetOf(folder, 'file'), '');
      await using snapshot = await folder.store.openGeneration(1);
      const exporting = exportSnapshot(snapshot, targetOf(folder, 'file'));
      await expect(exporting).rejects.toMatchObject({ code: 'TARGET_EXISTS' });
      expect(besides(folder)).toEqual(['copy', 'file']);
    }));

  test('into a store is refused', () =>
    withStore(async (folder) => {
      await commitTwo(folder);
      await using snapshot = await folder.store.openGeneration(1);
      const exporting = exportSnapshot(snapshot, folder.path('backup', 'today'));
      await expect(exporting).rejects.toMatchObject({ code: 'INVALID_OPTION' });
      expect(fs.existsSync(folder.path('backup'))).toBe(false);
    }));

  test('into a store through a link is refused, also into its trash, and also if it has no pointer', () =>
    withStore(async (folder) => {
      await commitTwo(folder);
      fs.symlinkSync(folder.path('trash'), targetOf(folder, 'link'));
      await using snapshot = await folder.store.openGeneration(1);
      const exporting = (): Promise<unknown> => exportSnapshot(snapshot, targetOf(folder, 'link/today'));
      await expect(exporting()).rejects.toMatchObject({ code: 'INVALID_OPTION' });
      fs.rmSync(folder.path('CURRENT'));
      await expect(exporting()).rejects.toMatchObject({ code: 'INVALID_OPTION' });
      expect(folder.list('trash')).toEqual([]);
      await folder.advance(1);
    }));

  test('into an empty directory leaves that directory in its place, with its rights', () =>
    withStore(async (folder) => {
      await commitTwo(folder);
      fs.mkdirSync(targetOf(folder), { mode: 0o700 });
      const before = fs.statSync(targetOf(folder));
      await exportOf(folder, 2);
      const after = fs.statSync(targetOf(folder));
      expect([after.ino, after.mode]).toEqual([before.ino, before.mode]);
      await using copy = await SnapshotStore.open(targetOf(folder));
      expect(await textOf(await copy.snapshot(), 'c')).toBe('new');
      expect((await copy.verify()).notes).toEqual([]);
    }));

  test('into an empty directory that cannot be finished leaves it empty', () =>
    withStore(async (folder) => {
      await commitTwo(folder);
      fs.mkdirSync(targetOf(folder));
      const isLast = (from: string): boolean => from.endsWith('.partial/generations');
      const environment = withCalls({ rename: failing('EIO', isLast, processEnvironment.fileSystem.rename) });
      await expect(exportOf(folder, 2, { environment })).rejects.toMatchObject({ code: 'IO_FAILED' });
      expect(fs.readdirSync(targetOf(folder))).toEqual([]);
    }));

  test('onto a file system that may only be read says so, and not that nothing could be cleared away', () =>
    withStore(async (folder) => {
      await commitTwo(folder);
      const { makeDirectory, removeDirectory } = processEnvironment.fileSystem;
      const isTarget = (directory: string): boolean => directory.endsWith('.partial');
      const environment = withCalls({
        makeDirectory: failing('EROFS', isTarget, makeDirectory),
        removeDirectory: failing('EROFS', isTarget, removeDirectory),
      });
      const failed = exportOf(folder, 2, { environment });
      await expect(failed).rejects.toMatchObject({ code: 'STORE_READ_ONLY', cause: { code: 'EROFS' } });
    }));

  test('into an empty directory that somebody else fills meanwhile is refused', () =>
    withStore(async (folder) => {
      await commitTwo(folder);
      fs.mkdirSync(targetOf(folder));
      const onProgress = (): void => fs.writeFileSync(path.join(targetOf(folder), 'other'), '');
      await expect(exportOf(folder, 2, { onProgress })).rejects.toMatchObject({ code: 'TARGET_EXISTS' });
      expect(fs.readdirSync(targetOf(folder))).toEqual(['other']);
    }));

  test.each([
    ['x'.repeat(300), 'no directory can have this name'],
    ['a\0b', 'is not a path'],
    ['link-to-file/copy', 'there is no folder'],
    ['missing/copy', 'there is no folder'],
  ])('to %j is refused with a code', (name, message) =>
    withStore(async (folder) => {
      await commitTwo(folder);
      fs.writeFileSync(targetOf(folder, 'file'), '');
      fs.symlinkSync(targetOf(folder, 'file'), targetOf(folder, 'link-to-file'));
      await using snapshot = await folder.store.openGeneration(1);
      const exporting = exportSnapshot(snapshot, `${path.dirname(folder.directory)}/${name}`);
      await expect(exporting).rejects.toMatchObject({
        code: 'INVALID_OPTION',
        message: expect.stringContaining(message),
      });
    }),
  );

  test('has the longest name that a directory can have', () =>
    withStore(async (folder) => {
      await commitTwo(folder);
      await using snapshot = await folder.store.openGeneration(1);
      expect((await exportSnapshot(snapshot, targetOf(folder, 'x'.repeat(255)))).files).toBe(2);
    }));

  test('by an unknown method is refused', () =>
    withStore(async (folder) => {
      await commitTwo(folder);
      const options = {};
      Object.assign(options, { method: 'nonsense' });
      await expect(exportOf(folder, 1, options)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    }));

  test('hands on what its listener throws, and leaves nothing', () =>
    withStore(async (folder) => {
      await commitTwo(folder);
      const failure = new Error('the listener failed');
      const onProgress = (): never => {
        throw failure;
      };
      await expect(exportOf(folder, 2, { onProgress })).rejects.toBe(failure);
      await expect(folder.store.verify({ onProgress })).rejects.toBe(failure);
      await expect(SnapshotStore.repair(folder.directory, { onProgress, dryRun: true })).rejects.toBe(failure);
      expect(besides(folder)).toEqual([]);
    }));

  test('of a damaged file fails with its name and leaves nothing', () =>
    withStore(async (folder) => {
      await commitTwo(folder);
      folder.flipByte('generations/0000000001/folder/below/b', 0);
      const exporting = exportOf(folder, 2);
      await expect(exporting).rejects.toMatchObject({
        code: 'GENERATION_DAMAGED',
        message: expect.stringContaining('folder/below/b'),
      });
      expect(besides(folder)).toEqual([]);
    }));

  test('of a store without generations is refused', () =>
    withStore(async (folder) => {
      const exporting = exportSnapshot(await folder.store.snapshot(), targetOf(folder));
      await expect(exporting).rejects.toMatchObject({ code: 'GENERATION_NOT_FOUND' });
    }));

  test.each([1, 3])('that is interrupted after file %i of 3 leaves nothing', (last) =>
    withStore(async (folder) => {
      await commitTwo(folder);
      const interruption = new AbortController();
      const onProgress = ({ done }: { readonly done: number }): void => {
        if (done === last) interruption.abort(new Error('enough'));
      };
      await expect(exportOf(folder, 2, { signal: interruption.signal, onProgress })).rejects.toThrow('enough');
      expect(besides(folder)).toEqual([]);
    }),
  );

  test('has its name only once every byte and every name in it is on the disk', () =>
    withStore(async (folder) => {
      await commitTwo(folder);
      const steps: string[] = [];
      await exportOf(folder, 2, { method: 'copy', environment: recording(steps) });
      const renamed = steps.findIndex((step) => step.startsWith('rename copy'));
      const before = steps.slice(0, renamed);
      const below = 'copy/generations/0000000002';
      for (const file of [`${below}/a`, `${below}/folder/below/b`, `${below}/manifest.json`, 'copy/CURRENT'])
        expect(before).toContain(`write ${file}`);
      for (const directory of [`${below}/folder/below`, `${below}/folder`, below, 'copy/generations', 'copy'])
        expect(before).toContain(`sync ${directory}`);
      expect(steps.slice(renamed + 1)).toEqual(['sync .']);

      /** Notes what is made durable, by names relative to the folder, with `copy` for the directory being built. */
      function recording(log: string[]): Environment {
        const { fileSystem } = processEnvironment;
        const nameOf = (file: string): string =>
          path.relative(path.dirname(folder.directory), file).replace(/snapdex-export-[0-9a-f]+\.partial/, 'copy') ||
          '.';
        return {
          ...processEnvironment,
          fileSystem: {
            ...fileSystem,
            writeFile: async (file, bytes, options) => {
              await fileSystem.writeFile(file, bytes, options);
              if (options.sync) log.push(`write ${nameOf(file)}`);
            },
            syncDirectory: async (directory) => {
              await fileSystem.syncDirectory(directory);
              log.push(`sync ${nameOf(directory)}`);
            },
            rename: (from, to) => {
              fileSystem.rename(from, to);
              log.push(`rename ${nameOf(from)}`);
            },
          },
        };
      }
    }));

  test('is not on hold although its source is', () =>
    withStore(async (folder) => {
      await commitTwo(folder);
      await folder.store.rollback(1, { hold: true });
      const { target } = await exportOf(folder, 3);
      await using copy = await SnapshotStore.open(target);
      expect((await copy.update(writing('a', 'on'))).isNew).toBe(true);
    }));

  test('is made from a store that may only be read', () =>
    withStore(async (folder) => {
      await commitTwo(folder);
      const reader = await folder.open({ readOnly: true });
      const { files } = await exportSnapshot(await reader.openGeneration(1), targetOf(folder));
      expect(files).toBe(2);
      await reader.close();
    }));

  test('of a snapshot that was collected meanwhile says so and leaves nothing', () =>
    withStore(async (folder) => {
      await folder.advance(1);
      const unpinned = await folder.store.snapshot();
      await folder.advance(1);
      await folder.store.collect(ONLY_THE_HEAD);
      const exporting = exportSnapshot(unpinned, targetOf(folder));
      await expect(exporting).rejects.toMatchObject({ code: 'GENERATION_EXPIRED' });
      expect(besides(folder)).toEqual([]);
    }));
});
