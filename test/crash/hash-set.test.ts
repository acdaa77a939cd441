import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seeded } from '../store/seed.js';
import { HashSet } from './hash-set.js';

// Few values, zeros among them, so that hashes meet in one half and in both.
const half = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }));

test('a hash is new once, whoever of those that share the memory comes first', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(half, half), { maxLength: 500 }), (hashes) => {
      const memory = HashSet.memoryFor(500);
      const sets = [new HashSet(memory), new HashSet(memory)] as const;
      const plain = new Set<string>();
      for (const [index, [low, high]] of hashes.entries()) {
        // A half of zero stands for no hash, so one is taken for it.
        const isNew = !plain.has(`${low || 1} ${high || 1}`);
        plain.add(`${low || 1} ${high || 1}`);
        expect(sets[index % 2 === 0 ? 0 : 1].add({ low, high })).toBe(isNew);
      }
      expect([sets[0].size, sets[1].size]).toEqual([plain.size, plain.size]);
    }),
    seeded(),
  );
});

test('a set that is full says so', () => {
  const set = new HashSet(HashSet.memoryFor(1));
  const fill = (): void => {
    for (let low = 1; low <= 1024; low++) set.add({ low, high: low });
  };
  expect(fill).toThrow(RangeError);
});
