/** When a deferred store syncs by itself, told by a clock that the test turns. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemError, WatchedStore } from './watched-storage.js';
import { bytesOf } from './with-store.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** A deferred store, and the times at which it asks its disk for a sync. Milliseconds since it was opened. */
async function openTimed(): Promise<{
  readonly watched: WatchedStore;
  readonly disk: { isFailing: boolean };
  readonly syncedAtMs: number[];
  pass(ms: number): Promise<void>;
}> {
  const watched = await WatchedStore.open({ durability: 'deferred' });
  const disk = { isFailing: false };
  const syncedAtMs: number[] = [];
  let nowMs = 0;
  watched.always('syncGenerations', async (proceed) => {
    syncedAtMs.push(nowMs);
    if (disk.isFailing) throw systemError('EIO');
    await proceed();
  });
  const pass = async (ms: number): Promise<void> => {
    for (const endMs = nowMs + ms; nowMs < endMs; ) {
      nowMs += 50;
      await vi.advanceTimersByTimeAsync(50);
    }
  };
  return { watched, disk, syncedAtMs, pass };
}

async function commit({ store }: WatchedStore): Promise<void> {
  await store.update((draft, base) => draft.write('a', bytesOf(String(base.generation))));
}

test('commits that follow each other within half a second wait for the disk once, together', async () => {
  const { watched, syncedAtMs, pass } = await openTimed();
  await commit(watched);
  await pass(400);
  await commit(watched);
  await pass(50);
  expect(syncedAtMs).toEqual([]);
  await pass(50);
  expect(syncedAtMs).toEqual([500]);
  expect(watched.parametersOf('syncGenerations')[0]?.[0]).toEqual([1, 2]);
  await commit(watched);
  await pass(1_000);
  expect(syncedAtMs).toEqual([500, 1_000]);
});

test('a flush takes the place of the sync that would have come by itself', async () => {
  const { watched, syncedAtMs, pass } = await openTimed();
  await commit(watched);
  await pass(400);
  await watched.store.flush();
  await commit(watched);
  await pass(450);
  expect(syncedAtMs).toEqual([400]);
  await pass(50);
  expect(syncedAtMs).toEqual([400, 900]);
});

test('what the disk refuses is tried again after a second, then after twice the time up to 32 seconds', async () => {
  const { watched, disk, syncedAtMs, pass } = await openTimed();
  disk.isFailing = true;
  await commit(watched);
  await pass(130_000);
  const pausesMs = syncedAtMs.map((atMs, index) => atMs - (syncedAtMs[index - 1] ?? 0));
  expect(pausesMs).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 32_000, 32_000]);
  expect(watched.warnings).toEqual([expect.stringContaining('a deferred commit could not be synced: Error: EIO')]);
});

test('a disk that fails anew after it has answered is warned about anew, and tried again after a second', async () => {
  const { watched, disk, syncedAtMs, pass } = await openTimed();
  for (const _ of ['once', 'again']) {
    disk.isFailing = true;
    await commit(watched);
    await pass(600);
    disk.isFailing = false;
    await pass(1_400);
  }
  expect(syncedAtMs).toEqual([500, 1_500, 2_500, 3_500]);
  expect(watched.warnings).toHaveLength(2);
});

test('what a failed sync left open is synced with what was committed since', async () => {
  const { watched, disk, pass } = await openTimed();
  disk.isFailing = true;
  await commit(watched);
  await pass(500);
  await commit(watched);
  disk.isFailing = false;
  await pass(1_000);
  expect(watched.parametersOf('syncGenerations').map(([generations]) => generations)).toEqual([[1], [1, 2]]);
  await expect(watched.store.flush()).resolves.toBeUndefined();
  expect(watched.count('syncGenerations')).toBe(2);
});

test('a store that was closed in vain tries no more', async () => {
  const { watched, disk, syncedAtMs, pass } = await openTimed();
  disk.isFailing = true;
  await commit(watched);
  await expect(watched.store.close()).rejects.toMatchObject({ code: 'IO_FAILED' });
  await pass(40_000);
  expect(syncedAtMs).toEqual([0]);
});
