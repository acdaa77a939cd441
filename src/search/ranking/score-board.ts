import type { IndexView } from '../segment/index.js';

/**
 * Scores of one query by document and chunk of a view, in dense arrays that are used again: making and clearing arrays
 * of the corpus' size would cost more than most queries. All zero between queries.
 */
export class ScoreBoard {
  /** By document. */
  documentScore: Float64Array = new Float64Array(0);
  nameScore: Float64Array = new Float64Array(0);
  /** Terms of the title that the query has, repeats counted. */
  titleMatches: Uint32Array = new Uint32Array(0);
  /** By chunk. */
  passageScore: Float64Array = new Float64Array(0);
  /** Summed rarity of the query's terms in the headings. */
  headingRarity: Float64Array = new Float64Array(0);
  /** Cosine to the query; only where `hasSimilarity` says so. */
  similarity: Float64Array = new Float64Array(0);
  hasSimilarity = false;
  /** Summed rarity of the query's terms. */
  queryRarity = 0;
  #isMarked: Uint8Array = new Uint8Array(0);
  #marked: Uint32Array = new Uint32Array(0);
  #markedCount = 0;

  /** Documents that were marked, in the order of the first mark. */
  get markedDocuments(): Uint32Array {
    return this.#marked.subarray(0, this.#markedCount);
  }

  /** Makes room for a view. */
  reserve(view: IndexView): void {
    if (this.documentScore.length < view.documentSlots) {
      const size = roomFor(view.documentSlots);
      this.documentScore = new Float64Array(size);
      this.nameScore = new Float64Array(size);
      this.titleMatches = new Uint32Array(size);
      this.#isMarked = new Uint8Array(size);
      this.#marked = new Uint32Array(size);
    }
    if (this.passageScore.length < view.chunkSlots) {
      const size = roomFor(view.chunkSlots);
      this.passageScore = new Float64Array(size);
      this.headingRarity = new Float64Array(size);
      this.similarity = new Float64Array(size);
    }
  }

  /** Notes that the document has scores. */
  mark(document: number): void {
    if (this.#isMarked[document] !== 0) return;
    this.#isMarked[document] = 1;
    this.#marked[this.#markedCount++] = document;
  }

  isMarked(document: number): boolean {
    return this.#isMarked[document] === 1;
  }

  /** Forgets everything. */
  clear(): void {
    this.documentScore.fill(0);
    this.nameScore.fill(0);
    this.titleMatches.fill(0);
    this.passageScore.fill(0);
    this.headingRarity.fill(0);
    this.#isMarked.fill(0);
    this.#markedCount = 0;
    this.hasSimilarity = false;
    this.queryRarity = 0;
  }
}

/** A little more than asked, so that a growing index does not make new arrays at each query. */
function roomFor(slots: number): number {
  return Math.ceil(slots * 1.25) + 64;
}
