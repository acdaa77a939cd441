import type { FieldLengths, IndexView } from '../segment/index.js';
import type { RankingParameters } from './ranking-options.js';

/** The parameters that scores of terms depend on. */
export type TermRanking = Pick<RankingParameters, 'term' | 'passage' | 'document' | 'name'>;

/** What the scores of a term in a segment depend on beside the segment. */
export interface Scoring {
  readonly ranking: TermRanking;
  /** Terms by field, of a passage and of a document, on average. */
  readonly passageAverage: FieldLengths;
  readonly documentAverage: FieldLengths;
}

/**
 * Averages count to so many digits. BM25 asks whether a text is long or short, for which they are enough, and so that
 * one edited document among many leaves the scores of all others as they are.
 */
const AVERAGE_DIGITS = 3;

const known = new WeakMap<IndexView, Scoring>();

/** What scores of terms in the view depend on. */
export function scoringOf(view: IndexView, ranking: TermRanking): Scoring {
  const before = known.get(view);
  if (before !== undefined && isSameRanking(before.ranking, ranking)) return before;
  const scoring = {
    ranking,
    passageAverage: averageLengths(view, view.chunkCount),
    documentAverage: averageLengths(view, view.documentCount),
  };
  known.set(view, scoring);
  return scoring;
}

/** True if a term has the same scores with both. */
export function isSameScoring(a: Scoring, b: Scoring): boolean {
  if (a === b) return true;
  return (
    isSameRanking(a.ranking, b.ranking) &&
    isSameLengths(a.passageAverage, b.passageAverage) &&
    isSameLengths(a.documentAverage, b.documentAverage)
  );
}

function isSameRanking(a: TermRanking, b: TermRanking): boolean {
  return a.term === b.term && a.passage === b.passage && a.document === b.document && a.name === b.name;
}

function isSameLengths(a: FieldLengths, b: FieldLengths): boolean {
  return (
    a.title === b.title &&
    a.path === b.path &&
    a.keywords === b.keywords &&
    a.heading === b.heading &&
    a.body === b.body &&
    a.code === b.code
  );
}

function averageLengths(view: IndexView, count: number): FieldLengths {
  const { title, path, keywords, heading, body, code } = view.lengths;
  const average = (sum: number): number => (count === 0 ? 0 : Number((sum / count).toPrecision(AVERAGE_DIGITS)));
  return {
    title: average(title),
    path: average(path),
    keywords: average(keywords),
    heading: average(heading),
    body: average(body),
    code: average(code),
  };
}
