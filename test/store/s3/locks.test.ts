/** Who may have a store on object storage for himself, and who may not. */
import { describe, expect, test } from 'vitest';
import { processEnvironment } from '../../../dist/store/index.js';
import type { Storage } from '../../../dist/store/storage.js';
import { bytesOf } from '../with-store.js';
import { MemoryPlace } from './object-places.js';

const ALONE = { holder: 'a-1', timeoutMs: 0 };

function shared(storage: Storage, identity: object = processEnvironment.identity()): ReturnType<Storage['shareStore']> {
  const record = bytesOf(JSON.stringify({ identity }));
  return storage.shareStore({ holder: '0123456789abcdef', record, timeoutMs: 0 });
}

/** A process of this host that ended before. */
const DEAD = { ...processEnvironment.identity(), pid: 2 ** 22 + 1 };
/** Of another host nobody can tell but by its silence. */
const ELSEWHERE = { ...processEnvironment.identity(), host: 'elsewhere' };

describe('maintenance has the store for itself, or not,', () => {
  test('if nobody has it open, and then nobody opens it', async () => {
    await using place = new MemoryPlace();
    const storage = place.connect();
    await storage.prepare();
    const lock = await storage.lockStore(ALONE);
    await expect(shared(place.connect())).rejects.toMatchObject({
      code: 'LOCK_TIMEOUT',
      message: expect.stringContaining('maintenance has the store for itself'),
    });
    await expect(place.connect().lockStore({ holder: 'a-2', timeoutMs: 0 })).rejects.toMatchObject({
      code: 'LOCK_TIMEOUT',
      message: expect.stringContaining('the store is open, or under maintenance'),
    });
    await lock.release();
    await (await shared(place.connect())).release();
  });

  test('where there is no store', async () => {
    await using place = new MemoryPlace();
    await (await place.connect().lockStore(ALONE)).release();
  });

  test.each([
    ['runs', processEnvironment.identity()],
    ['runs on another host', ELSEWHERE],
  ])('not while somebody has it open who %s, and leaves nothing behind', async (_, identity) => {
    await using place = new MemoryPlace();
    const storage = place.connect();
    await storage.prepare();
    const open = await shared(storage, identity);
    await expect(place.connect().lockStore(ALONE)).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' });
    await open.release();
    await (await place.connect().lockStore(ALONE)).release();
  });

  test('beside those who have ended', async () => {
    await using place = new MemoryPlace();
    const storage = place.connect();
    await storage.prepare();
    await shared(storage, DEAD);
    await (await place.connect().lockStore(ALONE)).release();
  });

  test.each([
    ['that have been cleared up after', new Uint8Array(), true],
    ['whose record is torn', bytesOf('{'), true],
    ['of a version to come', bytesOf('{"later":1}'), false],
  ])('beside instances %s', async (_, record, mayGoOn) => {
    await using place = new MemoryPlace();
    const storage = place.connect();
    await storage.prepare();
    await storage.writeRecord('instances', '0123456789abcdef', record, { replace: false, sync: false });
    const locking = place.connect().lockStore(ALONE);
    if (mayGoOn) await (await locking).release();
    else await expect(locking).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' });
  });
});

test('whoever opens a store in the moment in which maintenance begins gives way', async () => {
  await using place = new MemoryPlace();
  const storage = place.connect();
  await storage.prepare();
  const racing = await Promise.allSettled([shared(place.connect()), place.connect().lockStore(ALONE)]);
  expect(racing.filter(({ status }) => status === 'fulfilled').length).toBeLessThan(2);
  for (const outcome of racing) if (outcome.status === 'fulfilled') await outcome.value.release();
  await (await shared(place.connect())).release();
  expect(await storage.listRecords('instances')).toEqual([]);
});
