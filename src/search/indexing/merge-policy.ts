/** Which neighbouring segments to merge. Pure. */

/** A segment as the policy sees it. */
export interface SegmentSize {
  /** Passages in it, dead ones included. At least 1. */
  readonly chunks: number;
  readonly deadChunks: number;
  /** Removed documents that it hides in older segments. */
  readonly tombstones: number;
}

/** A run of neighbours, by their places. */
export interface SegmentRun {
  readonly first: number;
  readonly count: number;
}

/** Segments up to this many passages count as equally small. */
const SMALLEST_TIER_CHUNKS = 64;
/** A tier holds segments up to this factor apart, and this many of a tier are merged into one of the next. */
const TIER_FACTOR = 8;
/** A run of so many segments is not left until there is time for it: the manifest of each commit names them all. */
const URGENT_SEGMENTS = 2 * TIER_FACTOR;
/**
 * A segment of which this share is dead is written anew; one that is dead altogether goes without. Until the history has
 * let go of the old one, both take space.
 */
const DEAD_SHARE = 0.25;

/**
 * The next run to merge, or `undefined` if the list is in order: logarithmic in the number of passages, as tiered
 * compaction in LevelDB's and Lucene's line.
 * @param segments oldest first
 */
export function chooseMerge(segments: readonly SegmentSize[]): SegmentRun | undefined {
  const tiers = segments.map((segment) => tierOf(segment.chunks - segment.deadChunks));
  for (const tier of [...new Set(tiers)].sort((a, b) => a - b)) {
    const run = runsUpTo(tiers, tier).find(({ first, count }) => {
      return tiers.slice(first, first + count).filter((other) => other === tier).length >= TIER_FACTOR;
    });
    if (run !== undefined) return run;
  }
  const mostlyDead = segments.findIndex(
    ({ chunks, deadChunks, tombstones }) =>
      chunks > SMALLEST_TIER_CHUNKS && deadChunks > chunks * DEAD_SHARE && (deadChunks < chunks || tombstones > 0),
  );
  return mostlyDead === -1 ? undefined : { first: mostlyDead, count: 1 };
}

/** Whether something is to be merged, and if so, whether it can wait until nobody is committing. */
export type MergeUrgency = 'not due' | 'when quiet' | 'now';

/** @param segments oldest first */
export function mergeUrgency(segments: readonly SegmentSize[]): MergeUrgency {
  const run = chooseMerge(segments);
  if (run === undefined) return 'not due';
  return run.count >= URGENT_SEGMENTS ? 'now' : 'when quiet';
}

/** The longest runs of neighbours of which none is above `tier`. */
function runsUpTo(tiers: readonly number[], tier: number): readonly SegmentRun[] {
  const runs: SegmentRun[] = [];
  let first = 0;
  for (let place = 0; place <= tiers.length; place++) {
    if ((tiers[place] ?? Number.POSITIVE_INFINITY) <= tier) continue;
    if (place > first) runs.push({ first, count: place - first });
    first = place + 1;
  }
  return runs;
}

function tierOf(chunks: number): number {
  return Math.max(0, Math.ceil(Math.log(Math.max(1, chunks) / SMALLEST_TIER_CHUNKS) / Math.log(TIER_FACTOR)));
}
