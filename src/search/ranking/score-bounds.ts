import type { ScoreBoard } from './score-board.js';
import type { SignalMix } from './signal-mix.js';
import type { TermPart, TermScores } from './term-scores.js';

/** Documents that have a term of the query and none of the rarer ones, and what they can score before late signals. */
export interface BoundedTerm {
  readonly parts: readonly TermPart[];
  /** No passages of such a document add more to its score. */
  readonly mostOfPassages: number;
  /** No such document scores more. */
  readonly most: number;
}

/** More than rounding can add to a score: scores of terms are summed in 32 bits. */
const ROUNDING = 1e-4;

/**
 * The terms of a query, the rarest first, as MaxScore takes them (Turtle and Flood, "Query evaluation: strategies and
 * optimizations", 1995): a term can add no more than the best of its own scores, so bounds get lower from term to term.
 */
export function boundTerms(board: ScoreBoard, mix: SignalMix): readonly BoundedTerm[] {
  const commonestFirst = [...board.added].sort((a, b) => b.documentCount - a.documentCount);
  const sums = { passage: 0, headingRarity: 0, document: 0, name: 0, documentRarity: 0 };
  const bounded: BoundedTerm[] = [];
  for (const scores of commonestFirst) {
    addMost(scores, sums);
    const mostOfPassages = mix.mostOfPassages(sums) + ROUNDING;
    const most = mix.mostOfDocument(sums) + mostOfPassages;
    bounded.push({ parts: scores.parts, mostOfPassages, most });
  }
  return bounded.reverse();
}

/** The most that terms can add up to. */
export interface MostOfTerms {
  passage: number;
  headingRarity: number;
  document: number;
  name: number;
  documentRarity: number;
}

function addMost({ most, hasHeadings, passageRarity, documentRarity }: TermScores, sums: MostOfTerms): void {
  sums.passage += most.passage;
  sums.document += most.document;
  sums.name += most.name;
  sums.documentRarity += documentRarity;
  if (hasHeadings) sums.headingRarity += passageRarity;
}
