import type { IndexView } from '../segment/index.js';

/**
 * Scores of one query by document and chunk of a view, in dense arrays that are used again: making arrays of the
 * corpus' size would cost more than most queries. All zero between queries. Scores only grow, so the best of each is
 * known as soon as the last is added.
 */
export class ScoreBoard {
  /** By document. */
  documentScore: Float64Array = new Float64Array(0);
  nameScore: Float64Array = new Float64Array(0);
  /** Terms of the title that the query has, repeats counted. */
  titleMatches: Uint32Array = new Uint32Array(0);
  bestDocument = 0;
  bestName = 0;
  /** By chunk. */
  passageScore: Float64Array = new Float64Array(0);
  /** Summed rarity of the query's terms in the headings. */
  headingRarity: Float64Array = new Float64Array(0);
  /** Cosine to the query; only where `hasSimilarity` says so. */
  similarity: Float64Array = new Float64Array(0);
  bestPassage = 0;
  bestSimilarity = 0;
  hasSimilarity = false;
  /** Summed rarity of the query's terms. */
  queryRarity = 0;
  /** By document: its best passage so far. Kept here to be used again; `Candidates` fills them. */
  bestChunk: Int32Array = new Int32Array(0);
  bestPart: Float64Array = new Float64Array(0);
  readonly #documents: MarkedIds = new MarkedIds();
  readonly #chunks: MarkedIds = new MarkedIds();

  /** Documents with a keyword, each once, in no particular order. */
  get foundDocuments(): Uint32Array {
    return this.#documents.ids;
  }

  /** Chunks with a keyword, each once, in no particular order. */
  get foundChunks(): Uint32Array {
    return this.#chunks.ids;
  }

  /** Makes room for a view. */
  reserve(view: IndexView): void {
    if (this.documentScore.length < view.documentSlots) {
      const size = roomFor(view.documentSlots);
      this.documentScore = new Float64Array(size);
      this.nameScore = new Float64Array(size);
      this.titleMatches = new Uint32Array(size);
      this.bestChunk = new Int32Array(size);
      this.bestPart = new Float64Array(size);
      this.#documents.reserve(size);
    }
    if (this.passageScore.length < view.chunkSlots) {
      const size = roomFor(view.chunkSlots);
      this.passageScore = new Float64Array(size);
      this.headingRarity = new Float64Array(size);
      this.similarity = new Float64Array(size);
      this.#chunks.reserve(size);
    }
  }

  findDocument(document: number): void {
    this.#documents.mark(document);
  }

  findChunk(chunk: number): void {
    this.#chunks.mark(chunk);
  }

  isFoundDocument(document: number): boolean {
    return this.#documents.has(document);
  }

  isFoundChunk(chunk: number): boolean {
    return this.#chunks.has(chunk);
  }

  /** Forgets everything, at the cost of what was found. */
  clear(): void {
    for (const document of this.foundDocuments) {
      this.documentScore[document] = 0;
      this.nameScore[document] = 0;
      this.titleMatches[document] = 0;
    }
    for (const chunk of this.foundChunks) {
      this.passageScore[chunk] = 0;
      this.headingRarity[chunk] = 0;
    }
    this.#documents.clear();
    this.#chunks.clear();
    this.bestDocument = 0;
    this.bestName = 0;
    this.bestPassage = 0;
    this.bestSimilarity = 0;
    this.hasSimilarity = false;
    this.queryRarity = 0;
  }
}

/** A set of small numbers that lists and forgets its members at the cost of their count. */
class MarkedIds {
  #isMarked: Uint8Array = new Uint8Array(0);
  #list: Uint32Array = new Uint32Array(0);
  #count = 0;

  get ids(): Uint32Array {
    return this.#list.subarray(0, this.#count);
  }

  /** Makes room for ids below `size`; the set must be empty. */
  reserve(size: number): void {
    this.#isMarked = new Uint8Array(size);
    this.#list = new Uint32Array(size);
  }

  has(id: number): boolean {
    return this.#isMarked[id] === 1;
  }

  mark(id: number): void {
    if (this.#isMarked[id] !== 0) return;
    this.#isMarked[id] = 1;
    this.#list[this.#count++] = id;
  }

  clear(): void {
    for (const id of this.ids) this.#isMarked[id] = 0;
    this.#count = 0;
  }
}

/** A little more than asked, so that a growing index does not make new arrays at each query. */
function roomFor(slots: number): number {
  return Math.ceil(slots * 1.25) + 64;
}
