import type { IndexView } from '../segment/index.js';

/** What is known of a document as a result. */
export const NO_CANDIDATE = 0;
export const CANDIDATE = 1;
/** Its score with its best passage is on the board. */
export const JUDGED = 2;

/**
 * Scores of one query by document and chunk of a view, in dense arrays that are used again: making arrays of the
 * corpus' size would cost more than most queries. All zero between queries. Scores only grow, so the best of each is
 * known as soon as the last is added.
 */
export class ScoreBoard {
  /** By document. */
  documentScore: Float64Array = new Float64Array(0);
  nameScore: Float64Array = new Float64Array(0);
  /** Summed rarity of the query's terms in the document: above 0 if it has one. */
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
  /** By document: `NO_CANDIDATE`, `CANDIDATE` or `JUDGED`. What follows is kept here to be used again. */
  state: Uint8Array = new Uint8Array(0);
  /** By judged document: its best passage. */
  bestChunk: Int32Array = new Int32Array(0);
  /** By judged document: what its score is beside the part of the passage. */
  base: Float64Array = new Float64Array(0);
  /** By judged document: its score with its best passage. */
  total: Float64Array = new Float64Array(0);
  /** Documents that match, and what each can score at most; in two orders. */
  candidates: Uint32Array = new Uint32Array(0);
  bounds: Float64Array = new Float64Array(0);
  ordered: Uint32Array = new Uint32Array(0);

  /** Makes room for a view. */
  reserve(view: IndexView): void {
    if (this.documentScore.length < view.documentSlots) {
      const size = roomFor(view.documentSlots);
      this.documentScore = new Float64Array(size);
      this.nameScore = new Float64Array(size);
      this.documentRarity = new Float64Array(size);
      this.state = new Uint8Array(size);
      this.bestChunk = new Int32Array(size);
      this.base = new Float64Array(size);
      this.total = new Float64Array(size);
      this.candidates = new Uint32Array(size);
      this.bounds = new Float64Array(size);
      this.ordered = new Uint32Array(size);
    }
    if (this.passageScore.length < view.chunkSlots) {
      const size = roomFor(view.chunkSlots);
      this.passageScore = new Float64Array(size);
      this.headingRarity = new Float64Array(size);
      this.similarity = new Float64Array(size);
    }
  }

  /** True if the document has a keyword of the query. */
  isFoundDocument(document: number): boolean {
    return (this.documentRarity[document] ?? 0) > 0;
  }

  isFoundChunk(chunk: number): boolean {
    return (this.passageScore[chunk] ?? 0) > 0;
  }

  /** Forgets what a query on the view left. Filling with zeros takes less time than looking for what is not zero. */
  clear(view: IndexView): void {
    const { documentSlots, chunkSlots } = view;
    if (this.queryDocumentRarity > 0) {
      this.documentScore.fill(0, 0, documentSlots);
      this.documentRarity.fill(0, 0, documentSlots);
      this.passageScore.fill(0, 0, chunkSlots);
      this.headingRarity.fill(0, 0, chunkSlots);
      this.nameScore.fill(0, 0, documentSlots);
    }
    this.state.fill(NO_CANDIDATE, 0, documentSlots);
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
