import type { RankingParameters, SignalWeights } from './ranking-options.js';
import type { ScoreBoard } from './score-board.js';
import type { MostOfTerms } from './score-bounds.js';

/** Stands for the passage of a document that has none: an empty file, found by its name. */
export const NO_CHUNK = -1;

/** Signals that each passage has for itself. */
export type PassageSignals = Pick<SignalWeights, 'passage' | 'headingCoverage' | 'vector'>;

/** Signals of the whole document that come from its terms. */
export type DocumentSignals = Pick<SignalWeights, 'document' | 'name' | 'coverage'>;

/** What the passages of one document add to its score. */
export interface BestPassage {
  /** The passage that adds most, of equal ones the first; `NO_CHUNK` if there is none. */
  readonly chunk: number;
  /** What that one adds. */
  readonly part: number;
  /** The best of each signal that any of them has, summed. */
  readonly bestOfEach: number;
}

/**
 * Puts the signals of a finished board together: what each adds to a score. They are summed in the same order wherever a
 * document lies, so equal signals give equal bits. Ids are those of the whole view.
 */
export class SignalMix {
  readonly #board: ScoreBoard;
  readonly #minimumSimilarity: number;
  /** What one unit of each signal adds to a score. */
  readonly #worth: PassageSignals & DocumentSignals;

  constructor(board: ScoreBoard, ranking: RankingParameters) {
    const { weights } = ranking;
    this.#board = board;
    // As cosines are kept and compared with it.
    this.#minimumSimilarity = Math.fround(ranking.minimumSimilarity);
    this.#worth = {
      document: share(weights.document, board.bestDocument),
      name: share(weights.name, board.bestName),
      coverage: share(weights.coverage, board.queryDocumentRarity),
      passage: share(weights.passage, board.bestPassage),
      headingCoverage: share(weights.headingCoverage, board.queryRarity),
      vector: share(weights.vector, board.bestSimilarity),
    };
  }

  documentSignals(document: number): DocumentSignals {
    const { documentScore, nameScore, documentRarity } = this.#board;
    const worth = this.#worth;
    return {
      document: worth.document * (documentScore[document] ?? 0),
      name: worth.name * (nameScore[document] ?? 0),
      coverage: worth.coverage * (documentRarity[document] ?? 0),
    };
  }

  documentPart(document: number): number {
    const { documentScore, nameScore, documentRarity } = this.#board;
    const worth = this.#worth;
    return (
      worth.document * (documentScore[document] ?? 0) +
      worth.name * (nameScore[document] ?? 0) +
      worth.coverage * (documentRarity[document] ?? 0)
    );
  }

  passageSignals(chunk: number): PassageSignals {
    return chunk === NO_CHUNK
      ? { passage: 0, headingCoverage: 0, vector: 0 }
      : { passage: this.passage(chunk), headingCoverage: this.headingCoverage(chunk), vector: this.vector(chunk) };
  }

  passagePart(chunk: number): number {
    return chunk === NO_CHUNK ? 0 : this.passage(chunk) + this.headingCoverage(chunk) + this.vector(chunk);
  }

  /** The most that the passages of one document can add, whose terms add up to no more than this. */
  mostOfPassages({ passage, headingRarity }: MostOfTerms): number {
    const { bestPassage, bestSimilarity } = this.#board;
    const worth = this.#worth;
    return (
      worth.passage * Math.min(passage, bestPassage) +
      worth.headingCoverage * headingRarity +
      worth.vector * bestSimilarity
    );
  }

  /** The same of `documentPart`. */
  mostOfDocument({ document, name, documentRarity }: MostOfTerms): number {
    const worth = this.#worth;
    return worth.document * document + worth.name * name + worth.coverage * documentRarity;
  }

  /** Of the chunks from `start` to before `end`. */
  bestPassage(start: number, end: number): BestPassage {
    const { passageScore, headingRarity, similarity, hasSimilarity } = this.#board;
    const worth = this.#worth;
    let best = start < end ? start : NO_CHUNK;
    let bestPart = 0;
    let mostPassage = 0;
    let mostCoverage = 0;
    let mostVector = 0;
    for (let chunk = start; chunk < end; chunk++) {
      const passage = worth.passage * (passageScore[chunk] ?? 0);
      const coverage = worth.headingCoverage * (headingRarity[chunk] ?? 0);
      const vector = hasSimilarity ? worth.vector * Math.max(0, similarity[chunk] ?? 0) : 0;
      if (passage > mostPassage) mostPassage = passage;
      if (coverage > mostCoverage) mostCoverage = coverage;
      if (vector > mostVector) mostVector = vector;
      const part = passage + coverage + vector;
      if (part <= bestPart) continue;
      bestPart = part;
      best = chunk;
    }
    return { chunk: best, part: bestPart, bestOfEach: mostPassage + mostCoverage + mostVector };
  }

  passage(chunk: number): number {
    return this.#worth.passage * (this.#board.passageScore[chunk] ?? 0);
  }

  headingCoverage(chunk: number): number {
    return this.#worth.headingCoverage * (this.#board.headingRarity[chunk] ?? 0);
  }

  vector(chunk: number): number {
    const { hasSimilarity, similarity } = this.#board;
    return hasSimilarity ? this.#worth.vector * Math.max(0, similarity[chunk] ?? 0) : 0;
  }

  /** True if the passage is similar enough to be found by that alone. */
  isSimilar(chunk: number): boolean {
    const { hasSimilarity, similarity } = this.#board;
    return hasSimilarity && (similarity[chunk] ?? 0) >= this.#minimumSimilarity;
  }

  /** True if the passage itself has a keyword of the query or is similar to it. */
  matches(chunk: number): boolean {
    return this.#board.isFoundChunk(chunk) || this.isSimilar(chunk);
  }
}

function share(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
