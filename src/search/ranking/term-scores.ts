import { isWeakTerm } from '../analysis/index.js';
import type { IndexView, ViewSegment } from '../segment/index.js';
import { termRarity } from './bm25f.js';
import type { Scoring } from './scoring.js';
import type { SegmentScores } from './segment-scores.js';
import { knownScores } from './term-score-cache.js';

/** What one term adds to the scores of one view. */
export interface TermScores {
  /** What finding the term is worth among passages, and among documents. */
  readonly passageRarity: number;
  readonly documentRarity: number;
  /** Live documents that have the term. */
  readonly documentCount: number;
  /** True if a live passage has it in its headings. */
  readonly hasHeadings: boolean;
  /** The most that it adds to a score of each kind; 0 where there is none. */
  readonly most: { readonly passage: number; readonly document: number; readonly name: number };
  /** Segments that have the term, oldest first. */
  readonly parts: readonly TermPart[];
}

/** What a term adds in one segment, for each time that its rarity is worth. */
export interface TermPart {
  readonly part: ViewSegment;
  readonly scores: SegmentScores;
}

/**
 * Counts, lengths and numbers of live documents are integers over the whole view, so scores do not depend on how
 * documents lie in segments.
 *
 * @param worth what finding it is worth in this question, beside what it is; 0 to 1
 * @throws SearchError SEGMENT_DAMAGED
 */
export function scoreTerm(view: IndexView, term: string, worth: number, scoring: Scoring): TermScores {
  const parts: TermPart[] = [];
  const most = { passage: 0, document: 0, name: 0 };
  let chunkCount = 0;
  let documentCount = 0;
  let occurrences = 0;
  let hasHeadings = false;
  for (const part of view.segments) {
    const known = knownScores(view, part, term, scoring);
    const { scores } = known;
    if (scores.documents.length === 0) continue;
    const live = known.live(part);
    parts.push({ part, scores });
    chunkCount += live.chunkCount;
    documentCount += live.documentCount;
    occurrences += live.occurrences;
    hasHeadings ||= live.hasHeadings;
    most.passage = Math.max(most.passage, live.most.passage);
    most.document = Math.max(most.document, live.most.document);
    most.name = Math.max(most.name, live.most.name);
  }
  const { burstiness, weakWord } = scoring.ranking.term;
  const perDocument = occurrences === 0 ? 1 : occurrences / documentCount;
  const ofItsKind = isWeakTerm(term) ? Math.min(worth, weakWord) : worth;
  const worthHere = ofItsKind * perDocument ** burstiness;
  const passageRarity = worthHere * termRarity(chunkCount, view.chunkCount);
  const documentRarity = worthHere * termRarity(documentCount, view.documentCount);
  return {
    passageRarity,
    documentRarity,
    documentCount,
    hasHeadings,
    most: {
      passage: passageRarity * most.passage,
      document: documentRarity * most.document,
      name: documentRarity * most.name,
    },
    parts,
  };
}
