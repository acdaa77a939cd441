/** Pushing to object storage and pulling from it, in memory: the bytes that go over the network are counted. */
import { expect, test } from 'vitest';
import { type PullResult, SnapshotStore } from '../../../dist/store/index.js';
import type { ObjectStore } from '../../../dist/store/s3/object-store.js';
import { chanceFrom } from '../../crash/chance.js';
import { type MemoryBucket, MemoryObjects } from '../s3/memory-objects.js';
import { MemoryPlace } from '../s3/object-places.js';
import { STORM, StormyObjects } from '../s3/stormy-objects.js';
import { seeded } from '../seed.js';
import { type StoreFolder, withStore } from '../with-store.js';
import { contentsOf, historyOf } from './two-stores.js';

const FILE_BYTES = 100_000;
/** What a pull may send beside files: manifests, records, locks. */
const OVERHEAD_BYTES = 40_000;

/** Ten files in one generation; a second one changes one of them. */
async function commitTen({ store }: StoreFolder): Promise<void> {
  await store.update((draft) => {
    for (let file = 0; file < 10; file++) draft.write(`file-${file}`, Buffer.alloc(FILE_BYTES, `content ${file} `));
  });
  await store.update((draft) => draft.write('file-3', Buffer.alloc(FILE_BYTES, 'changed ')));
}

/** A client whose process dies when it has sent so many files. */
function dyingAfter(files: number, place: MemoryPlace): ObjectStore {
  const calm = new MemoryObjects(place.bucket);
  let isDead = false;
  let sent = 0;
  const alive = <T>(request: () => Promise<T>): Promise<T> => (isDead ? new Promise(() => {}) : request());
  return {
    location: calm.location,
    get: (key) => alive(() => calm.get(key)),
    put: (key, bytes) => {
      if (sent === files) isDead = true;
      sent += 1;
      return alive(() => calm.put(key, bytes));
    },
    putIf: (key, etag, bytes) => alive(() => calm.putIf(key, etag, bytes)),
    copy: (from, to) => alive(() => calm.copy(from, to)),
    list: (prefix, options) => alive(() => calm.list(prefix, options)),
    remove: (key) => alive(() => calm.remove(key)),
  };
}

async function pushed(source: StoreFolder, place: MemoryPlace): Promise<PullResult> {
  await using target = await SnapshotStore.openOn(place.connect(), { collectAutomatically: false });
  const result = await target.pull(source.store);
  expect(await historyOf(target)).toEqual(await historyOf(source.store));
  expect(await contentsOf(target)).toEqual(await contentsOf(source.store));
  expect((await target.verify()).problems).toEqual([]);
  return result;
}

test('a push sends each file once, and the next one only what has changed', () =>
  withStore(async (source) => {
    await using place = new MemoryPlace();
    await commitTen(source);
    expect(await pushed(source, place)).toMatchObject({ files: 11, sentBytes: 11 * FILE_BYTES });
    const before = place.bucket.bytesWritten;
    await source.store.update((draft) => draft.write('file-9', Buffer.alloc(FILE_BYTES, 'more ')));
    expect(await pushed(source, place)).toMatchObject({ files: 1, sentBytes: FILE_BYTES });
    expect(place.bucket.bytesWritten - before).toBeLessThan(FILE_BYTES + OVERHEAD_BYTES);
  }));

test('each number that is passed over costs 23 requests, and no listing', () =>
  withStore(async (source) => {
    const costOf = async (generations: number): Promise<MemoryBucket['requests']> => {
      while ((await source.store.snapshot()).generation < generations)
        await source.store.update((draft) => draft.write('a', Buffer.from(`${Math.random()}`)));
      await source.store.collect({ keepGenerations: 1, minimumAgeMs: 0 });
      await using place = new MemoryPlace();
      expect(await pushed(source, place)).toMatchObject({ passedOver: generations - 1 });
      return { ...place.bucket.requests };
    };
    const [few, many] = [await costOf(10), await costOf(20)];
    const each = Object.entries(many).map(([kind, count]) => [kind, (count - Reflect.get(few, kind)) / 10]);
    expect(Object.fromEntries(each)).toMatchObject({ get: 17, putIf: 5, list: 0, remove: 1, put: 0 });
  }));

