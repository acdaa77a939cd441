import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { SnapshotStore } from '../../dist/store/index.js';
import { failing, withCalls } from './faulty-calls.js';
import { makeTemporaryFolder, type StoreFolder, withStore } from './with-store.js';

const { fileSystem } = withCalls({});

/** A store with a history that nobody has open. */
function withLeftStore(body: (folder: StoreFolder) => Promise<void>): Promise<void> {
  return withStore(async (folder) => {
    await folder.advance(2);
    await folder.leave();
    await body(folder);
  });
}

describe('a store that is destroyed', () => {
  test('is gone with its directory, a file at its top included', async () => {
    const directory = path.join(makeTemporaryFolder(), 'store');
    const store = await SnapshotStore.open(directory);
    await store.update((draft) => draft.write('a', Buffer.from('1')));
    await store.close();
    fs.writeFileSync(path.join(directory, '.DS_Store'), '');
    await SnapshotStore.destroy(directory);
    expect(fs.readdirSync(path.dirname(directory))).toEqual([]);
    fs.rmSync(path.dirname(directory), { recursive: true });
  });

  test('leaves its empty directory where this user may not write in the one above', () =>
    withLeftStore(async (folder) => {
      const removeDirectory = failing('EACCES', (made) => made === folder.directory, fileSystem.removeDirectory);
      await SnapshotStore.destroy(folder.directory, { environment: withCalls({ removeDirectory }) });
      expect(fs.readdirSync(folder.directory)).toEqual([]);
      await (await folder.open()).close();
    }));

  test('says what the disk says about its directory', () =>
    withLeftStore(async (folder) => {
      const removeDirectory = failing('EIO', (made) => made === folder.directory, fileSystem.removeDirectory);
      const destroying = SnapshotStore.destroy(folder.directory, { environment: withCalls({ removeDirectory }) });
      await expect(destroying).rejects.toMatchObject({ code: 'IO_FAILED' });
      await (await folder.open()).close();
    }));

  test('may be made anew at once', () =>
    withLeftStore(async (folder) => {
      await SnapshotStore.destroy(folder.directory);
      await using store = await SnapshotStore.open(folder.directory);
      expect((await store.snapshot()).generation).toBe(0);
    }));
});

describe('a store is not destroyed', () => {
  test('while somebody has it open, and stays as it was', () =>
    withStore(async (folder) => {
      await folder.advance(1);
      const destroying = SnapshotStore.destroy(folder.directory, { lockTimeoutMs: 0 });
      await expect(destroying).rejects.toMatchObject({
        code: 'STORE_BUSY',
        cause: expect.objectContaining({ code: 'LOCK_TIMEOUT' }),
      });
      expect((await folder.store.snapshot()).generation).toBe(1);
    }));

  test('where there is none, and nothing is made for the occasion', async () => {
    const folder = makeTemporaryFolder();
    const destroying = SnapshotStore.destroy(path.join(folder, 'store'));
    await expect(destroying).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' });
    expect(fs.readdirSync(folder)).toEqual([]);
    fs.rmSync(folder, { recursive: true });
  });

  test('where nothing can be written, and loses no file by the trial', () =>
    withLeftStore(async (folder) => {
      const makeDirectory = failing('EROFS', () => true, fileSystem.makeDirectory);
      const environment = withCalls({ makeDirectory });
      const destroying = SnapshotStore.destroy(folder.directory, { environment });
      await expect(destroying).rejects.toMatchObject({ code: 'STORE_READ_ONLY' });
      expect(folder.list('generations')).toHaveLength(2);
    }));

  test('where its generations cannot be moved, and can be opened again', () =>
    withLeftStore(async (folder) => {
      const rename = failing('EIO', (from) => from === folder.path('generations'), fileSystem.rename);
      const destroying = SnapshotStore.destroy(folder.directory, { environment: withCalls({ rename }) });
      await expect(destroying).rejects.toMatchObject({ code: 'IO_FAILED' });
      await using store = await folder.open();
      expect((await store.snapshot()).generation).toBe(2);
    }));
});
