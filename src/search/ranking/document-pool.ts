import { type IndexView, prefixRange, type ViewSegment } from '../segment/index.js';
import { BestCandidates, type TieBreak } from './best-candidates.js';
import type { ScoreBoard } from './score-board.js';
import { boundTerms } from './score-bounds.js';
import { NO_CHUNK, type SignalMix } from './signal-mix.js';

/** The best documents of a pool. */
export interface BestDocuments {
  /** In no particular order. */
  readonly documents: readonly number[];
  /** True if the pool has no others; false may be said of a pool that has none either. */
  readonly isAll: boolean;
}

/**
 * The documents that match. Those that may be among the best are judged: each gets its best passage, that of the highest
 * score, of equal ones the first, and counts with the best of each signal that its passages have, be it of different
 * ones. Most documents cannot come that far, and nobody looks at their passages.
 */
export class DocumentPool {
  readonly #view: IndexView;
  readonly #board: ScoreBoard;
  readonly #mix: SignalMix;
  readonly #pathPrefix: string;
  /** So many of the best are among the judged. */
  #certain = 0;
  /** True if all that match were judged. */
  #isComplete = false;

  constructor(view: IndexView, board: ScoreBoard, mix: SignalMix, pathPrefix: string) {
    this.#view = view;
    this.#board = board;
    this.#mix = mix;
    this.#pathPrefix = pathPrefix;
  }

  /** The best `count` documents as their totals are now. Totals must not shrink between calls. */
  best(count: number, isBeforeEqual: TieBreak): BestDocuments {
    const best = new BestCandidates(count, this.#board.total, isBeforeEqual);
    const { judged, judgedCount } = this.#board;
    for (let place = 0; place < judgedCount; place++) best.offer(judged[place] ?? 0);
    if (!this.#isComplete && count > this.#certain) {
      this.#isComplete = this.#judgeBest(best);
      this.#certain = count;
    }
    return { documents: best.kept(), isAll: this.#isComplete && !best.isOverfull };
  }

  /** Judges the document, whatever it scores. One that nothing of its own found scores nothing. */
  judge(part: ViewSegment, document: number): void {
    const board = this.#board;
    if (board.isJudged[document] === 1) return;
    const { start, end } = chunksOf(part, document);
    if (board.isFoundDocument(document) || this.#hasSimilar(start, end)) {
      this.#judgePassages(document, start, end);
      return;
    }
    board.noteJudged(document);
    board.bestChunk[document] = start < end ? start : NO_CHUNK;
    board.base[document] = 0;
    board.total[document] = 0;
  }

  /** Judges and offers what may be among the best; true if nothing was passed over. */
  #judgeBest(best: BestCandidates): boolean {
    if (this.#pathPrefix !== '') return this.#judgeBelowPrefix(best);
    const isComplete = this.#judgeFound(best);
    return this.#judgeSimilar(best) && isComplete;
  }

  /** What has a keyword of the query. */
  #judgeFound(best: BestCandidates): boolean {
    let isComplete = true;
    for (const { parts, mostOfPassages, most } of boundTerms(this.#board, this.#mix)) {
      if (most < best.least) return false;
      for (const { part, scores } of parts) {
        isComplete = this.#judgeListed(part, scores.documents, mostOfPassages, best) && isComplete;
      }
    }
    return isComplete;
  }

  /** What is alive of these documents of a segment, whose passages add no more than that to their scores. */
  #judgeListed(part: ViewSegment, documents: Uint32Array, mostOfPassages: number, best: BestCandidates): boolean {
    const { isJudged } = this.#board;
    let isComplete = true;
    for (let entry = 0; entry < documents.length; entry++) {
      const number = documents[entry] ?? 0;
      if (isDead(part, number)) continue;
      const document = part.documentBase + number;
      // Where it also has a rarer term, its bound was higher and the best were worse when that was looked at.
      if (this.#mix.documentPart(document) + mostOfPassages < best.least) isComplete = false;
      else if (isJudged[document] === 0) this.#judgeAndOffer(part, document, best);
    }
    return isComplete;
  }

  /** What is similar; of a document that has no keyword, the most similar passage is its score. */
  #judgeSimilar(best: BestCandidates): boolean {
    const { isJudged } = this.#board;
    let isComplete = true;
    this.#board.eachSimilar(this.#view, (part, chunk) => {
      if (this.#mix.vector(chunk) < best.least) {
        isComplete = false;
        return;
      }
      const number = part.segment.parts.chunkDocuments[chunk - part.chunkBase] ?? 0;
      if (isJudged[part.documentBase + number] === 1 || isDead(part, number)) return;
      this.#judgeAndOffer(part, part.documentBase + number, best);
    });
    return isComplete;
  }

  /** What has a keyword or is similar, document by document. */
  #judgeBelowPrefix(best: BestCandidates): boolean {
    const board = this.#board;
    const most = boundTerms(board, this.#mix)[0]?.mostOfPassages ?? Number.POSITIVE_INFINITY;
    let isComplete = true;
    for (const part of this.#view.segments) {
      const range = prefixRange(part.segment.parts.paths, this.#pathPrefix);
      for (let number = range.start; number < range.end; number++) {
        const document = part.documentBase + number;
        const isFound = board.isFoundDocument(document);
        if (board.isJudged[document] === 1 || isDead(part, number)) continue;
        if (!isFound && !this.#isSimilar(part, document)) continue;
        if (isFound && this.#mix.documentPart(document) + most < best.least) isComplete = false;
        else this.#judgeAndOffer(part, document, best);
      }
    }
    return isComplete;
  }

  #isSimilar(part: ViewSegment, document: number): boolean {
    if (!this.#board.hasSimilarity) return false;
    const { start, end } = chunksOf(part, document);
    return this.#hasSimilar(start, end);
  }

  #hasSimilar(start: number, end: number): boolean {
    for (let chunk = start; chunk < end; chunk++) if (this.#mix.isSimilar(chunk)) return true;
    return false;
  }

  #judgeAndOffer(part: ViewSegment, document: number, best: BestCandidates): void {
    const { start, end } = chunksOf(part, document);
    this.#judgePassages(document, start, end);
    best.offer(document);
  }

  #judgePassages(document: number, start: number, end: number): void {
    const board = this.#board;
    const { chunk, part, bestOfEach } = this.#mix.bestPassage(start, end);
    const own = this.#mix.documentPart(document) + (bestOfEach - part);
    board.noteJudged(document);
    board.bestChunk[document] = chunk;
    board.base[document] = own;
    board.total[document] = own + part;
  }
}

function isDead(part: ViewSegment, number: number): boolean {
  return part.deadDocuments !== undefined && part.deadDocuments[number] !== 0;
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
