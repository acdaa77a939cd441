import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseRetired } from '../../dist/store/retention.js';
import { seeded } from './seed.js';

const NOW = 1_000_000;

/** Which of generations 1…n, made `ages[i]` ms ago, go. */
function choose(ages: readonly number[], keepGenerations: number, minimumAgeMs: number): readonly number[] {
  const history = ages.map((ageMs, index) => ({ generation: index + 1, createdAtMs: NOW - ageMs }));
  const retention = { keepGenerations, minimumAgeMs };
  return chooseRetired(history, { retention, nowMs: NOW, isProtected: () => false });
}

describe('retention', () => {
  test('lets go what is beyond the newest ones and old', () => {
    expect(choose([500, 400, 300, 200], 2, 100)).toEqual([1, 2]);
  });

  test('counts age from when a newer generation took over', () => {
    expect(choose([500, 50], 1, 100)).toEqual([]);
  });

  test('keeps at most as many young ones again, so that a storm does not fill the disk', () => {
    expect(choose([9, 8, 7, 6, 5, 4, 3, 2, 1], 2, 1000)).toEqual([1, 2, 3, 4, 5]);
  });

  test('takes a generation from the future for an old one', () => {
    expect(choose([300, -5000, -5000, 0], 1, 100)).toEqual([1, 2]);
  });

  test('leaves what is protected', () => {
    const history = [1, 2, 3].map((generation) => ({ generation, createdAtMs: 0 }));
    const retention = { keepGenerations: 1, minimumAgeMs: 0 };
    expect(chooseRetired(history, { retention, nowMs: NOW, isProtected: (one) => one === 1 })).toEqual([2]);
  });

  test('never lets the head go, whatever the clocks say', () =>
    fc.assert(
      fc.property(
        fc.array(fc.integer(), { minLength: 1 }),
        fc.integer({ min: 1, max: 9 }),
        fc.nat(),
        (ages, keep, age) => {
          const retired = choose(ages, keep, age);
          for (let kept = ages.length; kept > Math.max(0, ages.length - keep); kept--)
            expect(retired).not.toContain(kept);
        },
      ),
      seeded(),
    ));
});
