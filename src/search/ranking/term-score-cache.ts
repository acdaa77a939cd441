import type { IndexView } from '../segment/index.js';
import { bytesOf, scoreTerm, type TermRanking, type TermScores } from './term-scores.js';

/** Most bytes of scores that are kept: those of a hundred of the commonest words among 100,000 passages. */
const MOST_BYTES = 24 * 1024 * 1024;

/** Bytes of what keeps the scores of one term together. */
const BYTES_PER_TERM = 1024;

/**
 * The scores of terms that were asked for lately in one view: reading and scoring postings takes ten times as long as
 * adding the scores up, and the words that are in most questions are those with the longest lists.
 */
export class TermScoreCache {
  readonly #view: IndexView;
  readonly #ranking: TermRanking;
  /** The least lately asked for first. */
  readonly #known = new Map<string, TermScores>();
  #bytes = 0;

  constructor(view: IndexView, ranking: TermRanking) {
    this.#view = view;
    this.#ranking = ranking;
  }

  /** True if the scores were made with these parameters. */
  isFor(ranking: TermRanking): boolean {
    const own = this.#ranking;
    return (
      own.term === ranking.term &&
      own.passage === ranking.passage &&
      own.document === ranking.document &&
      own.name === ranking.name
    );
  }

  /** @throws SearchError SEGMENT_DAMAGED */
  scores(term: string): TermScores {
    const known = this.#known.get(term);
    if (known !== undefined) {
      this.#known.delete(term);
      this.#known.set(term, known);
      return known;
    }
    const scores = scoreTerm(this.#view, term, this.#ranking);
    this.#known.set(term, scores);
    this.#bytes += bytesOf(scores) + BYTES_PER_TERM;
    this.#forgetOldest();
    return scores;
  }

  #forgetOldest(): void {
    for (const [term, scores] of this.#known) {
      if (this.#bytes <= MOST_BYTES) return;
      this.#known.delete(term);
      this.#bytes -= bytesOf(scores) + BYTES_PER_TERM;
    }
  }
}

const caches = new WeakMap<IndexView, TermScoreCache>();

/** The cache of a view, made anew for other parameters. */
export function termScoresOf(view: IndexView, ranking: TermRanking): TermScoreCache {
  const known = caches.get(view);
  if (known?.isFor(ranking) === true) return known;
  const cache = new TermScoreCache(view, ranking);
  caches.set(view, cache);
  return cache;
}
