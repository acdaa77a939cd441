import { type IndexView, prefixRange, type ViewSegment } from '../segment/index.js';
import { BestCandidates } from './best-candidates.js';
import type { ScoreBoard } from './score-board.js';
import { NO_CHUNK, type SignalMix } from './signal-mix.js';

/** The best documents of a pool. */
export interface BestDocuments {
  /** In no particular order. */
  readonly documents: readonly number[];
  /** True if the pool has no others. */
  readonly isAll: boolean;
}

/**
 * The documents that match, each with its best passage: that of the highest score, of equal ones the first. A document
 * counts with the best of each signal that its passages have, be it of different ones.
 */
export class DocumentPool {
  readonly #board: ScoreBoard;
  readonly #mix: SignalMix;
  #count = 0;
  /** The documents that were best when they were first asked for, and all whose scores have grown since. */
  #shortlist: Set<number> | undefined;
  #shortlisted = 0;

  constructor(view: IndexView, board: ScoreBoard, mix: SignalMix, pathPrefix: string) {
    this.#board = board;
    this.#mix = mix;
    if (pathPrefix !== '') for (const part of view.segments) this.#collectBelow(part, pathPrefix);
    else {
      this.#collectFound(view);
      if (board.hasSimilarity) this.#collectSimilar(view);
    }
    const documents = this.#documents();
    // Until this loop is compiled, an iterator makes an object for each document.
    for (let place = 0; place < documents.length; place++) this.#sum(documents[place] ?? 0);
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  has(document: number): boolean {
    return this.#board.isCandidate[document] === 1;
  }

  /** Takes in a document that nothing of its own found; it scores nothing yet. */
  add(part: ViewSegment, document: number): void {
    const { base, total } = this.#board;
    this.#take(part, document);
    base[document] = 0;
    total[document] = 0;
  }

  /** To be told of every document whose total grows after `best` was asked. */
  noteGrowth(document: number): void {
    this.#shortlist?.add(document);
  }

  /** The best `count` documents as their totals are now. */
  best(count: number, isBefore: (a: number, b: number) => boolean): BestDocuments {
    const best = new BestCandidates(count, isBefore);
    const shortlist = count <= this.#shortlisted ? this.#shortlist : undefined;
    for (const document of shortlist ?? this.#documents()) best.offer(document);
    const isAll = !best.isOverfull && (shortlist === undefined || shortlist.size === this.#count);
    // Scores only grow, so who is not among the best now will not come before them without being told of.
    if (this.#shortlist === undefined) {
      this.#shortlist = new Set(best.kept());
      this.#shortlisted = count;
    }
    return { documents: best.kept(), isAll };
  }

  #documents(): Uint32Array {
    return this.#board.candidates.subarray(0, this.#count);
  }

  /** Takes what has a keyword of the query: its passages are those that the words were found in. */
  #collectFound(view: IndexView): void {
    const { added, isCandidate } = this.#board;
    for (const { chunks, documents } of added) {
      let entry = 0;
      for (const part of view.segments) {
        const { chunkDocuments } = part.segment.parts;
        const end = part.chunkBase + part.segment.chunkCount;
        for (; entry < chunks.length && (chunks[entry] ?? 0) < end; entry++) {
          const chunk = chunks[entry] ?? 0;
          const document = part.documentBase + (chunkDocuments[chunk - part.chunkBase] ?? 0);
          if (isCandidate[document] === 0) this.#take(part, document);
          this.#considerChunk(document, chunk);
        }
      }
      // By their names alone.
      for (const document of documents) if (isCandidate[document] === 0) this.#take(partOf(view, document), document);
    }
  }

  /** Takes what is similar, and considers all passages of what is there: each may be the most similar of its document. */
  #collectSimilar(view: IndexView): void {
    const { similarChunks, similarCount, isCandidate } = this.#board;
    const found = this.#count;
    for (let place = 0; place < found; place++) this.#considerSimilarity(view, this.#board.candidates[place] ?? 0);
    let place = 0;
    for (const part of view.segments) {
      const { chunkDocuments } = part.segment.parts;
      const end = part.chunkBase + part.segment.chunkCount;
      for (; place < similarCount && (similarChunks[place] ?? 0) < end; place++) {
        const number = chunkDocuments[(similarChunks[place] ?? 0) - part.chunkBase] ?? 0;
        const document = part.documentBase + number;
        if (isCandidate[document] === 1) continue;
        if (part.deadDocuments !== undefined && part.deadDocuments[number] !== 0) continue;
        this.#take(part, document);
        this.#considerSimilarity(view, document);
      }
    }
  }

