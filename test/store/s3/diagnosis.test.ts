import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Environment, processEnvironment, SnapshotStore } from '../../../dist/store/index.js';
import { diagnoseObjectStore } from '../../../dist/store/s3/object-diagnosis.js';
import { type ObjectStore, RequestRefused } from '../../../dist/store/s3/object-store.js';
import { TurnedClock } from '../watched-storage.js';
import { bytesOf, writing } from '../with-store.js';
import { MemoryObjects } from './memory-objects.js';
import { MemoryPlace } from './object-places.js';

const RETENTION = { keepGenerations: 32, minimumAgeMs: 10_000, maximumTotalBytes: undefined };

type Diagnosis = Awaited<ReturnType<typeof diagnoseObjectStore>>;

function diagnosed(
  place: MemoryPlace,
  { objects = new MemoryObjects(place.bucket), environment = processEnvironment } = {} as {
    readonly objects?: ObjectStore;
    readonly environment?: Environment;
  },
): Promise<Diagnosis> {
  const where = {
    objects,
    prefix: 'stores/one',
    cacheDirectory: path.join(place.folder, 'looked'),
    cacheLimitBytes: 1e9,
  };
  return diagnoseObjectStore(where, environment, RETENTION);
}

/** The objects of the place, some of whose calls go another way. */
function changed(place: MemoryPlace, calls: Partial<ObjectStore>): ObjectStore {
  return Object.assign(new MemoryObjects(place.bucket), calls);
}

const refused = async (): Promise<never> => {
  throw new RequestRefused('EACCES', 'as the test asked', undefined);
};

/** Puts other bytes in the place of the only object whose key holds `part`. */
function replace(place: MemoryPlace, part: string, bytes: Uint8Array): Promise<void> {
  const [key = ''] = place.bucket.keys(part);
  return new MemoryObjects(place.bucket).put(key, bytes);
}

/** A store with two generations; the second has a file of the first, and one of its own. */
async function storeIn(place: MemoryPlace): Promise<SnapshotStore> {
  const store = await SnapshotStore.openOn(place.connect(), { collectAutomatically: false, client: 'test' });
  await store.update(writing('first', 'of the first'));
  await store.update(writing('second', 'of the second'));
  return store;
}

const FIRST_FILE = '/files/';
/** A register that was written, of something that nobody understands. */
const GARBAGE = bytesOf(`${'0'.repeat(16)}\n{`);

