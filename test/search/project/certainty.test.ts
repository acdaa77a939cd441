import { expect, test } from 'vitest';
import { Certainty } from '../../../dist/search/project/certainty.js';

/** What changes while nothing tells of it is known right after a comparison, and for this long. */
const VOUCHED_MS = 5_000;

function certainty(): { readonly known: Certainty; advance(ms: number): void; compare(tookMs?: number): void } {
  let nowMs = 1_000;
  const known = new Certainty(() => nowMs);
  const advance = (ms: number): void => {
    nowMs += ms;
  };
  const compare = (tookMs = 0): void => {
    const settle = known.beginComparison();
    advance(tookMs);
    settle();
  };
  return { known, advance, compare };
}

test('nothing is certain before the first comparison has ended, whatever is told', () => {
  const { known } = certainty();
  const settle = known.beginComparison();
  expect(known.isCertain(true)).toBe(false);
  settle();
  expect(known.isCertain(true)).toBe(true);
});

test('while changes are told, a comparison vouches for ever', () => {
  const { known, advance, compare } = certainty();
  compare();
  advance(1_000 * VOUCHED_MS);
  expect([known.isCertain(true), known.isComparisonDue(true)]).toEqual([true, false]);
});

test('while changes are not told, it vouches for a moment, and then the next one is due', () => {
  const { known, advance, compare } = certainty();
  compare();
  advance(VOUCHED_MS - 1);
  expect([known.isCertain(false), known.isComparisonDue(false)]).toEqual([true, false]);
  advance(1);
  expect([known.isCertain(false), known.isComparisonDue(false)]).toEqual([false, true]);
});

test('a comparison that takes long vouches longer, so that not all the time is spent on comparing', () => {
  const { known, advance, compare } = certainty();
  compare(2_000);
  advance(30_000);
  expect([known.isCertain(false), known.isComparisonDue(false)]).toEqual([true, false]);
  expect(known.idleMs).toBe(200_000);
});

test('a comparison that fails settles nothing, and is not tried again by every question', () => {
  const { known } = certainty();
  known.beginComparison();
  expect([known.isCertain(false), known.isComparisonDue(false)]).toEqual([false, false]);
});

test('a doubt that comes while files are compared is left for the next comparison', () => {
  const { known, compare } = certainty();
  const settle = known.beginComparison();
  known.doubt();
  settle();
  expect(known.isCertain(true)).toBe(false);
  compare();
  expect(known.isCertain(true)).toBe(true);
});
