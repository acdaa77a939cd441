import { expect, test } from 'vitest';
import { decodeManifest } from '../../dist/store/manifest.js';
import { findUnsynced, makeDurable } from '../../dist/store/unsynced.js';
import { committedPlace } from './committed-place.js';
import { type Call, watch } from './watched-storage.js';

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

test.each([
  ['deferred', [1, 2], ['syncGenerations']],
  // Its content was synced before the claim, which is all that is left.
  ['durable', [], ['syncClaims']],
] as const)('a %s generation of another is made durable by what it lacks', async (durability, unsynced, wanted) => {
  const found = await committedPlace(2, { durability });
  const manifest = decodeManifest(found.content(2).manifest ?? new Uint8Array(), 2);
  for (const generation of unsynced) found.content(generation).isSynced = false;
  const calls: Call[] = [];
  await makeDurable(watch(found.storage, calls, new Map()), manifest);
  expect(calls.map(({ method }) => method).filter((method) => method.startsWith('sync'))).toEqual(wanted);
});

test('nothing is made durable where there is no generation', async () => {
  const calls: Call[] = [];
  await makeDurable(watch((await committedPlace(0)).storage, calls, new Map()), undefined);
  expect(calls).toEqual([]);
});
