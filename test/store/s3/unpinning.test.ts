/** A rollback and a tag are done, although the pin that they stood on cannot be removed now. */
import { expect, test } from 'vitest';
import { processEnvironment, SnapshotStore, StoreError } from '../../../dist/store/index.js';
import type { ObjectStore } from '../../../dist/store/s3/object-store.js';
import { writing } from '../with-store.js';
import { MemoryObjects } from './memory-objects.js';
import { MemoryPlace } from './object-places.js';

/** Objects on which nothing about pins is answered once a pin is to be removed, until the network is there again. */
function withoutUnpinning(calm: ObjectStore): { readonly objects: ObjectStore; reconnect(): void } {
  let isCut = true;
  let pins = 0;
  const fail = (): never => {
    throw new StoreError('IO_FAILED', 'nobody answers', { remedy: 'Check the network.' });
  };
  const objects: ObjectStore = {
    location: calm.location,
    get: async (key) => {
      // The first look comes before the pin is made.
      if (key.includes('/pins/') && isCut && pins++ > 0) fail();
      return calm.get(key);
    },
    put: (key, bytes) => calm.put(key, bytes),
    putIf: (key, expectedEtag, bytes) => calm.putIf(key, expectedEtag, bytes),
    list: (prefix, options) => calm.list(prefix, options),
    copy: (from, to) => calm.copy(from, to),
    remove: (key) => calm.remove(key),
  };
  return {
    objects,
    reconnect: () => {
      isCut = false;
    },
  };
}

test('what is left of a pin goes as soon as somebody answers', async () => {
  await using place = new MemoryPlace();
  const network = withoutUnpinning(new MemoryObjects(place.bucket));
  const storage = place.connect(processEnvironment, network.objects);
  await using store = await SnapshotStore.openOn(storage, { collectAutomatically: false });
  for (const text of ['1', '2']) await store.update(writing('a', text));
  expect(await store.rollback(1)).toMatchObject({ generation: 3, isNew: true });
  const livePins = async (): Promise<number> => (await storage.listRecords('pins')).length;
  expect(await livePins()).toBe(1);
  network.reconnect();
  await storage.touchRecord('instances', store.describe().instance);
  expect(await livePins()).toBe(0);
});
