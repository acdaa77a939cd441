import type { RankingParameters, SignalWeights } from './ranking-options.js';
import type { ScoreBoard } from './score-board.js';

/** Stands for the passage of a document that has none: an empty file, found by its name. */
export const NO_CHUNK = -1;

/**
 * Puts the signals of a finished board together. A score is always document part plus passage part, each summed in the
 * same order, so equal signals give equal bits. Ids are those of the whole view.
 */
export class SignalMix {
  readonly #board: ScoreBoard;
  readonly #weights: SignalWeights;
  readonly #minimumSimilarity: number;

  constructor(board: ScoreBoard, ranking: RankingParameters) {
    this.#board = board;
    this.#weights = ranking.weights;
    this.#minimumSimilarity = ranking.minimumSimilarity;
  }

  /** @param titleLength terms in the document's title */
  documentPart(document: number, titleLength: number): number {
    return this.#document(document) + this.#name(document) + this.#titlePrecision(document, titleLength);
  }

  passagePart(chunk: number): number {
    if (chunk === NO_CHUNK) return 0;
    return this.#passage(chunk) + this.#headingCoverage(chunk) + this.#vector(chunk);
  }

  /** What each signal adds. */
  explain(document: number, titleLength: number, chunk: number): SignalWeights {
    const hasChunk = chunk !== NO_CHUNK;
    return {
      document: this.#document(document),
      name: this.#name(document),
      titlePrecision: this.#titlePrecision(document, titleLength),
      passage: hasChunk ? this.#passage(chunk) : 0,
      headingCoverage: hasChunk ? this.#headingCoverage(chunk) : 0,
      vector: hasChunk ? this.#vector(chunk) : 0,
    };
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

  #document(document: number): number {
    return this.#weights.document * share(this.#board.documentScore[document] ?? 0, this.#board.bestDocument);
  }

  #name(document: number): number {
    return this.#weights.name * share(this.#board.nameScore[document] ?? 0, this.#board.bestName);
  }

  #titlePrecision(document: number, titleLength: number): number {
    return this.#weights.titlePrecision * share(this.#board.titleMatches[document] ?? 0, titleLength);
  }

  #passage(chunk: number): number {
    return this.#weights.passage * share(this.#board.passageScore[chunk] ?? 0, this.#board.bestPassage);
  }

  #headingCoverage(chunk: number): number {
    return this.#weights.headingCoverage * share(this.#board.headingRarity[chunk] ?? 0, this.#board.queryRarity);
  }

  #vector(chunk: number): number {
    if (!this.#board.hasSimilarity) return 0;
    return this.#weights.vector * share(Math.max(0, this.#board.similarity[chunk] ?? 0), this.#board.bestSimilarity);
  }
}

function share(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
