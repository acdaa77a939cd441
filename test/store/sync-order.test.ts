import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type Environment, processEnvironment, type SnapshotStore } from '../../dist/store/index.js';
import { ONLY_THE_HEAD, type StoreFolder, withStore } from './with-store.js';

/** A file system that notes what is renamed, removed and synced, by the path inside the store. */
function noting(directory: string): { readonly environment: Environment; readonly notes: string[] } {
  const notes: string[] = [];
  const note = (what: string, file: string): void => void notes.push(`${what} ${path.relative(directory, file)}`);
  const { fileSystem } = processEnvironment;
  const noted: Environment['fileSystem'] = {
    ...fileSystem,
    rename: (from, to) => {
      note('rename', from);
      fileSystem.rename(from, to);
    },
    removeFile: (file) => {
      note('remove', file);
      fileSystem.removeFile(file);
    },
    deleteFile: async (file) => {
      note('remove', file);
      await fileSystem.deleteFile(file);
    },
    syncDirectory: async (synced) => {
      note('sync', synced);
      await fileSystem.syncDirectory(synced);
    },
  };
  return { environment: { ...processEnvironment, fileSystem: noted }, notes };
}

/** The notes of what `action` does to a store with three generations, each of which replaces the same file. */
async function notesOf(folder: StoreFolder, action: (store: SnapshotStore) => Promise<unknown>): Promise<string[]> {
  await folder.advance(3);
  const { environment, notes } = noting(folder.directory);
  const store = await folder.openOn(folder.storage(environment), { environment, collectAutomatically: false });
  notes.length = 0;
  await action(store);
  return notes;
}

test('every file of a durable commit is on the disk before it is claimed, however many there are', () =>
  withStore(async (folder) => {
    const { fileSystem } = processEnvironment;
    const [written, synced, left]: [string[], Set<string>, string[]] = [[], new Set(), []];
    const noted: Environment['fileSystem'] = {
      ...fileSystem,
      writeUnsynced: async (file, bytes) => {
        const unsynced = await fileSystem.writeUnsynced(file, bytes);
        written.push(file);
        return {
          ...unsynced,
          sync: async () => {
            await unsynced.sync();
            synced.add(file);
          },
        };
      },
      rename: (from, to) => {
        if (/generations.\d+$/.test(to)) left.push(...written.filter((file) => !synced.has(file)));
        fileSystem.rename(from, to);
      },
    };
    const environment = { ...processEnvironment, fileSystem: noted };
    const store = await folder.openOn(folder.storage(environment), { environment, durability: 'durable' });
    await store.update((draft) => {
      for (let file = 0; file < 300; file++) draft.write(`file-${file}`, Buffer.from(String(file)));
    });
    expect(written).toHaveLength(301);
    expect(left).toEqual([]);
  }));

test('what is retired stays so after a power cut before any of its files go', () =>
  withStore(async (folder) => {
    const notes = await notesOf(folder, (store) => store.collect(ONLY_THE_HEAD));
    const firstLoss = notes.findIndex((note) => /^remove generations|^rename generations\/\d+$/.test(note));
    for (const retired of ['0000000001', '0000000002']) {
      const renamed = notes.indexOf(`rename generations/${retired}/manifest.json`);
      const synced = notes.indexOf(`sync generations/${retired}`);
      expect([renamed >= 0, synced > renamed, firstLoss > synced]).toEqual([true, true, true]);
    }
  }));

test('what is in the trash stays there after a power cut before any of it is deleted', () =>
  withStore(async (folder) => {
    const notes = await notesOf(folder, (store) => store.collect(ONLY_THE_HEAD));
    const buried = notes.findLastIndex((note) => /^rename generations\/\d+$/.test(note));
    const deleted = notes.findIndex((note) => note.startsWith('remove trash/'));
    const between = notes.slice(buried, deleted);
    expect(between).toEqual(expect.arrayContaining(['sync generations', 'sync trash']));
  }));

test('a tag that was taken away stays away after a power cut', () =>
  withStore(async (folder) => {
    const notes = await notesOf(folder, async (store) => {
      await store.tag('v1');
      await store.untag('v1');
    });
    expect(notes.slice(notes.indexOf('remove tags/v1'))).toContain('sync tags');
  }));

test('a generation is on the disk before a tag names it', () =>
  withStore(
    async (folder) => {
      const notes = await notesOf(folder, (store) => store.tag('v1'));
      const named = notes.findIndex((note) => note.startsWith('rename tags/'));
      expect(notes.slice(0, named)).toEqual(
        expect.arrayContaining(['sync generations/0000000003', 'sync generations']),
      );
    },
    { durability: 'deferred' },
  ));

test('a generation that another has just claimed is on the disk before collecting retires an older one', () =>
  withStore(async (folder) => {
    const notes = await notesOf(folder, (store) => store.collect(ONLY_THE_HEAD));
    const retired = notes.findIndex((note) => note.endsWith('/manifest.json'));
    expect(notes.slice(0, retired)).toContain('sync generations');
  }));

test('a generation that another has just claimed is on the disk before a tag names it', () =>
  withStore(async (folder) => {
    const notes = await notesOf(folder, (store) => store.tag('v1'));
    const named = notes.findIndex((note) => note.startsWith('rename tags/'));
    expect(notes.slice(0, named)).toContain('sync generations');
  }));

test('a durable update that finds its change there already waits until it is on the disk', () =>
  withStore(async (folder) => {
    expect(await notesOf(folder, (store) => store.update(() => {}))).toContain('sync generations');
  }));

/** The notes of opening the store of `folder` once more. */
async function notesOfOpening(folder: StoreFolder): Promise<string[]> {
  const { environment, notes } = noting(folder.directory);
  await folder.openOn(folder.storage(environment), { environment });
  return notes;
}

test('until there is a generation, whoever opens a store makes its directories durable, whoever made them', () =>
  withStore(async (folder) => {
    expect(await notesOfOpening(folder)).toEqual(expect.arrayContaining(['sync ', 'sync ..', 'sync ../..']));
    await folder.advance(1);
    expect(await notesOfOpening(folder)).not.toContain('sync ');
  }));

test('a directory that is missing is made durable when it is made again, at an opening or at need', () =>
  withStore(async (folder) => {
    await folder.advance(1);
    fs.rmdirSync(folder.path('tags'));
    expect(await notesOfOpening(folder)).toContain('sync ');
    const notes = await notesOf(folder, async (store) => {
      fs.rmdirSync(folder.path('tags'));
      await store.tag('v1');
    });
    expect(notes.slice(0, notes.indexOf('sync tags'))).toContain('sync ');
  }));
