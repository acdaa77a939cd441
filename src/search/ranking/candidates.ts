import { linkGraphOf } from '../link-graph/index.js';
import { compareStrings, type IndexView, type ViewSegment } from '../segment/index.js';
import { type BestDocuments, chunksOf, DocumentPool, partOf } from './document-pool.js';
import { followLinks } from './link-signal.js';
import { NameMatch } from './name-match.js';
import type { RankingParameters, SignalWeights } from './ranking-options.js';
import type { ScoreBoard } from './score-board.js';
import { NO_CHUNK, SignalMix } from './signal-mix.js';

/** Documents whose names are read and compared with the query, the best by all other signals. */
const NAMED = 50;

/** Results that links are followed from. */
const LINK_SEEDS = 10;

/** A passage under consideration. Ids are those of the whole view; `chunk` may be `NO_CHUNK`. */
export interface ScoredPassage {
  readonly document: number;
  readonly chunk: number;
  readonly score: number;
}

/** What each signal adds to a score, and what the best passages of the document add to that of another one. */
export interface ScoreParts extends SignalWeights {
  readonly elsewhere: number;
}

/** Signals that only the best documents are looked at for. */
interface LateSignals {
  titlePrecision: number;
  headingMatch: number;
  link: number;
}

const NO_LATE_SIGNALS: Readonly<LateSignals> = { titlePrecision: 0, headingMatch: 0, link: 0 };

/**
 * The documents that match, each with its best passage: that of the highest score, of equal ones the first. A document
 * counts with the best of each signal that its passages have, be it of different ones.
 */
export class Candidates {
  readonly mix: SignalMix;
  readonly #view: IndexView;
  readonly #board: ScoreBoard;
  readonly #weights: SignalWeights;
  readonly #late = new Map<number, LateSignals>();
  readonly #pool: DocumentPool;

  constructor(view: IndexView, board: ScoreBoard, ranking: RankingParameters, pathPrefix: string) {
    this.#view = view;
    this.#board = board;
    this.#weights = ranking.weights;
    this.mix = new SignalMix(board, ranking);
    this.#pool = new DocumentPool(view, board, this.mix, pathPrefix);
    const { titlePrecision, headingMatch, link } = ranking.weights;
    if (titlePrecision + headingMatch > 0 && board.queryRarity > 0) this.#addNames();
    if (link > 0) this.#addLinks(pathPrefix);
  }

  /** The `count` documents that rank first, in no particular order. */
  bestDocuments(count: number): BestDocuments {
    return this.#pool.best(count, this.#isBeforeEqual);
  }

  /** The best passage of the document. */
  best(document: number): ScoredPassage {
    const { bestChunk, total } = this.#board;
    return { document, chunk: bestChunk[document] ?? NO_CHUNK, score: total[document] ?? 0 };
  }

  /**
   * Passages of the same document that match by themselves, beside its best one.
   *
   * @param last if given, only those that rank no later
   */
  otherPassages(best: ScoredPassage, last: ScoredPassage | undefined): readonly ScoredPassage[] {
    const { document } = best;
    const base = this.#board.base[document] ?? 0;
    const least = last?.score ?? Number.NEGATIVE_INFINITY;
    const others: ScoredPassage[] = [];
    const { start, end } = chunksOf(this.part(document), document);
    for (let chunk = start; chunk < end; chunk++) {
      if (chunk === best.chunk || !this.mix.matches(chunk)) continue;
      const score = base + this.mix.passagePart(chunk);
      if (score < least) continue;
      const other = { document, chunk, score };
      if (last === undefined || this.compare(other, last) <= 0) others.push(other);
    }
    return others;
  }

  /** What the passage's score is made of. */
  explain({ document, chunk }: ScoredPassage): ScoreParts {
    const { base } = this.#board;
    const late = this.#late.get(document) ?? NO_LATE_SIGNALS;
    const known = this.mix.documentPart(document) + late.titlePrecision + late.headingMatch + late.link;
    const { document: own, name, coverage } = this.mix.documentSignals(document);
    const { passage, headingCoverage, vector } = this.mix.passageSignals(chunk);
    const { titlePrecision, headingMatch, link } = late;
    const elsewhere = (base[document] ?? 0) - known;
    // Written out, because spreading five objects into one takes twenty times as long.
    return {
      document: own,
      name,
      coverage,
      passage,
      headingCoverage,
      vector,
      titlePrecision,
      headingMatch,
      link,
      elsewhere,
    };
  }

