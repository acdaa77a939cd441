import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseRetired } from '../../dist/store/retention.js';
import { SpaceLedger } from '../../dist/store/space-ledger.js';
import { seeded } from './seed.js';

const NOW = 1_000_000;

type Rules = Parameters<typeof chooseRetired>[2]['retention'];

/** Which of generations 1…n go, made `ages[i]` ms ago, each with a file of 100 bytes of its own; those in `tagged` stay. */
function choose(
  ages: readonly number[],
  retention: Rules,
  tagged: readonly number[] = [],
): readonly [number, string][] {
  const history = ages.map((ageMs, index) => ({ generation: index + 1, createdAtMs: NOW - ageMs }));
  const ledger = new SpaceLedger(
    history.map(({ generation }) => ({
      generation,
      manifestBytes: 0,
      files: new Map([['file', { owner: generation, sizeBytes: 100, sha256: '' }]]),
    })),
  );
  const isProtected = (generation: number): boolean => tagged.includes(generation);
  const retirements = chooseRetired(history, ledger, { retention, nowMs: NOW, isProtected });
  return retirements.map(({ generation, reason }) => [generation, reason]);
}

/** The same, by number alone. */
function chosen(ages: readonly number[], keepGenerations: number, minimumAgeMs: number): readonly number[] {
  return choose(ages, { keepGenerations, minimumAgeMs }).map(([generation]) => generation);
}

describe('retention', () => {
  test('lets go what is beyond the newest ones and old', () => {
    expect(chosen([500, 400, 300, 200], 2, 100)).toEqual([1, 2]);
  });

  test('counts age from when a newer generation took over', () => {
    expect(chosen([500, 50], 1, 100)).toEqual([]);
    expect(chosen([500, 100], 1, 100)).toEqual([1]);
  });

  test('keeps at most as many young ones again, so that a storm does not fill the disk', () => {
    expect(chosen([9, 8, 7, 6, 5, 4, 3, 2, 1], 2, 1000)).toEqual([1, 2, 3, 4, 5]);
  });

  test('takes a generation from the future for an old one', () => {
    expect(chosen([300, -5000, -5000, 0], 1, 100)).toEqual([1, 2]);
    expect(chosen([300, -5000, 0], 2, 100)).toEqual([1]);
  });

  test('leaves what is protected', () => {
    expect(choose([3, 2, 1], { keepGenerations: 1, minimumAgeMs: 0 }, [1])).toEqual([[2, 'count']]);
  });

  test('says whether age or number let a generation go', () => {
    const retention = { keepGenerations: 2, minimumAgeMs: 100 };
    expect(choose([900, 800, 700, 600, 50, 40], retention)).toEqual([
      [1, 'count'],
      [2, 'count'],
      [3, 'age'],
    ]);
  });

  test('lets the oldest go until the rest is small enough', () => {
    const retention = { keepGenerations: 9, minimumAgeMs: 0, maximumTotalBytes: 250 };
    expect(choose([4, 3, 2, 1], retention)).toEqual([
      [1, 'size'],
      [2, 'size'],
    ]);
  });

  test('lets nothing go for its size that number lets go already', () => {
    const retention = { keepGenerations: 2, minimumAgeMs: 0, maximumTotalBytes: 200 };
    expect(choose([4, 3, 2, 1], retention)).toEqual([
      [1, 'count'],
      [2, 'count'],
    ]);
  });

  test('keeps the head, what is tagged and what is young, however large they are', () => {
    const retention = { keepGenerations: 9, minimumAgeMs: 100, maximumTotalBytes: 1 };
    expect(choose([900, 800, 700, 50, 40], retention, [1])).toEqual([[2, 'size']]);
  });

  test('keeps everything at exactly its size', () => {
    expect(choose([2, 1], { keepGenerations: 9, minimumAgeMs: 0, maximumTotalBytes: 200 })).toEqual([]);
  });

  test('never lets the head go, whatever the clocks say', () =>
    fc.assert(
      fc.property(
        fc.array(fc.integer(), { minLength: 1 }),
        fc.integer({ min: 1, max: 9 }),
        fc.nat(),
        (ages, keep, age) => {
          const retired = chosen(ages, keep, age);
          for (let kept = ages.length; kept > Math.max(0, ages.length - keep); kept--)
            expect(retired).not.toContain(kept);
        },
      ),
      seeded(),
    ));
});
