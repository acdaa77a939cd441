/** Which segments without a living document stay in an index. */
import type { IndexView } from '../segment/index.js';

/** As many dead segments may stay, together no larger than that, or than this share of what lives. */
const KEPT_SEGMENTS = 4;
const KEPT_CHUNKS = 1_024;
const KEPT_SHARE = 0.2;

/**
 * For each segment, whether the next generation keeps it. The newest dead ones stay for their vectors: a document that
 * comes back, as with a branch that is checked out again, is not embedded anew. One with tombstones hides older ones.
 */
export function segmentsToKeep({ segments, chunkCount }: IndexView): readonly boolean[] {
  let room = Math.max(KEPT_CHUNKS, chunkCount * KEPT_SHARE);
  let dead = 0;
  const newestFirst = segments.toReversed().map(({ segment, liveDocuments }, place) => {
    if (place === 0 || liveDocuments > 0 || segment.parts.tombstones.count > 0) return true;
    dead += 1;
    room -= segment.chunkCount;
    return dead <= KEPT_SEGMENTS && room >= 0;
  });
  return newestFirst.reverse();
}
