import { expect, test } from 'vitest';
import { requireConditionalWrites } from '../../../dist/store/s3/conditional-writes.js';
import type { ObjectStore } from '../../../dist/store/s3/object-store.js';
import { Registers } from '../../../dist/store/s3/registers.js';
import { TurnedClock } from '../watched-storage.js';
import { DetouredObjects } from './held-objects.js';
import { MemoryBucket, MemoryObjects } from './memory-objects.js';

/** A server that writes in spite of what `ignores` says the condition is. */
function ignoring(ignores: (expectedEtag: string | undefined) => boolean): ObjectStore {
  const calm = new MemoryObjects(new MemoryBucket());
  const { objects } = new DetouredObjects(calm);
  return {
    ...objects,
    putIf: async (key, expectedEtag, bytes) => {
      if (!ignores(expectedEtag)) return calm.putIf(key, expectedEtag, bytes);
      await calm.put(key, bytes);
      return (await calm.get(key))?.etag;
    },
  };
}

const check = (objects: ObjectStore): Promise<void> =>
  requireConditionalWrites(new Registers(objects, new TurnedClock().environment), 'probe');
const refused = { code: 'FILE_SYSTEM_UNSUPPORTED', remedy: expect.stringContaining('without versioning') };

test('a server that honours conditions is accepted, and nothing is left there', async () => {
  const bucket = new MemoryBucket();
  await check(new MemoryObjects(bucket));
  expect(bucket.keys()).toEqual([]);
});

test('a server is not refused because answers are lost on the way', async () => {
  const network = new DetouredObjects(new MemoryObjects(new MemoryBucket()));
  for (const isTold of [true, false, true, false, true]) {
    network.once('probe', async (proceed) => {
      await proceed();
      if (isTold) return proceed();
      throw new Error('reset');
    });
  }
  await check(network.objects);
});

test('a server that ignores If-None-Match is refused', async () => {
  await expect(check(ignoring((etag) => etag === undefined))).rejects.toMatchObject(refused);
});

test('a server that ignores If-Match is refused', async () => {
  await expect(check(ignoring((etag) => etag !== undefined))).rejects.toMatchObject(refused);
});

test('a server that never takes an ETag for the right one is refused', async () => {
  const calm = new MemoryObjects(new MemoryBucket());
  const { objects } = new DetouredObjects(calm);
  const deaf: ObjectStore = {
    ...objects,
    putIf: async (key, etag, bytes) => (etag === undefined ? calm.putIf(key, etag, bytes) : undefined),
  };
  await expect(check(deaf)).rejects.toMatchObject(refused);
});