test.each([1, 4, 10])('a push whose process dies after %i files is continued without sending them again', (files) =>
  withStore(async (source) => {
    await using place = new MemoryPlace();
    await commitTen(source);
    const dying = await SnapshotStore.openOn(place.connect(undefined, dyingAfter(files, place)));
    void dying.pull(source.store);
    while (place.bucket.requests.put < files) await new Promise((resolve) => setTimeout(resolve, 10));
    const before = place.bucket.bytesWritten;
    const { sentBytes } = await pushed(source, place);
    expect(sentBytes).toBe((11 - files) * FILE_BYTES);
    expect(place.bucket.bytesWritten - before).toBeLessThan(sentBytes + OVERHEAD_BYTES);
  }),
);

test('a push that is interrupted is continued without sending again what was sent', () =>
  withStore(async (source) => {
    await using place = new MemoryPlace();
    await commitTen(source);
    const interruption = new AbortController();
    const target = await SnapshotStore.openOn(place.connect());
    const onProgress = (): void => {
      if (place.bucket.requests.put >= 5) interruption.abort(new Error('enough'));
    };
    // A pull looks at its signal between batches, so two of them are wanted.
    await source.store.update((draft) => draft.write('large', Buffer.alloc(17 * 1024 * 1024)));
    await expect(target.pull(source.store, { onProgress, signal: interruption.signal })).rejects.toThrow('enough');
    await target.close();
    expect((await pushed(source, place)).sentBytes).toBeLessThan(7 * FILE_BYTES + 17 * 1024 * 1024);
  }));

test('what a rollback brings back is copied by the server', () =>
  withStore(async (source) => {
    await using place = new MemoryPlace();
    await commitTen(source);
    await pushed(source, place);
    await source.store.rollback(1);
    expect(await pushed(source, place)).toMatchObject({ files: 1, sentBytes: 0 });
  }));

test('a pull from there fetches what has changed', () =>
  withStore(async (source) =>
    withStore(async (elsewhere) => {
      await using place = new MemoryPlace();
      await commitTen(source);
      await pushed(source, place);
      await using remote = await SnapshotStore.openOn(place.connect(), { readOnly: true });
      expect(await elsewhere.store.pull(remote, { history: 1 })).toMatchObject({ arrived: [2], passedOver: 1 });
      await source.store.update((draft) => draft.write('file-9', Buffer.alloc(FILE_BYTES, 'more ')));
      await pushed(source, place);
      const before = place.bucket.bytesRead;
      expect(await elsewhere.store.pull(remote)).toMatchObject({ arrived: [3], sentBytes: FILE_BYTES });
      expect(place.bucket.bytesRead - before).toBeLessThan(FILE_BYTES + OVERHEAD_BYTES);
      expect(await contentsOf(elsewhere.store)).toEqual(await contentsOf(source.store));
    }),
  ));

test('a push in a storm, tried until it has got through, makes the history of the source', () =>
  withStore(async (source) => {
    await using place = new MemoryPlace();
    const chance = chanceFrom(seeded().seed);
    await source.advance(8);
    await source.store.collect({ keepGenerations: 5, minimumAgeMs: 0 });
    for (let isThrough = false; !isThrough; ) {
      const stormy = new StormyObjects(new MemoryObjects(place.bucket), STORM, chance);
      const target = await SnapshotStore.openOn(place.connect(undefined, stormy)).catch(() => undefined);
      isThrough = (await target?.pull(source.store).catch(() => undefined)) !== undefined;
      await target?.close().catch(() => {});
    }
    // Until the late requests have landed.
    await new Promise((resolve) => setTimeout(resolve, 2 * STORM.latestMs));
    await pushed(source, place);
  }));
