import { expect, test } from 'vitest';
import { findUnsynced } from '../../dist/store/unsynced.js';
import { committedPlace } from './committed-place.js';

test.each([0, 1, 2, 3, 4, 5])(
  'of five open generations, all behind the first %i that are noted are open',
  async (synced) => {
    const found = await committedPlace(5, { durability: 'deferred' });
    const named = [1, 2, 3, 4, 5];
    for (const generation of named.slice(0, synced)) found.content(generation).isSynced = true;
    expect(await findUnsynced(found.storage, { unsynced: named })).toEqual(named.slice(synced));
  },
);

test('nothing is open without a manifest', async () => {
  expect(await findUnsynced((await committedPlace(1)).storage, undefined)).toEqual([]);
});
