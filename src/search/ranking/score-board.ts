import type { IndexView, ViewSegment } from '../segment/index.js';
import type { TermPart, TermScores } from './term-scores.js';

/** A term of a query. */
export interface AskedTerm {
  /** What it adds to `queryRarity`. */
  readonly rarity: number;
  /** What a name has of the query that has it. 0 to 1. */
  readonly share: number;
  /** True if a live document has it. */
  readonly isFound: boolean;
}

/**
 * Scores of one query by document and chunk of a view, in dense arrays that are used again: making arrays of the
 * corpus' size would cost more than most queries. All zero between queries. Scores only grow, so the best of each is
 * known as soon as the last is added.
 */
export class ScoreBoard {
  /** By document. */
  documentScore: Float32Array = new Float32Array(0);
  nameScore: Float32Array = new Float32Array(0);
  /** Summed rarity of the query's terms in the document: above 0 if it has one. */
  documentRarity: Float32Array = new Float32Array(0);
  bestDocument = 0;
  bestName = 0;
  /** By chunk. */
  passageScore: Float32Array = new Float32Array(0);
  /** Summed rarity of the query's terms in the headings. */
  headingRarity: Float32Array = new Float32Array(0);
  /** Cosine to the query; only where `hasSimilarity` says so. */
  similarity: Float32Array = new Float32Array(0);
  /** The first `similarCount` are the chunks that are similar enough to be found by that alone, dead ones among them. */
  similarChunks: Uint32Array = new Uint32Array(0);
  similarCount = 0;
  bestPassage = 0;
  bestSimilarity = 0;
  hasSimilarity = false;
  /** Summed rarity of the query's terms among passages, and among documents. */
  queryRarity = 0;
  queryDocumentRarity = 0;
  readonly asked: Map<string, AskedTerm> = new Map();
  /** The scores that were added up. */
  readonly added: TermScores[] = [];
  /** The first `judgedCount` are documents that were judged. What follows is by document, and holds only for these. */
  judged: Uint32Array = new Uint32Array(0);
  judgedCount = 0;
  /** 1 for a document that is among them. */
  isJudged: Uint8Array = new Uint8Array(0);
  /** Its best passage. */
  bestChunk: Int32Array = new Int32Array(0);
  /** What its score is beside the part of the passage. */
  base: Float64Array = new Float64Array(0);
  /** Its score with its best passage. */
  total: Float64Array = new Float64Array(0);

  /** Makes room for a view. */
  reserve(view: IndexView): void {
    if (this.documentScore.length < view.documentSlots) {
      const size = roomFor(view.documentSlots);
      this.documentScore = new Float32Array(size);
      this.nameScore = new Float32Array(size);
      this.documentRarity = new Float32Array(size);
      this.judged = new Uint32Array(size);
      this.isJudged = new Uint8Array(size);
      this.bestChunk = new Int32Array(size);
      this.base = new Float64Array(size);
      this.total = new Float64Array(size);
    }
    if (this.passageScore.length < view.chunkSlots) {
      const size = roomFor(view.chunkSlots);
      this.passageScore = new Float32Array(size);
      this.headingRarity = new Float32Array(size);
      this.similarity = new Float32Array(size);
      this.similarChunks = new Uint32Array(size);
    }
  }

  /** True if the document has a keyword of the query. */
  isFoundDocument(document: number): boolean {
    return (this.documentRarity[document] ?? 0) > 0;
  }

  isFoundChunk(chunk: number): boolean {
    return (this.passageScore[chunk] ?? 0) > 0;
  }

  /** Calls `act` with each similar chunk, dead ones among them, segment by segment. */
  eachSimilar(view: IndexView, act: (part: ViewSegment, chunk: number) => void): void {
    let place = 0;
    for (const part of view.segments) {
      const end = part.chunkBase + part.segment.chunkCount;
      for (; place < this.similarCount && (this.similarChunks[place] ?? 0) < end; place++)
        act(part, this.similarChunks[place] ?? 0);
    }
  }

  noteJudged(document: number): void {
    this.judged[this.judgedCount++] = document;
    this.isJudged[document] = 1;
  }

  /** Forgets what a query on the view left, at the cost of what it found or, if that is less, of the view. */
  clear(view: IndexView): void {
    const { documentSlots, chunkSlots } = view;
    const parts = this.added.flatMap((scores) => scores.parts);
    const found = parts.reduce((sum, { scores }) => sum + scores.chunks.length, 0);
    if (found * CLEARED_AT_ONCE > chunkSlots) {
      this.documentScore.fill(0, 0, documentSlots);
      this.documentRarity.fill(0, 0, documentSlots);
      this.passageScore.fill(0, 0, chunkSlots);
    } else for (const part of parts) this.#takeBackText(part);
    for (const part of parts) this.#takeBackNames(part);
    this.added.length = 0;
    this.isJudged.fill(0, 0, documentSlots);
    this.judgedCount = 0;
    this.bestDocument = 0;
    this.bestName = 0;
    this.bestPassage = 0;
    this.bestSimilarity = 0;
    this.similarCount = 0;
    this.hasSimilarity = false;
    this.queryRarity = 0;
    this.queryDocumentRarity = 0;
    this.asked.clear();
  }

  #takeBackText({ part: { chunkBase, documentBase }, scores: { chunks, documents } }: TermPart): void {
    const passageScore = this.passageScore.subarray(chunkBase);
    const documentScore = this.documentScore.subarray(documentBase);
    const documentRarity = this.documentRarity.subarray(documentBase);
    for (const id of chunks) passageScore[id] = 0;
    for (const id of documents) {
      documentScore[id] = 0;
      documentRarity[id] = 0;
    }
  }

  /** Few documents are called by a word, and few passages have it in their headings. */
  #takeBackNames({ part: { chunkBase, documentBase }, scores: { headingChunks, namedDocuments } }: TermPart): void {
    const headingRarity = this.headingRarity.subarray(chunkBase);
    const nameScore = this.nameScore.subarray(documentBase);
    for (const id of headingChunks) headingRarity[id] = 0;
    for (const id of namedDocuments) nameScore[id] = 0;
  }
}

/** Zeros that are written in a row in the time that one takes at a place of its own. */
const CLEARED_AT_ONCE = 16;

/** A little more than asked, so that a growing index does not make new arrays at each query. */
function roomFor(slots: number): number {
  return Math.ceil(slots * 1.25) + 64;
}