  /** True if links from the best results lead to the document. */
  isLinked(document: number): boolean {
    return (this.#late.get(document)?.link ?? 0) > 0;
  }

  /** Higher scores first; of equal ones the lower path, then the earlier passage. */
  readonly compare = (a: ScoredPassage, b: ScoredPassage): number => {
    if (a.score !== b.score) return b.score - a.score;
    const byPath = this.#comparePaths(a.document, b.document);
    return byPath === 0 ? a.chunk - b.chunk : byPath;
  };

  /** The segment that the document is in. */
  part(document: number): ViewSegment {
    return partOf(this.#view, document);
  }

  readonly #isBeforeEqual = (a: number, b: number): boolean => this.#comparePaths(a, b) < 0;

  #comparePaths(a: number, b: number): number {
    const left = this.part(a);
    const right = this.part(b);
    return compareStrings(
      left.segment.parts.paths,
      a - left.documentBase,
      right.segment.parts.paths,
      b - right.documentBase,
    );
  }

  #bestInOrder(count: number): readonly ScoredPassage[] {
    return this.bestDocuments(count)
      .documents.map((document) => this.best(document))
      .sort(this.compare);
  }

  /** What is called as the query asks for it ranks higher. */
  #addNames(): void {
    const match = new NameMatch(this.#board.asked, this.#board.queryRarity);
    const weights = this.#weights;
    const { nameScore } = this.#board;
    for (const document of this.bestDocuments(NAMED).documents) {
      const part = this.part(document);
      // Only what has a word of the query in its name is worth reading the name of.
      if ((nameScore[document] ?? 0) > 0) {
        const precision = match.titlePrecision(part.segment, document - part.documentBase);
        this.#addLate(document, 'titlePrecision', weights.titlePrecision * precision);
      }
      const chunk = this.#bestHeaded(part, document);
      if (chunk === NO_CHUNK) continue;
      const headingMatch = match.headingMatch(part.segment, chunk - part.chunkBase);
      this.#addLate(document, 'headingMatch', weights.headingMatch * headingMatch);
    }
  }

  /** The passage whose headings have most of the query; `NO_CHUNK` if none has any. */
  #bestHeaded(part: ViewSegment, document: number): number {
    const { headingRarity } = this.#board;
    const { start, end } = chunksOf(part, document);
    let best = NO_CHUNK;
    let most = 0;
    for (let chunk = start; chunk < end; chunk++) {
      const rarity = headingRarity[chunk] ?? 0;
      if (rarity <= most) continue;
      best = chunk;
      most = rarity;
    }
    return best;
  }

  /** What the best results link to ranks higher; what no word and no likeness found is found by that alone. */
  #addLinks(pathPrefix: string): void {
    const best = this.#bestInOrder(LINK_SEEDS);
    if (best.length === 0) return;
    const seeds = best.map(({ document, score }) => ({
      path: this.#pathOf(document),
      score,
    }));
    for (const [path, linkShare] of followLinks(linkGraphOf(this.#view), seeds)) {
      const location = path.startsWith(pathPrefix) ? this.#view.find(path) : undefined;
      const part = location === undefined ? undefined : this.#view.segments[location.segment];
      if (location === undefined || part === undefined) continue;
      const document = part.documentBase + location.document;
      this.#pool.judge(part, document);
      this.#addLate(document, 'link', this.#weights.link * linkShare);
    }
  }

  #addLate(document: number, signal: keyof LateSignals, addition: number): void {
    const { base, total, bestChunk } = this.#board;
    const late = this.#late.get(document) ?? { ...NO_LATE_SIGNALS };
    late[signal] = addition;
    this.#late.set(document, late);
    const own = (base[document] ?? 0) + addition;
    base[document] = own;
    total[document] = own + this.mix.passagePart(bestChunk[document] ?? NO_CHUNK);
  }

  #pathOf(document: number): string {
    const part = this.part(document);
    return part.segment.parts.paths.text(document - part.documentBase);
  }
}
