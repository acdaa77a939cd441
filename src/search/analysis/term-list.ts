import type { Vocabulary } from './vocabulary.js';

/** Index terms in order of appearance, repeats kept, by their numbers in a vocabulary. */
export class TermList {
  readonly vocabulary: Vocabulary;
  readonly numbers: Uint32Array;

  constructor(vocabulary: Vocabulary, numbers: Uint32Array) {
    this.vocabulary = vocabulary;
    this.numbers = numbers;
  }

  get length(): number {
    return this.numbers.length;
  }

  texts(): readonly string[] {
    return Array.from(this.numbers, (number) => this.vocabulary.text(number));
  }
}

/** Collects terms of one vocabulary. */
export class TermSink {
  readonly vocabulary: Vocabulary;
  #numbers = new Uint32Array(64);
  #length = 0;

  constructor(vocabulary: Vocabulary) {
    this.vocabulary = vocabulary;
  }

  get length(): number {
    return this.#length;
  }

  push(number: number): void {
    if (this.#length === this.#numbers.length) {
      const grown = new Uint32Array(this.#length * 2);
      grown.set(this.#numbers);
      this.#numbers = grown;
    }
    this.#numbers[this.#length++] = number;
  }

  /** Forgets what was collected; lists that were taken before must not be used any more. */
  clear(): void {
    this.#length = 0;
  }

  /** The numbers that were collected; valid until the next is. */
  get collected(): Uint32Array {
    return this.#numbers.subarray(0, this.#length);
  }

  /** The terms from the `start`-th to before the `end`-th that were collected. They share the memory of the sink. */
  list(start = 0, end: number = this.#length): TermList {
    return new TermList(this.vocabulary, this.#numbers.subarray(start, end));
  }
}
