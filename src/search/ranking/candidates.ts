import { compareStrings, type IndexView, prefixRange, type ViewSegment } from '../segment/index.js';
import type { RankingParameters } from './ranking-options.js';
import type { ScoreBoard } from './score-board.js';
import { NO_CHUNK, SignalMix } from './signal-mix.js';

/** A passage under consideration. Ids are those of the whole view; `chunk` may be `NO_CHUNK`. */
export interface ScoredPassage {
  /** Place of the segment in the view. */
  readonly segment: number;
  readonly document: number;
  readonly chunk: number;
  readonly score: number;
}

/** The documents that match, each with its best passage: its score, and of equal ones the first. */
export class Candidates {
  readonly mix: SignalMix;
  readonly #view: IndexView;
  readonly #segments: number[] = [];
  readonly #documents: number[] = [];
  readonly #chunks: number[] = [];
  readonly #scores: number[] = [];

  constructor(view: IndexView, board: ScoreBoard, ranking: RankingParameters, pathPrefix: string) {
    this.#view = view;
    this.mix = new SignalMix(board, ranking);
    for (const [segment, part] of view.segments.entries()) this.#collect(segment, part, board, pathPrefix);
    // Every document must be included before the first is scored: scores are shares of the best.
    for (let index = 0; index < this.count; index++) this.#scoreBest(index);
  }

  get count(): number {
    return this.#documents.length;
  }

  /** The best passage of the candidate of that number. */
  best(index: number): ScoredPassage {
    return {
      segment: this.#segments[index] ?? 0,
      document: this.#documents[index] ?? 0,
      chunk: this.#chunks[index] ?? NO_CHUNK,
      score: this.#scores[index] ?? 0,
    };
  }

  /** The candidate's best passage and its others that match by themselves. */
  passages(index: number): readonly ScoredPassage[] {
    const best = this.best(index);
    const part = this.part(best);
    const documentPart = this.#documentPart(part, best.document);
    const passages = [best];
    const { start, end } = chunksOf(part, best.document);
    for (let chunk = start; chunk < end; chunk++) {
      if (chunk === best.chunk || !(this.mix.hasKeyword(chunk) || this.mix.isSimilar(chunk))) continue;
      passages.push({ ...best, chunk, score: documentPart + this.mix.passagePart(chunk) });
    }
    return passages;
  }

  /** True if candidate `a` ranks before candidate `b`. */
  readonly isBefore = (a: number, b: number): boolean => {
    const left = this.#scores[a] ?? 0;
    const right = this.#scores[b] ?? 0;
    return left === right ? this.compare(this.best(a), this.best(b)) < 0 : left > right;
  };

  /** Higher scores first; of equal ones the lower path, then the earlier passage. */
  readonly compare = (a: ScoredPassage, b: ScoredPassage): number => {
    if (a.score !== b.score) return b.score - a.score;
    const left = this.part(a);
    const right = this.part(b);
    const byPath = compareStrings(
      left.segment.parts.paths,
      a.document - left.documentBase,
      right.segment.parts.paths,
      b.document - right.documentBase,
    );
    return byPath === 0 ? a.chunk - b.chunk : byPath;
  };

  part(passage: ScoredPassage): ViewSegment {
    const part = this.#view.segments[passage.segment];
    if (part === undefined)
      throw new RangeError(`segment ${passage.segment}: the view has ${this.#view.segments.length}`);
    return part;
  }

  #collect(segment: number, part: ViewSegment, board: ScoreBoard, pathPrefix: string): void {
    const { paths } = part.segment.parts;
    const range = pathPrefix === '' ? { start: 0, end: paths.count } : prefixRange(paths, pathPrefix);
    for (let number = range.start; number < range.end; number++) {
      if (part.deadDocuments !== undefined && part.deadDocuments[number] !== 0) continue;
      const document = part.documentBase + number;
      const { start, end } = chunksOf(part, document);
      if (!board.isMarked(document) && !this.#isAnySimilar(start, end)) continue;
      this.mix.include(document, start, end);
      this.#segments.push(segment);
      this.#documents.push(document);
    }
  }

  #isAnySimilar(start: number, end: number): boolean {
    for (let chunk = start; chunk < end; chunk++) if (this.mix.isSimilar(chunk)) return true;
    return false;
  }

  #scoreBest(index: number): void {
    const { segment, document } = this.best(index);
    const part = this.part({ segment, document, chunk: NO_CHUNK, score: 0 });
    const { start, end } = chunksOf(part, document);
    let best = start < end ? start : NO_CHUNK;
    let bestPart = this.mix.passagePart(best);
    for (let chunk = start + 1; chunk < end; chunk++) {
      const passagePart = this.mix.passagePart(chunk);
      if (passagePart <= bestPart) continue;
      best = chunk;
      bestPart = passagePart;
    }
    this.#chunks.push(best);
    this.#scores.push(this.#documentPart(part, document) + bestPart);
  }

  #documentPart(part: ViewSegment, document: number): number {
    return this.mix.documentPart(document, titleLengthOf(part, document));
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
