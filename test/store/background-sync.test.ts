import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { processEnvironment, SnapshotStore } from '../../dist/store/index.js';
import { withCalls } from './faulty-calls.js';
import { systemError } from './watched-storage.js';
import { bytesOf, type StoreFolder, withStore } from './with-store.js';

/** Longer than any pause between two tries that these tests cause. */
const PATIENCE = { timeout: 20_000, interval: 20 };

/** A deferred store whose disk takes neither the file `a` nor a second copy of it while `isFailing`. */
async function openFailing(folder: StoreFolder): Promise<{
  readonly store: SnapshotStore;
  readonly disk: { isFailing: boolean; failures: number };
}> {
  const disk = { isFailing: false, failures: 0 };
  const refuse = (): void => {
    if (!disk.isFailing) return;
    disk.failures += 1;
    throw systemError('ENOSPC');
  };
  const { fileSystem } = processEnvironment;
  const environment = withCalls({
    syncFile: async (file) => {
      if (path.basename(file) === 'a') refuse();
      await fileSystem.syncFile(file);
    },
    writeFile: async (file, bytes, options) => {
      if (options.sync) refuse();
      await fileSystem.writeFile(file, bytes, options);
    },
  });
  const store = await SnapshotStore.openOn(folder.storage(environment), {
    environment,
    durability: 'deferred',
    collectAutomatically: false,
    onWarning: (message) => folder.warnings.push(message),
  });
  return { store, disk };
}

/** Waits until the disk has it. */
async function untilSynced(folder: StoreFolder, generation: number): Promise<void> {
  await vi.waitFor(async () => expect(await folder.storage().isSynced(generation)).toBe(true), PATIENCE);
}

test('a deferred commit is synced by itself, soon', () =>
  withStore(async (folder) => {
    const store = await folder.open({ durability: 'deferred' });
    const { generation } = await store.update((draft) => draft.write('a', bytesOf('1')));
    await untilSynced(folder, generation);
  }));

test('what the disk refused is tried again by itself until it takes it, with one warning', () =>
  withStore(async (folder) => {
    const { store, disk } = await openFailing(folder);
    const { generation } = await store.update((draft) => draft.write('a', bytesOf('1')));
    disk.isFailing = true;
    await vi.waitFor(() => expect(disk.failures).toBeGreaterThan(1), PATIENCE);
    expect(await folder.storage().isSynced(generation)).toBe(false);
    disk.isFailing = false;
    await untilSynced(folder, generation);
    await store.close();
    expect(folder.warnings).toEqual([expect.stringContaining('a deferred commit could not be synced')]);
  }));

test('a flush that failed is tried again by itself', () =>
  withStore(async (folder) => {
    const { store, disk } = await openFailing(folder);
    const { generation } = await store.update((draft) => draft.write('a', bytesOf('1')));
    disk.isFailing = true;
    await expect(store.flush()).rejects.toMatchObject({ code: 'NO_SPACE' });
    disk.isFailing = false;
    await untilSynced(folder, generation);
    await store.close();
  }));

test('a store that was closed in vain tries no more', () =>
  withStore(async (folder) => {
    const { store, disk } = await openFailing(folder);
    await store.update((draft) => draft.write('a', bytesOf('1')));
    disk.isFailing = true;
    await expect(store.close()).rejects.toMatchObject({ code: 'NO_SPACE' });
    const { failures } = disk;
    await pause(2_500);
    expect(disk.failures).toBe(failures);
  }));
