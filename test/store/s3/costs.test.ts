/** How many requests things cost: what docs/protocol-s3.md says of them is measured here. */
import { expect, test } from 'vitest';
import { SnapshotStore } from '../../../dist/store/index.js';
import { bytesOf, ONLY_THE_HEAD, textOf } from '../with-store.js';
import type { MemoryBucket } from './memory-objects.js';
import { MemoryPlace } from './object-places.js';

type Cost = Omit<MemoryBucket['requests'], 'copy'>;

/** The requests that `action` makes. */
async function costOf({ bucket }: MemoryPlace, action: () => Promise<unknown>): Promise<Cost> {
  const before = { ...bucket.requests };
  await action();
  const { requests } = bucket;
  return {
    get: requests.get - before.get,
    put: requests.put - before.put,
    putIf: requests.putIf - before.putIf,
    list: requests.list - before.list,
    remove: requests.remove - before.remove,
  };
}

const open = (place: MemoryPlace): Promise<SnapshotStore> =>
  SnapshotStore.openOn(place.connect(), { collectAutomatically: false });

test('what docs/protocol-s3.md says that things cost', async () => {
  await using place = new MemoryPlace();
  await using store = await open(place);
  let count = 0;
  const commit = (): Promise<unknown> => store.update((draft) => draft.write('file', bytesOf(`content ${count++}`)));
  for (let done = 0; done < 3; done++) await commit();
  let other = store;
  const costs = {
    open: await costOf(place, async () => {
      other = await open(place);
    }),
    commit: await costOf(place, commit),
    lookAfterIt: await costOf(place, () => other.snapshot()),
    look: await costOf(place, () => other.snapshot()),
    read: await costOf(place, async () => textOf(await other.snapshot(), 'file')),
    readAgain: await costOf(place, async () => textOf(await other.snapshot(), 'file')),
    collect: await costOf(place, () => other.collect(ONLY_THE_HEAD)),
    close: await costOf(place, () => other.close()),
  };
  expect(costs).toEqual({
    open: { get: 18, put: 0, putIf: 6, list: 4, remove: 1 },
    commit: { get: 15, put: 1, putIf: 5, list: 0, remove: 1 },
    lookAfterIt: { get: 6, put: 0, putIf: 0, list: 0, remove: 0 },
    look: { get: 5, put: 0, putIf: 0, list: 0, remove: 0 },
    read: { get: 7, put: 0, putIf: 0, list: 0, remove: 0 },
    readAgain: { get: 5, put: 0, putIf: 0, list: 0, remove: 0 },
    collect: { get: 28, put: 0, putIf: 3, list: 22, remove: 6 },
    close: { get: 0, put: 0, putIf: 0, list: 0, remove: 1 },
  });
});
