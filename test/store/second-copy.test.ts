import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { failing, withCalls } from './faulty-calls.js';
import { systemError } from './watched-storage.js';
import { bytesOf, ONLY_THE_HEAD, type StoreFolder, textOf, withStore, writing } from './with-store.js';

const { fileSystem } = withCalls({});
const ofHead = { isBase: false } as const;
const ofBase = { isBase: true } as const;

/** A store with one generation that holds `a`, which is not on the disk yet. */
function withUnsynced(body: (folder: StoreFolder) => Promise<void>): Promise<void> {
  return withStore(
    async (folder) => {
      await folder.store.update(writing('a', 'kept'));
      await body(folder);
    },
    { durability: 'deferred' },
  );
}

/** A disk that fails to sync files of that name, and says so every time it is asked. */
function failingToSync(name: string, code = 'EIO') {
  const asked: string[] = [];
  const syncFile = async (file: string): Promise<void> => {
    if (!file.endsWith(name)) return fileSystem.syncFile(file);
    asked.push(file);
    throw systemError(code);
  };
  return { asked, syncFile };
}

describe('a file whose fsync fails', () => {
  test('is written to the disk once more under its name, and never synced a second time', () =>
    withUnsynced(async (folder) => {
      const { asked, syncFile } = failingToSync('/a');
      const before = fs.statSync(folder.path('generations/0000000001/a')).ino;
      await folder.storage(withCalls({ syncFile })).syncGenerations([1], ofHead);
      expect(fs.statSync(folder.path('generations/0000000001/a')).ino).not.toBe(before);
      expect([asked.length, await textOf(await folder.store.snapshot(), 'a')]).toEqual([1, 'kept']);
      expect(await folder.storage().isSynced(1)).toBe(true);
    }));

  test('and cannot be copied is copied at the next try, not synced, and leaves no draft', () =>
    withUnsynced(async (folder) => {
      const { asked, syncFile } = failingToSync('/a');
      let isFull = true;
      const writeFile = failing('ENOSPC', () => isFull, fileSystem.writeFile);
      const storage = folder.storage(withCalls({ syncFile, writeFile }));
      await expect(storage.syncGenerations([1], ofHead)).rejects.toMatchObject({ code: 'ENOSPC' });
      expect(await storage.isSynced(1)).toBe(false);
      isFull = false;
      await storage.syncGenerations([1], ofHead);
      expect(asked).toHaveLength(1);
      await expect.poll(() => folder.list('drafts')).toEqual([]);
      expect(await storage.isSynced(1)).toBe(true);
    }));

  test('is copied beside the manifest of a retired generation just as well', () =>
    withUnsynced(async (folder) => {
      await folder.advance(1);
      await folder.storage().retire(1);
      await folder.storage(withCalls(failingToSync('/a'))).syncGenerations([1], ofHead);
      expect(await textOf(await folder.store.snapshot(), 'a')).toBe('kept');
    }));

  test('and whose bytes the disk lost is not made durable: its generation is damaged', () =>
    withUnsynced(async (folder) => {
      folder.flipByte('generations/0000000001/a', 0);
      const storage = folder.storage(withCalls(failingToSync('/a')));
      const syncing = storage.syncGenerations([1], ofHead);
      await expect(syncing).rejects.toMatchObject({
        code: 'GENERATION_DAMAGED',
        message: expect.stringContaining('"a"'),
        remedy: expect.stringContaining('Check the disk'),
      });
      expect(await storage.isSynced(1)).toBe(false);
    }));

  test('in a generation whose manifest cannot be read is no reason to believe the file', () =>
    withUnsynced(async (folder) => {
      const readFile = failing('EIO', (file) => file.endsWith('manifest.json'), fileSystem.readFile);
      const storage = folder.storage(withCalls({ ...failingToSync('/a'), readFile }));
      await expect(storage.syncGenerations([1], ofHead)).rejects.toMatchObject({ code: 'EIO' });
    }));

  test('because it was collected meanwhile needs none', () =>
    withUnsynced(async (folder) => {
      await folder.storage(withCalls(failingToSync('/a', 'ENOENT'))).syncGenerations([1], ofHead);
      expect(await folder.storage().isSynced(1)).toBe(true);
    }));
});

describe('a manifest whose fsync fails', () => {
  test('fails the sync of its generation, now and whenever it is tried again in this process', () =>
    withUnsynced(async (folder) => {
      const { asked, syncFile } = failingToSync('manifest.json');
      const storage = folder.storage(withCalls({ syncFile }));
      await expect(storage.syncGenerations([1], ofHead)).rejects.toMatchObject({ code: 'EIO' });
      await expect(storage.syncGenerations([1], ofHead)).rejects.toThrow(/would prove nothing/);
      expect([asked.length, await storage.isSynced(1)]).toEqual([1, false]);
    }));

  test('does not keep others from standing on the files of its generation', () =>
    withUnsynced(async (folder) => {
      const storage = folder.storage(withCalls(failingToSync('0000000001/manifest.json')));
      await storage.syncGenerations([1], ofBase);
      await folder.store.update((draft) => draft.write('b', bytesOf('more')));
      await storage.syncGenerations([1, 2], ofHead);
      expect(await storage.isSynced(2)).toBe(true);
    }));
});

test('what is synced, gone or noted by another meanwhile is passed over', () =>
  withUnsynced(async (folder) => {
    await folder.advance(2);
    await folder.store.flush();
    await folder.store.collect(ONLY_THE_HEAD);
    const { asked, syncFile } = failingToSync('');
    await folder.storage(withCalls({ syncFile })).syncGenerations([2, 3, 99], ofHead);
    expect(asked).toEqual([]);
    fs.rmSync(folder.path('generations/0000000003/synced'));
    const createFile = failing('EEXIST', () => true, fileSystem.createFile);
    await folder.storage(withCalls({ createFile })).syncGenerations([3], ofHead);
    expect(await folder.storage().isSynced(3)).toBe(false);
  }));