describe('what a bucket is said to hold', () => {
  test('is no store where none was made', async () => {
    await using place = new MemoryPlace();
    expect(await diagnosed(place)).toMatchObject({
      location: 's3://memory/stores/one',
      exists: false,
      isWritable: true,
      fileSystem: { type: 's3', isNetwork: true, exclusiveRename: true },
      generation: 0,
      problems: [],
      collection: undefined,
    });
    expect(place.bucket.keys()).toEqual([]);
  });

  test('is a store with all that it is made of, and who has it open', async () => {
    await using place = new MemoryPlace();
    await using store = await storeIn(place);
    const lease = await store.tryLease('work');
    const found = await diagnosed(place);
    const { pid } = processEnvironment.identity();
    expect(found).toMatchObject({
      exists: true,
      isWritable: true,
      generation: 2,
      problems: [],
      locks: [{ process: { pid }, state: 'alive', lastSignOfLife: expect.stringMatching(/^20\d\d-.*Z$/) }],
      instances: [{ identity: { pid }, client: 'test', state: 'alive' }],
      collection: { head: 2, kept: [1, 2] },
      space: { drafts: 0, trash: 0, setAside: 0 },
    });
    expect(found.locks[0]?.lock).toContain('work');
    expect(found.space.generations).toBeGreaterThan(25);
    await lease?.release();
    expect((await diagnosed(place)).locks).toEqual([]);
  });

  test('is a store that maintenance has for itself', async () => {
    await using place = new MemoryPlace();
    const storage = place.connect();
    await storage.prepare();
    const lock = await storage.lockStore({ holder: 'a-1', timeoutMs: 0 });
    expect((await diagnosed(place)).locks).toMatchObject([{ lock: 'store.lock', holder: 'a-1', state: 'alive' }]);
    await replace(place, 'store.lock', GARBAGE);
    expect((await diagnosed(place)).locks).toMatchObject([{ lock: 'store.lock', holder: '', process: undefined }]);
    await lock.release().catch(() => {});
  });

  test('names no instance that has been cleared up after, or of which nobody knows anything', async () => {
    await using place = new MemoryPlace();
    await using store = await storeIn(place);
    const looking = diagnosed(place, {
      objects: changed(place, {
        get: async (key) => {
          const found = await new MemoryObjects(place.bucket).get(key);
          return key.includes('/instances/') ? undefined : found;
        },
      }),
    });
    expect((await looking).instances).toEqual([]);
    expect(store.describe().instance).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('a bucket', () => {
  test('that may not be written is told from one that may', async () => {
    await using place = new MemoryPlace();
    await (await storeIn(place)).close();
    const objects = changed(place, { put: refused, putIf: refused, remove: refused });
    expect(await diagnosed(place, { objects })).toMatchObject({
      exists: true,
      isWritable: false,
      fileSystem: { exclusiveRename: undefined },
      generation: 2,
    });
  });

  test('that ignores conditions is no place for a store', async () => {
    await using place = new MemoryPlace();
    const calm = new MemoryObjects(place.bucket);
    const objects = changed(place, {
      putIf: async (key, _, bytes) => {
        await calm.put(key, bytes);
        return (await calm.get(key))?.etag;
      },
    });
    expect(await diagnosed(place, { objects })).toMatchObject({
      isWritable: true,
      fileSystem: { exclusiveRename: false },
    });
  });

  test('that cannot be asked is no diagnosis', async () => {
    await using place = new MemoryPlace();
    const broken = async (): Promise<never> => {
      throw new RangeError('a mistake');
    };
    const { environment } = new TurnedClock();
    const calm = new MemoryObjects(place.bucket);
    const get: ObjectStore['get'] = (key) => (key.includes('probe') ? broken() : calm.get(key));
    const unsettled = diagnosed(place, { objects: changed(place, { putIf: broken, get }), environment });
    await expect(unsettled).rejects.toThrow('nobody can tell whether it was written');
    await expect(diagnosed(place, { objects: changed(place, { get: broken }) })).rejects.toThrow('a mistake');
  });
});

describe('damage that needs no look into files', () => {
  test('is a manifest that nobody can read, and what it would have said of its files', async () => {
    await using place = new MemoryPlace();
    await (await storeIn(place)).close();
    await replace(place, '/generations/0000000001', GARBAGE);
    const { problems, collection } = await diagnosed(place);
    expect(problems).toMatchObject([
      { code: 'GENERATION_DAMAGED', generation: 1, message: 'generation 1: its manifest cannot be read' },
      { code: 'GENERATION_DAMAGED', generation: 2, message: 'generation 2: file "first" is missing' },
    ]);
    expect(collection?.head).toBe(2);
  });

  test('is a file that is gone or of another size', async () => {
    await using place = new MemoryPlace();
    await (await storeIn(place)).close();
    const [one = '', other = ''] = place.bucket.keys(FIRST_FILE);
    const objects = new MemoryObjects(place.bucket);
    await objects.put(one, bytesOf('longer than it was before'));
    await objects.remove(other);
    const messages = (await diagnosed(place)).problems.map(({ message }) => message).sort();
    expect(messages).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^generation \d: file "\w+" is missing$/),
        expect.stringMatching(/^generation \d: file "\w+" expected \d+ bytes, found 25$/),
      ]),
    );
  });

  test('is not what was retired', async () => {
    await using place = new MemoryPlace();
    const store = await storeIn(place);
    await store.update((draft) => {
      draft.remove('first');
    });
    await store.close();
    const storage = place.connect();
    await storage.retire(1);
    const objects = new MemoryObjects(place.bucket);
    for (const key of place.bucket.keys(FIRST_FILE)) {
      if (Buffer.from((await objects.get(key))?.bytes ?? []).toString() === 'of the first') await objects.remove(key);
    }
    expect((await diagnosed(place)).problems.map(({ generation }) => generation)).toEqual([2]);
  });

  test('of a tag leaves open what collecting would do', async () => {
    await using place = new MemoryPlace();
    const store = await storeIn(place);
    await store.tag('release', 1);
    await store.close();
    await replace(place, '/tags/', GARBAGE);
    expect((await diagnosed(place)).collection).toBeUndefined();
  });
});
