/** True if candidate `a` ranks before candidate `b`, which scores the same; total, if it matters which are kept. */
export type TieBreak = (a: number, b: number) => boolean;

/** Keeps the best few of many candidates by their scores: a heap with the worst of the kept on top. */
export class BestCandidates {
  readonly #heap: number[] = [];
  readonly #capacity: number;
  readonly #totals: Float32Array | Float64Array;
  readonly #isBeforeEqual: TieBreak;
  #isOverfull = false;

  /**
   * @param capacity 1 or more
   * @param totals scores by candidate
   */
  constructor(capacity: number, totals: Float32Array | Float64Array, isBeforeEqual: TieBreak) {
    this.#capacity = capacity;
    this.#totals = totals;
    this.#isBeforeEqual = isBeforeEqual;
  }

  /** True if a candidate had to be left out. */
  get isOverfull(): boolean {
    return this.#isOverfull;
  }

  /** Whoever scores less than this will not be kept. */
  get least(): number {
    return this.#heap.length < this.#capacity ? Number.NEGATIVE_INFINITY : this.#totalAt(0);
  }

  offer(candidate: number): void {
    if (this.#heap.length < this.#capacity) {
      this.#heap.push(candidate);
      this.#rise(this.#heap.length - 1);
      return;
    }
    this.#isOverfull = true;
    if (!this.#isBefore(candidate, this.#at(0))) return;
    this.#heap[0] = candidate;
    this.#sink();
  }

  /** The kept, in no order. */
  kept(): readonly number[] {
    return this.#heap;
  }

  #isBefore(a: number, b: number): boolean {
    const left = this.#totals[a] ?? 0;
    const right = this.#totals[b] ?? 0;
    return left === right ? this.#isBeforeEqual(a, b) : left > right;
  }

  #rise(from: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      if (!this.#isBefore(this.#at(parent), this.#at(place))) return;
      this.#swap(parent, place);
      place = parent;
    }
  }

  #sink(): void {
    const { length } = this.#heap;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const right = left + 1;
      let worst = place;
      if (left < length && this.#isBefore(this.#at(worst), this.#at(left))) worst = left;
      if (right < length && this.#isBefore(this.#at(worst), this.#at(right))) worst = right;
      if (worst === place) return;
      this.#swap(worst, place);
      place = worst;
    }
  }

  #at(place: number): number {
    return this.#heap[place] ?? 0;
  }

  #totalAt(place: number): number {
    return this.#totals[this.#at(place)] ?? 0;
  }

  #swap(a: number, b: number): void {
    const kept = this.#at(a);
    this.#heap[a] = this.#at(b);
    this.#heap[b] = kept;
  }
}
