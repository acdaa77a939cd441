/** A store that was copied file by file while others had it open: their locks and records came with it. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { processEnvironment, SnapshotStore, type StoreOptions } from '../../dist/store/index.js';
import { pauseAt } from './paused-storage.js';
import { makeTemporaryFolder, withStore, writing } from './with-store.js';

/** Who waits shortly, on a clock that a test can put ahead. */
function waitingBy(clock: { readonly aheadMs: number }): StoreOptions {
  const environment = { ...processEnvironment, monotonicMs: () => performance.now() + clock.aheadMs };
  return { environment, lockTimeoutMs: 30, collectAutomatically: false };
}

describe('a copied store', () => {
  test('does not wait for who was committing to the original, who has its turn there', () =>
    withStore(async (folder) => {
      const sleeper = pauseAt(folder.storage(), { method: 'claim', when: 'before' });
      const late = await folder.openOn(sleeper.storage, { collectAutomatically: false });
      const lease = await late.tryLease('work');
      const update = late.update(writing('late', 'kept'));
      await sleeper.asleep;
      const directory = path.join(makeTemporaryFolder(), 'copy');
      fs.cpSync(folder.directory, directory, { recursive: true, preserveTimestamps: true });
      const clock = { aheadMs: 0 };
      const copy = await SnapshotStore.open(directory, waitingBy(clock));
      await expect(copy.update(writing('copied', 'x'))).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' });
      expect(await copy.tryLease('work')).toBeUndefined();
      clock.aheadMs = 10_000;
      expect((await copy.update(writing('copied', 'x'))).generation).toBe(1);
      expect(await copy.tryLease('work')).toBeDefined();
      await copy.close();
      sleeper.wake();
      expect(await update).toEqual({ generation: 1, isNew: true, rebases: 0 });
      expect(lease?.isLost).toBe(false);
      await lease?.release();
      fs.rmSync(path.dirname(directory), { recursive: true });
    }));

  test('is maintained once the records of those who have the original open are removed', () =>
    withStore(async (folder) => {
      await folder.advance(1);
      const directory = path.join(makeTemporaryFolder(), 'copy');
      fs.cpSync(folder.directory, directory, { recursive: true, preserveTimestamps: true });
      const busy = { code: 'STORE_BUSY', remedy: expect.stringContaining('remove the files in its `instances`') };
      await expect(SnapshotStore.repair(directory, { lockTimeoutMs: 0 })).rejects.toMatchObject(busy);
      await expect(SnapshotStore.destroy(directory, { lockTimeoutMs: 0 })).rejects.toMatchObject(busy);
      for (const name of fs.readdirSync(path.join(directory, 'instances')))
        fs.rmSync(path.join(directory, 'instances', name));
      expect((await SnapshotStore.repair(directory, { lockTimeoutMs: 0 })).ok).toBe(true);
      await SnapshotStore.destroy(directory, { lockTimeoutMs: 0 });
      fs.rmSync(path.dirname(directory), { recursive: true });
    }));
});
