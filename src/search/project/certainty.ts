/** Where no watch tells of changes, a comparison vouches for the files no longer than this, … */
const VOUCHES_MS = 5_000;
/** … or than so many times what it took, so that comparing takes no more than a twentieth of the time. */
const VOUCHES_TIMES = 20;
/** How long after one comparison the next is made by itself there, when nobody asks for anything. */
const IDLE_MS = 10_000;
const IDLE_TIMES = 100;

/**
 * Whether all changes of the files are known: those before the last comparison of all files by that, those since by a
 * watch, or not at all.
 */
export class Certainty {
  readonly #nowMs: () => number;
  /** Each time that changes may have gone unseen; how many of them a comparison has settled. */
  #doubts = 1;
  #settled = 0;
  /** Those that have no answer yet. */
  #questions = 0;
  #begunMs = Number.NEGATIVE_INFINITY;
  #comparedMs = Number.NEGATIVE_INFINITY;
  #tookMs = 0;

  /** @param nowMs milliseconds that only go forward */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** Changes may have gone unseen up to now. */
  doubt(): void {
    this.#doubts += 1;
  }

  /** Whether changes may have gone unseen is asked, and not known until what is returned is called. */
  question(): () => void {
    this.#questions += 1;
    return () => {
      this.#questions -= 1;
    };
  }

  /** A comparison begins; call what is returned when it has ended well. What changes while it is made may escape it. */
  beginComparison(): () => void {
    const doubts = this.#doubts;
    const begunMs = this.#nowMs();
    this.#begunMs = begunMs;
    return () => {
      this.#settled = Math.max(this.#settled, doubts);
      this.#comparedMs = begunMs;
      this.#tookMs = this.#nowMs() - begunMs;
    };
  }

  /** @param isTold whether a watch tells of all changes */
  isCertain(isTold: boolean): boolean {
    if (this.#questions > 0 || this.#settled !== this.#doubts) return false;
    return isTold || this.#nowMs() - this.#comparedMs < this.#vouchesMs;
  }

  /** True where nothing tells of changes and the last comparison, even one that failed, vouches for nothing any more. */
  isComparisonDue(isTold: boolean): boolean {
    return !isTold && this.#nowMs() - this.#begunMs >= this.#vouchesMs;
  }

  /** How long after a comparison the next is due where nothing tells of changes. */
  get idleMs(): number {
    return Math.max(IDLE_MS, IDLE_TIMES * this.#tookMs);
  }

  get #vouchesMs(): number {
    return Math.max(VOUCHES_MS, VOUCHES_TIMES * this.#tookMs);
  }
}
