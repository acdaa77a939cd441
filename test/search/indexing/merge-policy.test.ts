import { describe, expect, it } from 'vitest';
import { chooseMerge, mergeUrgency } from '../../../dist/search/indexing/merge-policy.js';

const size = (chunks: number, deadChunks = 0, tombstones = 0) => ({ chunks, deadChunks, tombstones });

describe('which segments are merged', () => {
  it('none while there are fewer than eight of a size', () => {
    expect(chooseMerge([size(10_000), ...Array.from({ length: 7 }, () => size(9))])).toBeUndefined();
  });

  it('eight neighbours of a size, with smaller ones between them', () => {
    const small = Array.from({ length: 8 }, () => size(9));
    expect(chooseMerge([size(10_000), ...small])).toEqual({ first: 1, count: 8 });
    const middle = Array.from({ length: 8 }, () => [size(200), size(3)]).flat();
    expect(chooseMerge([size(100_000), ...middle])).toEqual({ first: 1, count: 16 });
  });

  it('one of which more than a quarter is dead', () => {
    expect(chooseMerge([size(10_000, 2_400), size(10_000, 2_600)])).toEqual({ first: 1, count: 1 });
  });

  it('none that is dead altogether, but one that hides what was removed', () => {
    expect(chooseMerge([size(10_000), size(500, 500)])).toBeUndefined();
    expect(chooseMerge([size(10_000), size(500, 500, 1)])).toEqual({ first: 1, count: 1 });
  });
});

describe('merging', () => {
  const small = (count: number) => Array.from({ length: count }, () => size(4));

  it('waits for a quiet moment until sixteen segments wait', () => {
    expect(mergeUrgency([size(100_000), ...small(7)])).toBe('not due');
    expect(mergeUrgency([size(100_000), ...small(15)])).toBe('when quiet');
    expect(mergeUrgency([size(100_000), ...small(16)])).toBe('now');
  });

  it('of what is partly dead has time', () => {
    expect(mergeUrgency([size(10_000, 2_600)])).toBe('when quiet');
  });
});
