/** Threads end without their process, and what they held must not wait for it. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { SnapshotStore } from '../../dist/store/index.js';
import { type StoreFolder, withStore, writing } from './with-store.js';

/** A thread that holds the commit lock of the folder's store, a lease, a pin and a draft. */
async function startCommitting(folder: StoreFolder): Promise<Worker> {
  const worker = new Worker(new URL('commit-for-ever.mjs', import.meta.url), { workerData: folder.directory });
  await once(worker, 'message');
  return worker;
}

describe.skipIf(process.platform !== 'linux')('what a thread held that was ended in the middle of a commit', () => {
  test('is free at once, for others and for its own process', () =>
    withStore(async (folder) => {
      await folder.advance(2);
      const worker = await startCommitting(folder);
      const waiting = await folder.open({ lockTimeoutMs: 20 });
      await expect(waiting.update(writing('file', 'x'))).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' });
      expect([(await waiting.instances()).length, await waiting.tryLease('work')]).toEqual([3, undefined]);
      await worker.terminate();
      expect((await waiting.update(writing('file', 'x'))).generation).toBe(3);
      expect(await waiting.instances()).toHaveLength(2);
      await (await waiting.tryLease('work'))?.release();
      await waiting.collect();
      const left = (): readonly number[] => ['drafts', 'pins', 'instances'].map((name) => folder.list(name).length);
      await expect.poll(left).toEqual([0, 0, 2]);
    }));

  test('does not keep the store from being destroyed', () =>
    withStore(async (folder) => {
      await folder.advance(1);
      const worker = await startCommitting(folder);
      await folder.leave();
      const destroying = (): Promise<void> => SnapshotStore.destroy(folder.directory, { lockTimeoutMs: 0 });
      await expect(destroying()).rejects.toMatchObject({ code: 'STORE_BUSY' });
      await worker.terminate();
      await destroying();
      await (await SnapshotStore.open(folder.directory)).close();
    }));
});
