import { type IndexView, type Segment, singleString, type ViewSegment } from '../segment/index.js';
import { type LiveScores, liveScores } from './live-scores.js';
import { isSameScoring, type Scoring } from './scoring.js';
import { bytesOf, type SegmentScores, scoreSegment } from './segment-scores.js';

/** Most bytes of scores that are kept of a view: those of a hundred of the commonest words among 100,000 passages. */
const MOST_BYTES = 24 * 1024 * 1024;

/** So much of it each segment may have, however small it is. */
const LEAST_BYTES = 1024 * 1024;

/** Bytes of what keeps the scores of one term together, and of knowing that a segment does not have it. */
const BYTES_PER_TERM = 1024;
const BYTES_PER_ABSENCE = 128;

/** The scores of one term in one segment, and what of them was alive when that was last asked. */
export class KnownScores {
  readonly scores: SegmentScores;
  #live: LiveScores | undefined;
  #dead: Uint8Array | undefined;

  constructor(scores: SegmentScores) {
    this.scores = scores;
  }

  get bytes(): number {
    return this.scores.documents.length === 0 ? BYTES_PER_ABSENCE : bytesOf(this.scores) + BYTES_PER_TERM;
  }

  live(part: ViewSegment): LiveScores {
    if (this.#live === undefined || this.#dead !== part.deadDocuments) {
      this.#live = liveScores(this.scores, part);
      this.#dead = part.deadDocuments;
    }
    return this.#live;
  }
}

/**
 * The scores of terms that were asked for lately in one segment: reading and scoring postings takes ten times as long as
 * adding the scores up, and the words that are in most questions are those with the longest lists. They hold for every
 * view that has the segment, whatever newer segments hide of it.
 */
export class SegmentScoreCache {
  readonly #segment: Segment;
  readonly #scoring: Scoring;
  /** The least lately asked for first. */
  readonly #known = new Map<string, KnownScores>();
  #bytes = 0;

  constructor(segment: Segment, scoring: Scoring) {
    this.#segment = segment;
    this.#scoring = scoring;
  }

  isFor(scoring: Scoring): boolean {
    return isSameScoring(this.#scoring, scoring);
  }

  /** @throws SearchError SEGMENT_DAMAGED */
  scores(term: string, mostBytes: number): KnownScores {
    const known = this.#known.get(term);
    if (known !== undefined) {
      this.#known.delete(term);
      this.#known.set(term, known);
      return known;
    }
    const made = new KnownScores(scoreSegment(this.#segment, singleString(term), this.#scoring));
    this.#known.set(term, made);
    this.#bytes += made.bytes;
    this.#forgetOldest(mostBytes);
    return made;
  }

  #forgetOldest(mostBytes: number): void {
    for (const [term, { bytes }] of this.#known) {
      if (this.#bytes <= mostBytes) return;
      this.#known.delete(term);
      this.#bytes -= bytes;
    }
  }
}

const caches = new WeakMap<Segment, SegmentScoreCache>();

/** The scores of a term in one segment of the view. @throws SearchError SEGMENT_DAMAGED */
export function knownScores(view: IndexView, { segment }: ViewSegment, term: string, scoring: Scoring): KnownScores {
  const share = segment.chunkCount / Math.max(1, view.chunkSlots);
  return cacheOf(segment, scoring).scores(term, Math.max(LEAST_BYTES, MOST_BYTES * share));
}

/** The cache of a segment, made anew for other parameters. */
function cacheOf(segment: Segment, scoring: Scoring): SegmentScoreCache {
  const known = caches.get(segment);
  if (known?.isFor(scoring) === true) return known;
  const cache = new SegmentScoreCache(segment, scoring);
  caches.set(segment, cache);
  return cache;
}
