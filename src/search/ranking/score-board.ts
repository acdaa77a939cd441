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
  /** Summed rarity of the query's terms in the document. */
  documentRarity: Float64Array = new Float64Array(0);
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
  /** Summed rarity of the query's terms among passages, and among documents. */
  queryRarity = 0;
  queryDocumentRarity = 0;
  /** What each term adds to `queryRarity`. */
  readonly rarities: Map<string, number> = new Map();
  /** By document: its best passage. This and the next three are `Candidates`', kept here to be used again. */
  bestChunk: Int32Array = new Int32Array(0);
  /** By document: what its score is beside the part of the passage. */
  base: Float64Array = new Float64Array(0);
  /** By document: its score with its best passage. */
  total: Float64Array = new Float64Array(0);
  /** Documents that match. */
  candidates: Uint32Array = new Uint32Array(0);
  #isFound: Uint8Array = new Uint8Array(0);

  /** Makes room for a view. */
  reserve(view: IndexView): void {
    if (this.documentScore.length < view.documentSlots) {
      const size = roomFor(view.documentSlots);
      this.documentScore = new Float64Array(size);
      this.nameScore = new Float64Array(size);
      this.documentRarity = new Float64Array(size);
      this.bestChunk = new Int32Array(size);
      this.base = new Float64Array(size);
      this.total = new Float64Array(size);
      this.candidates = new Uint32Array(size);
      this.#isFound = new Uint8Array(size);
    }
    if (this.passageScore.length < view.chunkSlots) {
      const size = roomFor(view.chunkSlots);
      this.passageScore = new Float64Array(size);
      this.headingRarity = new Float64Array(size);
      this.similarity = new Float64Array(size);
    }
  }

  /** Notes that the document has a keyword of the query. */
  findDocument(document: number): void {
    this.#isFound[document] = 1;
  }

  isFoundDocument(document: number): boolean {
    return this.#isFound[document] === 1;
  }

  isFoundChunk(chunk: number): boolean {
    return (this.passageScore[chunk] ?? 0) > 0;
  }

  /** Forgets what a query on the view left, at the cost of what it found. */
  clear(view: IndexView): void {
    for (const { segment, documentBase, chunkBase } of view.segments) {
      const { firstChunk } = segment.parts.documents;
      for (let number = 0; number < segment.documentCount; number++) {
        const document = documentBase + number;
        if (this.#isFound[document] === 0) continue;
        this.#isFound[document] = 0;
        this.documentScore[document] = 0;
        this.nameScore[document] = 0;
        this.documentRarity[document] = 0;
        const end = chunkBase + (firstChunk[number + 1] ?? 0);
        for (let chunk = chunkBase + (firstChunk[number] ?? 0); chunk < end; chunk++) {
          this.passageScore[chunk] = 0;
          this.headingRarity[chunk] = 0;
        }
      }
    }
    this.bestDocument = 0;
    this.bestName = 0;
    this.bestPassage = 0;
    this.bestSimilarity = 0;
    this.hasSimilarity = false;
    this.queryRarity = 0;
    this.queryDocumentRarity = 0;
    this.rarities.clear();
  }
}

/** A little more than asked, so that a growing index does not make new arrays at each query. */
function roomFor(slots: number): number {
  return Math.ceil(slots * 1.25) + 64;
}
