import { describe, expect, it } from 'vitest';
import { chooseMerge } from '../../../dist/search/indexing/merge-policy.js';

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

  it('one of which more than a fifth is dead', () => {
    expect(chooseMerge([size(10_000, 1_900), size(10_000, 2_100)])).toEqual({ first: 1, count: 1 });
  });

  it('none that is dead altogether, but one that hides what was removed', () => {
    expect(chooseMerge([size(10_000), size(500, 500)])).toBeUndefined();
    expect(chooseMerge([size(10_000), size(500, 500, 1)])).toEqual({ first: 1, count: 1 });
  });
});
