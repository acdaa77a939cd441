/** Which segments of a collection become one, so that there are few of them and little in them is outdated. */
import type { Segment } from './segment.js';

/** A segment as the label of a generation names it. */
export interface SegmentSize {
  readonly sizeBytes: number;
  /** Documents in it, and words that one was deleted. */
  readonly lineCount: number;
}

/** Segments that stand beside each other, by their places among all, newest first. */
export interface Run {
  readonly start: number;
  /** Behind the last. */
  readonly end: number;
}

/**
 * Up to which size a change is written into the newest segment, again with what that has already, rather than beside
 * it: a file of a few pages costs what one of a few bytes costs, and one more file costs in every later manifest.
 */
export const OPEN_SEGMENT_BYTES: number = 16 * 1024;
/** How much larger the segments of the next tier are, and how many of one tier may be before they are merged. */
const TIER_FACTOR = 8;
/** Outdated lines that are not worth a merge, however few documents there are. */
const TOLERATED_LINES = 1000;

/**
 * The segments to merge, or `undefined` if all is well. The newest is left alone while changes are still written into it.
 * @param sizes newest first
 * @param count how many documents the collection has
 */
export function planMerge(sizes: readonly SegmentSize[], count: number): Run | undefined {
  const start = (sizes[0]?.sizeBytes ?? 0) < OPEN_SEGMENT_BYTES ? 1 : 0;
  const closed = sizes.slice(start);
  const lineCount = closed.reduce((sum, segment) => sum + segment.lineCount, 0);
  const isMostlyOutdated = closed.length > 0 && lineCount > 2 * count + TOLERATED_LINES;
  if (isMostlyOutdated) return { start, end: sizes.length };
  const tiers = closed.map((segment) => tierOf(segment.sizeBytes));
  for (let tier = 0; tier <= Math.max(...tiers); tier++) {
    const larger = tiers.findIndex((other) => other > tier);
    const length = larger < 0 ? tiers.length : larger;
    if (length > (TIER_FACTOR - 1) * (tier + 1)) return { start, end: start + length };
  }
  return undefined;
}

function tierOf(sizeBytes: number): number {
  return Math.max(0, Math.floor(Math.log(sizeBytes / OPEN_SEGMENT_BYTES) / Math.log(TIER_FACTOR)));
}

/**
 * The bytes of one segment that says what `segments` say together, in the order of the keys.
 * @param segments newest first
 * @param isOldest whether nothing older is below them; who was deleted need not be remembered then
 */
export function mergeSegments(segments: readonly Segment[], isOldest: boolean): Uint8Array {
  const lines = new Map<string, Uint8Array>();
  for (const segment of segments.toReversed()) {
    for (const key of segment.keys()) {
      const line = segment.lineOf(key);
      if (line === undefined || (isOldest && segment.isDeleted(key))) lines.delete(key);
      else lines.set(key, line);
    }
  }
  return Buffer.concat([...lines.keys()].sort().map((key) => lines.get(key) ?? Buffer.alloc(0)));
}
