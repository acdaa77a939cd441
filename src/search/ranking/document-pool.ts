import { type IndexView, prefixRange, type ViewSegment } from '../segment/index.js';
import { BestCandidates } from './best-candidates.js';
import { CANDIDATE, JUDGED, NO_CANDIDATE, type ScoreBoard } from './score-board.js';
import { NO_CHUNK, type SignalMix } from './signal-mix.js';

/** Documents that can score about the same are judged together; more of these judge fewer documents and cost more. */
const CLASSES = 512;

/** The best documents of a pool. */
export interface BestDocuments {
  /** In no particular order. */
  readonly documents: readonly number[];
  /** True if the pool has no others. */
  readonly isAll: boolean;
}

/**
 * The documents that match, of which only those are judged that can be among the best: what a document scores at most
 * is known before its passages are looked at, so they are judged in that order until the rest cannot come near.
 */
export class DocumentPool {
  readonly #view: IndexView;
  readonly #board: ScoreBoard;
  readonly #mix: SignalMix;
  readonly #judged: number[] = [];
  /** Ends of the classes in `board.ordered`, best class first. */
  readonly #classEnds = new Uint32Array(CLASSES);
  #highestBound = 0;
  #lowestBound = Number.POSITIVE_INFINITY;
  #count = 0;
  #nextClass = 0;
  #taken = 0;

