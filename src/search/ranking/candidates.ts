import { linkGraphOf } from '../link-graph/index.js';
import { compareStrings, type IndexView, prefixRange, type ViewSegment } from '../segment/index.js';
import { BestCandidates } from './best-candidates.js';
import { followLinks } from './link-signal.js';
import type { RankingParameters } from './ranking-options.js';
import type { ScoreBoard } from './score-board.js';
import { NO_CHUNK, SignalMix } from './signal-mix.js';

/** Results that links are followed from. */
const LINK_SEEDS = 10;

/** A passage under consideration. Ids are those of the whole view; `chunk` may be `NO_CHUNK`. */
export interface ScoredPassage {
  readonly document: number;
  readonly chunk: number;
  readonly score: number;
}

/** The documents that match, each with its best passage: that of the highest score, of equal ones the first. */
export class Candidates {
  readonly mix: SignalMix;
  readonly #view: IndexView;
  readonly #board: ScoreBoard;
  /** Shares of what the best results link to, by document. */
  readonly #linkShares = new Map<number, number>();
  #count = 0;

  constructor(view: IndexView, board: ScoreBoard, ranking: RankingParameters, pathPrefix: string) {
    this.#view = view;
    this.#board = board;
    this.mix = new SignalMix(board, ranking);
    for (const part of view.segments) this.#collect(part, pathPrefix);
    if (ranking.weights.link > 0 && this.#count > 0) this.#addLinks(pathPrefix);
  }

  /** Numbers of the documents that match, in no particular order. */
  get documents(): Uint32Array {
    return this.#board.candidates.subarray(0, this.#count);
  }

  /** The best passage of the document. */
  best(document: number): ScoredPassage {
    const { bestChunk, total } = this.#board;
    return { document, chunk: bestChunk[document] ?? NO_CHUNK, score: total[document] ?? 0 };
  }

  /** What links from the best results add to the document's score. */
  linkPart(document: number): number {
    return this.mix.linkPart(this.#linkShares.get(document) ?? 0);
  }

  /** The document's best passage and its others that match by themselves. */
  passages(document: number): readonly ScoredPassage[] {
    const best = this.best(document);
    const part = this.part(document);
    const documentPart = this.mix.documentPart(document, titleLengthOf(part, document)) + this.linkPart(document);
    const passages = [best];
    const { start, end } = chunksOf(part, best.document);
    for (let chunk = start; chunk < end; chunk++) {
      if (chunk === best.chunk || !this.mix.matches(chunk)) continue;
      passages.push({ ...best, chunk, score: documentPart + this.mix.passagePart(chunk) });
    }
    return passages;
  }

  /** True if document `a` ranks before document `b`. */
  readonly isBefore = (a: number, b: number): boolean => {
    const left = this.#board.total[a] ?? 0;
    const right = this.#board.total[b] ?? 0;
    return left === right ? this.compare(this.best(a), this.best(b)) < 0 : left > right;
  };

  /** Higher scores first; of equal ones the lower path, then the earlier passage. */
  readonly compare = (a: ScoredPassage, b: ScoredPassage): number => {
    if (a.score !== b.score) return b.score - a.score;
    const left = this.part(a.document);
    const right = this.part(b.document);
    const byPath = compareStrings(
      left.segment.parts.paths,
      a.document - left.documentBase,
      right.segment.parts.paths,
      b.document - right.documentBase,
    );
    return byPath === 0 ? a.chunk - b.chunk : byPath;
  };

  /** The segment that the document is in. */
  part(document: number): ViewSegment {
    const part = this.#view.segments.findLast(({ documentBase }) => documentBase <= document);
    if (part === undefined) throw new RangeError(`document ${document}: not in this view`);
    return part;
  }

  /** What the best results link to ranks higher; what no word and no likeness found is found by that alone. */
  #addLinks(pathPrefix: string): void {
    const best = new BestCandidates(LINK_SEEDS, this.isBefore);
    for (const document of this.documents) best.offer(document);
    const seeds = best
      .kept()
      .map((document) => this.best(document))
      .sort(this.compare)
      .map(({ document, score }) => ({ path: this.#pathOf(document), score }));
    const { total, candidates, bestChunk } = this.#board;
    const found = new Set(this.documents);
    for (const [path, linkShare] of followLinks(linkGraphOf(this.#view), seeds)) {
      const location = path.startsWith(pathPrefix) ? this.#view.find(path) : undefined;
      const part = location === undefined ? undefined : this.#view.segments[location.segment];
      if (location === undefined || part === undefined) continue;
      const document = part.documentBase + location.document;
      this.#linkShares.set(document, linkShare);
      if (!found.has(document)) {
        const { start, end } = chunksOf(part, document);
        bestChunk[document] = start < end ? start : NO_CHUNK;
        total[document] = 0;
        candidates[this.#count++] = document;
      }
      total[document] = (total[document] ?? 0) + this.mix.linkPart(linkShare);
    }
  }

  #pathOf(document: number): string {
    const part = this.part(document);
    return part.segment.parts.paths.text(document - part.documentBase);
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
      if (!this.#considerChunks(part, document) && !isFound) continue;
      const documentPart = this.mix.documentPart(document, titleLengthOf(part, document));
      board.total[document] = documentPart + this.mix.passagePart(board.bestChunk[document] ?? NO_CHUNK);
      board.candidates[this.#count++] = document;
    }
  }

  /** Finds the document's best chunk; says whether one of its chunks matches by itself. */
  #considerChunks(part: ViewSegment, document: number): boolean {
    const { mix } = this;
    const { start, end } = chunksOf(part, document);
    let best = start < end ? start : NO_CHUNK;
    let bestPart = 0;
    let isMatch = false;
    for (let chunk = start; chunk < end; chunk++) {
      const passagePart = mix.passagePart(chunk);
      isMatch ||= mix.matches(chunk);
      if (passagePart <= bestPart) continue;
      best = chunk;
      bestPart = passagePart;
    }
    this.#board.bestChunk[document] = best;
    return isMatch;
  }
}

/** Terms in the title of the document. */
export function titleLengthOf(part: ViewSegment, document: number): number {
  return part.segment.parts.documents.titleLength[document - part.documentBase] ?? 0;
}

/** Chunks of the document; `end` is exclusive. */
function chunksOf(part: ViewSegment, document: number): { readonly start: number; readonly end: number } {
  const { firstChunk } = part.segment.parts.documents;
  const number = document - part.documentBase;
  return { start: part.chunkBase + (firstChunk[number] ?? 0), end: part.chunkBase + (firstChunk[number + 1] ?? 0) };
}
