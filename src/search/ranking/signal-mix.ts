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
  readonly #minimumSimilarity: number;
  /** What one unit of each signal adds to a score. */
  readonly #worth: SignalWeights;

  constructor(board: ScoreBoard, ranking: RankingParameters) {
    const { weights } = ranking;
    this.#board = board;
    this.#minimumSimilarity = ranking.minimumSimilarity;
    this.#worth = {
      document: share(weights.document, board.bestDocument),
      passage: share(weights.passage, board.bestPassage),
      name: share(weights.name, board.bestName),
      headingCoverage: share(weights.headingCoverage, board.queryRarity),
      titlePrecision: weights.titlePrecision,
      vector: share(weights.vector, board.bestSimilarity),
      link: weights.link,
    };
  }

  /** @param titleLength terms in the document's title */
  documentPart(document: number, titleLength: number): number {
    const { documentScore, nameScore, titleMatches } = this.#board;
    const worth = this.#worth;
    return (
      worth.document * (documentScore[document] ?? 0) +
      worth.name * (nameScore[document] ?? 0) +
      worth.titlePrecision * share(titleMatches[document] ?? 0, titleLength)
    );
  }

  passagePart(chunk: number): number {
    if (chunk === NO_CHUNK) return 0;
    const { passageScore, headingRarity, similarity, hasSimilarity } = this.#board;
    const worth = this.#worth;
    const keywords = worth.passage * (passageScore[chunk] ?? 0) + worth.headingCoverage * (headingRarity[chunk] ?? 0);
    return hasSimilarity ? keywords + worth.vector * Math.max(0, similarity[chunk] ?? 0) : keywords;
  }

  /** @param linkShare share of what the best results pass on, 0 to 1 */
  linkPart(linkShare: number): number {
    return this.#worth.link * linkShare;
  }

  /** What each signal but `link` adds. */
  explain(document: number, titleLength: number, chunk: number): Omit<SignalWeights, 'link'> {
    const board = this.#board;
    const worth = this.#worth;
    const similarity = board.hasSimilarity ? Math.max(0, board.similarity[chunk] ?? 0) : 0;
    return {
      document: worth.document * (board.documentScore[document] ?? 0),
      passage: worth.passage * (board.passageScore[chunk] ?? 0),
      name: worth.name * (board.nameScore[document] ?? 0),
      headingCoverage: worth.headingCoverage * (board.headingRarity[chunk] ?? 0),
      titlePrecision: worth.titlePrecision * share(board.titleMatches[document] ?? 0, titleLength),
      vector: worth.vector * similarity,
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
}

function share(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
