/** What a commit does where several unlikely things come together; found by changing its code. */
import { expect, test } from 'vitest';
import { SnapshotStore } from '../../dist/store/index.js';
import { decodeManifest, encodeManifest } from '../../dist/store/manifest.js';
import { LARGEST_GENERATION } from '../../dist/store/names.js';
import { MemoryStorage } from './memory-storage.js';
import { TurnedClock, WatchedStore } from './watched-storage.js';
import { countingUp, textOf, unmadeFolder, writing } from './with-store.js';

test('a deferred change that finds nothing to do waits for no disk', async () => {
  const watched = await WatchedStore.open({ durability: 'deferred' });
  await watched.store.update(writing('a', '1'));
  expect((await watched.store.update(() => {})).isNew).toBe(false);
  expect(watched.order('syncGenerations', 'syncClaims')).toEqual([]);
});

test('a durable commit syncs the open generations that it stands on, of which the newest is only its base', async () => {
  const watched = await WatchedStore.open({ durability: 'durable' });
  const elsewhere = new MemoryStorage(watched.place, unmadeFolder());
  const deferred = await SnapshotStore.openOn(elsewhere, { durability: 'deferred', collectAutomatically: false });
  await deferred.update(writing('a', '1'));
  await deferred.update(writing('a', '2'));
  await watched.store.update(writing('a', '3'));
  expect(watched.parametersOf('syncGenerations')).toEqual([[[1, 2], { isBase: true }]]);
});

test('a draft that is cleared away while it is written is made anew, whatever drafts others have', async () => {
  const watched = await WatchedStore.open();
  const elsewhere = new MemoryStorage(watched.place, unmadeFolder());
  await elsewhere.createDraft('other-1');
  watched.once('writeDraftFile', (proceed, [draft]) => {
    watched.place.drafts.delete(String(draft));
    return proceed();
  });
  expect(await watched.store.update(writing('a', '1'))).toMatchObject({ generation: 1, rebases: 1 });
  expect(watched.count('createDraft')).toBe(2);
});

test('a claim whose draft was buried by others, who took its writer for dead, is a lost race', async () => {
  const watched = await WatchedStore.open();
  watched.once('claim', (proceed, [draft]) => {
    watched.place.drafts.delete(String(draft));
    watched.place.records.instances.delete(watched.store.describe().instance);
    return proceed();
  });
  expect(await watched.store.update(countingUp('n'))).toEqual({ generation: 1, isNew: true, rebases: 1 });
});

test('a claim that vanished with all generations is a lost race', async () => {
  const watched = await WatchedStore.open();
  watched.once('claim', async (proceed) => {
    const answer = await proceed();
    watched.place.generations.clear();
    return answer;
  });
  expect(await watched.store.update(countingUp('n'))).toEqual({ generation: 1, isNew: true, rebases: 1 });
  expect(await textOf(await watched.store.snapshot(), 'n')).toBe('1');
});

test('only the wait for the lock in a try itself is no part of what that try costs', async () => {
  const clock = new TurnedClock();
  const watched = await WatchedStore.open({ environment: clock.environment });
  watched.once('lockCommits', (proceed) => {
    clock.nowMs += 10_000;
    return proceed();
  });
  let runs = 0;
  await watched.store.update(async (draft) => {
    runs += 1;
    clock.nowMs += 300;
    if (runs < 3) await watched.other.update(writing('other', String(runs)));
    draft.write('n', Buffer.from('1'));
  });
  // Half of 300 ms, then half of the longest there is.
  expect(clock.pauses).toEqual([150, 250]);
});

test('above the largest number there is no next generation, and the error says so', async () => {
  const watched = await WatchedStore.open();
  await watched.store.update(writing('a', '1'));
  const head = watched.place.generations.get(1);
  if (head?.manifest === undefined) throw new Error('there is no head');
  const manifest = { ...decodeManifest(head.manifest, 1), generation: LARGEST_GENERATION };
  watched.place.generations.set(LARGEST_GENERATION, { ...head, manifest: encodeManifest(manifest) });
  await expect(watched.store.update(writing('a', '2'))).rejects.toMatchObject({
    code: 'STORE_DAMAGED',
    message: 'generation 9999999999: there is no number above it for the next generation',
  });
  expect([...watched.place.generations.keys()]).toEqual([1, LARGEST_GENERATION]);
});
