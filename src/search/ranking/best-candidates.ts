/** True if candidate `a` ranks before candidate `b`; total, so that equal scores have an order too. */
export type Before = (a: number, b: number) => boolean;

/** Keeps the best few of many candidates, which are numbers: a heap with the worst of the kept on top. */
export class BestCandidates {
  readonly #heap: number[] = [];
  readonly #capacity: number;
  readonly #before: Before;
  #isOverfull = false;

  /** @param capacity 1 or more */
  constructor(capacity: number, before: Before) {
    this.#capacity = capacity;
    this.#before = before;
  }

  /** True if a candidate had to be left out. */
  get isOverfull(): boolean {
    return this.#isOverfull;
  }

  offer(candidate: number): void {
    if (this.#heap.length < this.#capacity) {
      this.#heap.push(candidate);
      this.#rise(this.#heap.length - 1);
      return;
    }
    this.#isOverfull = true;
    if (!this.#before(candidate, this.#at(0))) return;
    this.#heap[0] = candidate;
    this.#sink();
  }

  /** The kept, in no order. */
  kept(): readonly number[] {
    return this.#heap;
  }

  #rise(from: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      if (!this.#before(this.#at(parent), this.#at(place))) return;
      this.#swap(parent, place);
      place = parent;
    }
  }

  #sink(): void {
    let place = 0;
    for (;;) {
      let worst = place;
      for (const child of [2 * place + 1, 2 * place + 2]) {
        if (child < this.#heap.length && this.#before(this.#at(worst), this.#at(child))) worst = child;
      }
      if (worst === place) return;
      this.#swap(worst, place);
      place = worst;
    }
  }

  #at(place: number): number {
    return this.#heap[place] ?? 0;
  }

  #swap(a: number, b: number): void {
    const kept = this.#at(a);
    this.#heap[a] = this.#at(b);
    this.#heap[b] = kept;
  }
}
