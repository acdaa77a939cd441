/** What is removed a day later, and what is not. */
import { expect, test } from 'vitest';
import { SnapshotStore } from '../../../dist/store/index.js';
import { bytesOf, ONLY_THE_HEAD, textOf, writing } from '../with-store.js';
import { MemoryObjects } from './memory-objects.js';
import { MemoryPlace } from './object-places.js';

const DAY_MS = 25 * 3_600_000;

test('tombstones and files of nobody go after a day, and not before', async () => {
  await using place = new MemoryPlace();
  const storage = place.connect();
  await storage.prepare();
  await storage.createDraft('a-1');
  await storage.writeDraftFile('a-1', 'file', bytesOf('never claimed'));
  await storage.writeRecord('tags', 'x', bytesOf('1'), { replace: false, sync: true });
  await storage.removeRecord('tags', 'x', { sync: true });
  const [root = ''] = place.bucket.keys('/files/');
  await new MemoryObjects(place.bucket).put(root.replace(/files.*/, 'probes/a-0-1'), bytesOf('killed while it probed'));
  const lease = await storage.tryLease({ name: 'work', holder: 'a-2', onLost: () => {} });
  await place.connect().emptyTrash();
  const left = (): readonly number[] =>
    ['/files/', '/tags/', '/probes/', '/locks/'].map((part) => place.bucket.keys(part).length);
  expect(left()).toEqual([1, 1, 1, 1]);
  place.bucket.age(DAY_MS);
  await place.connect().emptyTrash();
  expect(left()).toEqual([0, 0, 0, 0]);
  await lease?.release();
});

test('what generations are made of stays, however old it is', async () => {
  await using place = new MemoryPlace();
  await using store = await SnapshotStore.openOn(place.connect(), { collectAutomatically: false });
  await store.update(writing('old', 'but needed'));
  for (const text of ['1', '2', '3']) await store.update(writing('a', text));
  place.bucket.age(DAY_MS);
  await store.collect(ONLY_THE_HEAD);
  await using fresh = await SnapshotStore.openOn(place.connect(), { collectAutomatically: false });
  expect(await textOf(await fresh.snapshot(), 'old')).toBe('but needed');
  expect((await fresh.verify()).problems).toEqual([]);
  expect(place.bucket.keys('/files/')).toHaveLength(2);
});

test('a store that was destroyed leaves two tombstones', async () => {
  await using place = new MemoryPlace();
  const storage = place.connect();
  const store = await SnapshotStore.openOn(storage);
  await store.update(writing('a', '1'));
  await store.close();
  const lock = await storage.lockStore({ holder: 'a-1', timeoutMs: 0 });
  await storage.erase();
  await lock.release();
  expect(place.bucket.keys()).toEqual(['stores/one/store', 'stores/one/store.lock']);
  expect([...place.bucket.objects.values()].map(({ bytes }) => bytes.byteLength)).toEqual([16, 16]);
});

test('an erasing that was interrupted is told of, and finished by whoever opens the store', async () => {
  await using place = new MemoryPlace();
  const remove = (): Promise<void> => Promise.reject(new Error('killed'));
  const killed = Object.assign(new MemoryObjects(place.bucket), { remove });
  const before = await SnapshotStore.openOn(place.connect());
  await before.update(writing('a', '1'));
  await before.close();
  await expect(place.connect(undefined, killed).erase()).rejects.toThrow('killed');
  expect([await place.connect().exists(), await place.connect().findRemains()]).toEqual([
    false,
    expect.stringMatching(/^[0-9a-f]{16}$/),
  ]);
  await using store = await SnapshotStore.openOn(place.connect());
  expect([(await store.snapshot()).generation, place.bucket.keys('/files/')]).toEqual([0, []]);
});
