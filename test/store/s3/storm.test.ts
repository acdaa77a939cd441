/** Many stores on one bucket, in a network that loses, delays and repeats what it is given. */
import { expect, test } from 'vitest';
import { isStoreError, processEnvironment, SnapshotStore } from '../../../dist/store/index.js';
import { chanceFrom } from '../../crash/chance.js';
import { seeded } from '../seed.js';
import { countingUp, ONLY_THE_HEAD, textOf } from '../with-store.js';
import { MemoryObjects } from './memory-objects.js';
import { MemoryPlace } from './object-places.js';
import { STORM, StormyObjects } from './stormy-objects.js';

const STORES = 4;
const COMMITS = process.env.SNAPDEX_FULL === '1' ? 100 : 12;

interface Tally {
  acknowledged: number;
  unknown: number;
}

test('no acknowledged count is lost, and none is counted twice', async () => {
  await using place = new MemoryPlace();
  const { seed } = seeded();
  const chances = Array.from({ length: STORES }, (_, slot) => chanceFrom(seed + slot));
  const tallies = await Promise.all(
    chances.map((chance, slot) => {
      const objects = new StormyObjects(new MemoryObjects(place.bucket), STORM, chance);
      return countInStorm(() => SnapshotStore.openOn(place.connect(processEnvironment, objects)), slot);
    }),
  );
  await using calm = await SnapshotStore.openOn(place.connect());
  const head = await calm.snapshot();
  for (const [slot, { acknowledged, unknown }] of tallies.entries()) {
    const count = Number(await textOf(head, `count-${slot}`));
    expect(count).toBeGreaterThanOrEqual(acknowledged);
    expect(count).toBeLessThanOrEqual(acknowledged + unknown);
  }
  expect((await calm.verify()).problems).toEqual([]);
}, 1_800_000);

/** Counts in a file of its own, and collects what others stand on, so that numbers and files go all the time. */
async function countInStorm(open: () => Promise<SnapshotStore>, slot: number): Promise<Tally> {
  const tally = { acknowledged: 0, unknown: 0 };
  const store = await again(open);
  while (tally.acknowledged < COMMITS) {
    try {
      await store.update(countingUp(`count-${slot}`));
      tally.acknowledged += 1;
      if (tally.acknowledged % 3 === 0) await store.collect(ONLY_THE_HEAD);
    } catch (error) {
      if (!isStoreError(error)) throw error;
      if (error.code === 'OUTCOME_UNKNOWN') tally.unknown += 1;
    }
  }
  await again(() => store.close());
  return tally;
}

async function again<T>(action: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (!isStoreError(error, 'IO_FAILED')) throw error;
    }
  }
}