  #considerSimilarity(view: IndexView, document: number): void {
    const { start, end } = chunksOf(partOf(view, document), document);
    for (let chunk = start; chunk < end; chunk++) this.#considerChunk(document, chunk);
  }

  /** Takes what has a keyword or is similar, document by document. */
  #collectBelow(part: ViewSegment, pathPrefix: string): void {
    const board = this.#board;
    const range = prefixRange(part.segment.parts.paths, pathPrefix);
    for (let number = range.start; number < range.end; number++) {
      const document = part.documentBase + number;
      const isFound = board.isFoundDocument(document);
      if (!isFound && !board.hasSimilarity) continue;
      if (part.deadDocuments !== undefined && part.deadDocuments[number] !== 0) continue;
      const { start, end } = chunksOf(part, document);
      if (!isFound && !this.#isSimilar(start, end)) continue;
      this.#take(part, document);
      for (let chunk = start; chunk < end; chunk++) this.#considerChunk(document, chunk);
    }
  }

  #isSimilar(start: number, end: number): boolean {
    for (let chunk = start; chunk < end; chunk++) if (this.#mix.isSimilar(chunk)) return true;
    return false;
  }

  #take(part: ViewSegment, document: number): void {
    const { candidates, isCandidate, bestChunk, bestPart, bestOfEach } = this.#board;
    const { start, end } = chunksOf(part, document);
    candidates[this.#count++] = document;
    isCandidate[document] = 1;
    bestChunk[document] = start < end ? start : NO_CHUNK;
    bestPart[document] = 0;
    for (let signal = 3 * document; signal < 3 * document + 3; signal++) bestOfEach[signal] = 0;
  }

  /** Does nothing the second time. */
  #considerChunk(document: number, chunk: number): void {
    const mix = this.#mix;
    const { bestChunk, bestPart, bestOfEach } = this.#board;
    const passage = mix.passage(chunk);
    const coverage = mix.headingCoverage(chunk);
    const vector = mix.vector(chunk);
    const first = 3 * document;
    if (passage > (bestOfEach[first] ?? 0)) bestOfEach[first] = passage;
    if (coverage > 0 && coverage > (bestOfEach[first + 1] ?? 0)) bestOfEach[first + 1] = coverage;
    if (vector > 0 && vector > (bestOfEach[first + 2] ?? 0)) bestOfEach[first + 2] = vector;
    const part = passage + coverage + vector;
    const best = bestPart[document] ?? 0;
    if (part < best || (part === best && (part === 0 || chunk > (bestChunk[document] ?? 0)))) return;
    bestPart[document] = part;
    bestChunk[document] = chunk;
  }

  #sum(document: number): void {
    const { base, total, bestPart, bestOfEach } = this.#board;
    const first = 3 * document;
    const best = bestPart[document] ?? 0;
    const each = (bestOfEach[first] ?? 0) + (bestOfEach[first + 1] ?? 0) + (bestOfEach[first + 2] ?? 0);
    const own = this.#mix.documentPart(document) + (each - best);
    base[document] = own;
    total[document] = own + best;
  }
}

/** The segment that the document is in. */
export function partOf(view: IndexView, document: number): ViewSegment {
  const { segments } = view;
  let place = segments.length - 1;
  while (place > 0 && (segments[place]?.documentBase ?? 0) > document) place--;
  const part = segments[place];
  if (part === undefined) throw new RangeError(`document ${document}: not in this view`);
  return part;
}

/** Chunks of the document; `end` is exclusive. */
export function chunksOf(part: ViewSegment, document: number): { readonly start: number; readonly end: number } {
  const { firstChunk } = part.segment.parts.documents;
  const number = document - part.documentBase;
  return { start: part.chunkBase + (firstChunk[number] ?? 0), end: part.chunkBase + (firstChunk[number + 1] ?? 0) };
}
