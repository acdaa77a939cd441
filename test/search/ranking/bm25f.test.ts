import { expect, test } from 'vitest';
import { saturated, termRarity, weighedFrequency } from '../../../dist/search/ranking/bm25f.js';

test('with one field of weight 1 the score is that of BM25, worked by hand', () => {
  // 2 occurrences, field of 10 terms where 20 is average, k1 1.2, b 0.75, 3 of 10 passages.
  const frequency = weighedFrequency(2, { weight: 1, lengthPenalty: 0.75 }, 10, 20);
  const rarity = Math.log(1 + 7.5 / 3.5);
  expect(termRarity(3, 10)).toBe(rarity);
  expect(rarity * saturated(frequency, 1.2)).toBeCloseTo((rarity * 2 * 2.2) / (2 + 1.2 * (0.25 + 0.75 * 0.5)), 12);
});

test('a term that everything has is still worth something', () => {
  expect(termRarity(10, 10)).toBeGreaterThan(0);
});

test('a field that nobody has counts nothing and divides by nothing', () => {
  expect(weighedFrequency(0, { weight: 3, lengthPenalty: 0.75 }, 0, 0)).toBe(0);
  expect(weighedFrequency(1, { weight: 3, lengthPenalty: 0.75 }, 1, 0)).toBe(3);
});
