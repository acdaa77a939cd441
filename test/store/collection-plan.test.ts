import { describe, expect, test } from 'vitest';
import { type CollectionPlan, planCollection } from '../../dist/store/collection-plan.js';
import { processEnvironment } from '../../dist/store/index.js';
import type { Retention } from '../../dist/store/options.js';
import { type CommittedPlace, committedPlace } from './committed-place.js';

const FOREVER = { keepGenerations: 1_000, minimumAgeMs: 0, maximumTotalBytes: undefined };

function planned({ storage }: CommittedPlace, retention: Partial<Retention> = {}): Promise<CollectionPlan> {
  return planCollection(storage, processEnvironment, { ...FOREVER, ...retention });
}

/** Each generation that stays, and what keeps it. */
function keepersOf({ remaining }: CollectionPlan): readonly unknown[] {
  return remaining.map(({ generation, keptBy }) => [generation, keptBy.map(({ by }) => by)]);
}

/** Makes a manifest one that nobody understands. */
function damage(found: CommittedPlace, generation: number): void {
  found.content(generation).manifest = Buffer.from('{');
}

describe('what a collecting would keep', () => {
  test('is the head, and as many behind it as the policy says', async () => {
    const found = await committedPlace(4);
    const all = await planned(found);
    expect(all.remaining.every(({ ownBytes, sharedBytes }) => ownBytes > 0 && sharedBytes > 0)).toBe(true);
    expect(keepersOf(all)).toEqual([
      [1, ['keepGenerations']],
      [2, ['keepGenerations']],
      [3, ['keepGenerations']],
      [4, ['head']],
    ]);
    const few = await planned(found, { keepGenerations: 2 });
    expect([few.kept, keepersOf(few)]).toEqual([
      [3, 4],
      [
        [3, ['keepGenerations']],
        [4, ['head']],
      ],
    ]);
  });

  test('is what is tagged, for no other reason', async () => {
    const found = await committedPlace(4);
    await found.store.tag('release', 1);
    expect(keepersOf(await planned(found, { keepGenerations: 2 }))).toEqual([
      [1, ['tag']],
      [3, ['keepGenerations']],
      [4, ['head']],
    ]);
  });

  test('is a history that is just as large as it may be', async () => {
    const found = await committedPlace(3);
    const { totalBytes } = await planned(found);
    const asLarge = await planned(found, { maximumTotalBytes: totalBytes });
    expect([asLarge.retirements, keepersOf(asLarge)[0]]).toEqual([[], [1, ['keepGenerations']]]);
    const smaller = await planned(found, { maximumTotalBytes: totalBytes - 1 });
    expect(smaller.retirements).toEqual([expect.objectContaining({ generation: 1 })]);
  });

  test('keeps nothing by number of a history that stays too large', async () => {
    const found = await committedPlace(3);
    await using _ = await found.store.openGeneration(2);
    expect(keepersOf(await planned(found, { maximumTotalBytes: 1 }))).toEqual([
      [2, ['pin']],
      [3, ['head']],
    ]);
  });
});

describe('a damaged generation', () => {
  test('stays, with nothing of its own, and readers are given an older one', async () => {
    const found = await committedPlace(3);
    damage(found, 3);
    const plan = await planned(found, { keepGenerations: 1 });
    expect([plan.head, plan.newest?.generation, plan.kept]).toEqual([3, 2, [2, 3]]);
    expect(plan.remaining.at(-1)).toEqual({
      generation: 3,
      createdAt: undefined,
      ownBytes: 0,
      sharedBytes: 0,
      keptBy: [{ by: 'damage' }],
    });
    // Whatever an older one has may be needed by the damaged one too.
    expect([plan.remaining[0]?.ownBytes, plan.remaining[0]?.sharedBytes]).toEqual([0, expect.any(Number)]);
  });

  test('that is retired keeps nothing', async () => {
    const found = await committedPlace(2);
    found.content(1).isRetired = true;
    damage(found, 1);
    // Its file that the head needs goes with the head.
    expect((await planned(found)).remaining).toEqual([expect.objectContaining({ generation: 2, sharedBytes: 0 })]);
  });
});

describe('a retired generation', () => {
  test('neither stays nor counts, unless somebody needs it', async () => {
    const found = await committedPlace(3);
    const before = await planned(found);
    await using _ = await found.store.openGeneration(2);
    for (const generation of [1, 2]) found.content(generation).isRetired = true;
    const { kept, remaining, totalBytes } = await planned(found);
    expect([kept, remaining.map(({ generation }) => generation)]).toEqual([[3], [2, 3]]);
    expect(totalBytes).toBeLessThan(before.totalBytes);
  });
});

describe('a pin', () => {
  test('says whose it is', async () => {
    const found = await committedPlace(2);
    await using _ = await found.store.openGeneration(1);
    const { instance } = found.store.describe();
    const { pid, host } = processEnvironment.identity();
    const [pinned] = (await planned(found, { keepGenerations: 1 })).remaining;
    expect(pinned?.keptBy).toEqual([{ by: 'pin', instance, process: { pid, host, client: expect.any(String) } }]);
  });

  test('keeps its generation, though nobody knows whose it is', async () => {
    const found = await committedPlace(2);
    await using _ = await found.store.openGeneration(1);
    const { instance } = found.store.describe();
    found.place.records.instances.clear();
    const [pinned] = (await planned(found, { keepGenerations: 1 })).remaining;
    expect(pinned).toMatchObject({ generation: 1, keptBy: [{ by: 'pin', instance, process: undefined }] });
  });

  test.each([
    ['has been cleared up after', ''],
    ['lost its record to a power cut', '{'],
  ])('of somebody who %s keeps nothing', async (_, record) => {
    const found = await committedPlace(2);
    await using _pinned = await found.store.openGeneration(1);
    for (const [id] of found.place.records.instances)
      found.place.records.instances.set(id, { bytes: Buffer.from(record), version: 1 });
    expect((await planned(found, { keepGenerations: 1 })).kept).toEqual([2]);
  });
});