  constructor(view: IndexView, board: ScoreBoard, mix: SignalMix, pathPrefix: string) {
    this.#view = view;
    this.#board = board;
    this.#mix = mix;
    for (const part of view.segments) this.#collect(part, pathPrefix);
    this.#classify();
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  has(document: number): boolean {
    return this.#board.state[document] !== NO_CANDIDATE;
  }

  /** Takes in a document that nothing of its own found; it scores nothing yet. */
  add(part: ViewSegment, document: number): void {
    const { base, bestChunk, total, state } = this.#board;
    const { start, end } = chunksOf(part, document);
    bestChunk[document] = start < end ? start : NO_CHUNK;
    base[document] = 0;
    total[document] = 0;
    state[document] = JUDGED;
    this.#judged.push(document);
  }

  /** Makes sure that the document's score is on the board. */
  judge(part: ViewSegment, document: number): void {
    if (this.#board.state[document] !== CANDIDATE) return;
    this.#board.state[document] = JUDGED;
    this.#judged.push(document);
    this.#considerChunks(part, document);
  }

  /** The best `count` documents as their totals are now. Totals of documents that were not judged must not have grown. */
  best(count: number, isBefore: (a: number, b: number) => boolean): BestDocuments {
    const { total } = this.#board;
    const best = new BestCandidates(count, isBefore);
    for (const document of this.#judged) best.offer(document);
    while (this.#nextClass < CLASSES) {
      const worst = best.isFull ? (total[best.worst() ?? 0] ?? 0) : Number.NEGATIVE_INFINITY;
      if (this.#boundOf(this.#nextClass) < worst) break;
      const from = this.#judged.length;
      this.#judgeClass();
      for (let place = from; place < this.#judged.length; place++) best.offer(this.#judged[place] ?? 0);
    }
    return { documents: best.kept(), isAll: !best.isOverfull && this.#taken === this.#count };
  }

  #judgeClass(): void {
    const { ordered } = this.#board;
    const end = this.#classEnds[this.#nextClass++] ?? 0;
    for (; this.#taken < end; this.#taken++) {
      const document = ordered[this.#taken] ?? 0;
      this.judge(partOf(this.#view, document), document);
    }
  }

  /** What a document of the class can score at most. */
  #boundOf(number: number): number {
    return this.#highestBound - (number * (this.#highestBound - this.#lowestBound)) / CLASSES;
  }

  #collect(part: ViewSegment, pathPrefix: string): void {
    const board = this.#board;
    const { paths } = part.segment.parts;
    const range = pathPrefix === '' ? { start: 0, end: paths.count } : prefixRange(paths, pathPrefix);
    for (let number = range.start; number < range.end; number++) {
      const document = part.documentBase + number;
      const isFound = board.isFoundDocument(document);
      if (!isFound && !board.hasSimilarity) continue;
      if (part.deadDocuments !== undefined && part.deadDocuments[number] !== 0) continue;
      const similarity = board.hasSimilarity ? this.#bestSimilarity(part, document) : 0;
      if (isFound || this.#mix.isFoundBySimilarity(similarity)) this.#take(document, similarity);
    }
  }

  #take(document: number, similarity: number): void {
    const { candidates, bounds, state } = this.#board;
    const bound = this.#mix.bound(document, similarity);
    state[document] = CANDIDATE;
    candidates[this.#count] = document;
    bounds[this.#count++] = bound;
    if (bound > this.#highestBound) this.#highestBound = bound;
    if (bound < this.#lowestBound) this.#lowestBound = bound;
  }

  #bestSimilarity(part: ViewSegment, document: number): number {
    const { similarity } = this.#board;
    const { start, end } = chunksOf(part, document);
    let best = Number.NEGATIVE_INFINITY;
    for (let chunk = start; chunk < end; chunk++) {
      const own = similarity[chunk] ?? 0;
      if (own > best) best = own;
    }
    return best;
  }

  /** Puts the candidates in the order of their classes: a counting sort. */
  #classify(): void {
    const { candidates, bounds, ordered } = this.#board;
    const places = new Uint32Array(CLASSES);
    const range = this.#highestBound - this.#lowestBound;
    const perUnit = range > 0 ? CLASSES / range : 0;
    // Rounded down, so that no bound is above what its class promises.
    const classOf = (entry: number): number =>
      Math.min(CLASSES - 1, Math.floor((this.#highestBound - (bounds[entry] ?? 0)) * perUnit));
    for (let entry = 0; entry < this.#count; entry++) {
      const number = classOf(entry);
      places[number] = (places[number] ?? 0) + 1;
    }
    let end = 0;
    for (let number = 0; number < CLASSES; number++) {
      const size = places[number] ?? 0;
      places[number] = end;
      end += size;
      this.#classEnds[number] = end;
    }
    for (let entry = 0; entry < this.#count; entry++) {
      const number = classOf(entry);
      const place = places[number] ?? 0;
      ordered[place] = candidates[entry] ?? 0;
      places[number] = place + 1;
    }
  }

  /** Finds the document's best passage, that of the highest score, of equal ones the first, and scores both. */
  #considerChunks(part: ViewSegment, document: number): void {
    const mix = this.#mix;
    const { bestChunk, base, total } = this.#board;
    const { start, end } = chunksOf(part, document);
    let best = start < end ? start : NO_CHUNK;
    let bestPart = 0;
    let passage = 0;
    let headingCoverage = 0;
    let vector = 0;
    for (let chunk = start; chunk < end; chunk++) {
      const ownPassage = mix.passage(chunk);
      const ownCoverage = mix.headingCoverage(chunk);
      const ownVector = mix.vector(chunk);
      if (ownPassage > passage) passage = ownPassage;
      if (ownCoverage > headingCoverage) headingCoverage = ownCoverage;
      if (ownVector > vector) vector = ownVector;
      const own = ownPassage + ownCoverage + ownVector;
      if (own <= bestPart) continue;
      best = chunk;
      bestPart = own;
    }
    bestChunk[document] = best;
    base[document] = mix.documentPart(document) + (passage + headingCoverage + vector - bestPart);
    total[document] = (base[document] ?? 0) + bestPart;
  }
}

/** The segment that the document is in. */
export function partOf(view: IndexView, document: number): ViewSegment {
  const part = view.segments.findLast(({ documentBase }) => documentBase <= document);
  if (part === undefined) throw new RangeError(`document ${document}: not in this view`);
  return part;
}

/** Chunks of the document; `end` is exclusive. */
export function chunksOf(part: ViewSegment, document: number): { readonly start: number; readonly end: number } {
  const { firstChunk } = part.segment.parts.documents;
  const number = document - part.documentBase;
  return { start: part.chunkBase + (firstChunk[number] ?? 0), end: part.chunkBase + (firstChunk[number + 1] ?? 0) };
}
