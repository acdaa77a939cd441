/** Every state that was reached, once, in the order in which it was reached, with the state that it was reached from. */
import type { State } from './state.js';

const CHUNK_BITS = 16;
const CHUNK = 1 << CHUNK_BITS;

/** Compares whole states, not fingerprints: no state is ever taken for another. */
export class StateSet {
  readonly #length: number;
  readonly #chunks: Int32Array[] = [];
  readonly #parents: Uint32Array[] = [];
  #table = new Uint32Array(1 << 20);
  #size = 0;

  constructor(doubleWords: number) {
    this.#length = doubleWords;
  }

  get size(): number {
    return this.#size;
  }

  /** Adds a state that was reached from the state at `parent`; false if it is there already. */
  add(state: State, parent: number): boolean {
    const { doubleWords } = state;
    const mask = this.#table.length - 1;
    let slot = hash(doubleWords, 0, this.#length) & mask;
    for (;;) {
      const entry = this.#table[slot] ?? 0;
      if (entry === 0) break;
      if (this.#isAt(entry - 1, doubleWords)) return false;
      slot = (slot + 1) & mask;
    }
    this.#append(doubleWords, parent);
    this.#table[slot] = this.#size;
    if (this.#size * 3 > this.#table.length * 2) this.#grow();
    return true;
  }

  /** Copies the state at `index` to `state`. */
  read(index: number, state: State): void {
    const from = (index & (CHUNK - 1)) * this.#length;
    const chunk = this.#chunk(index);
    for (let word = 0; word < this.#length; word++) state.doubleWords[word] = chunk[from + word] ?? 0;
  }

  /** Where the state at `index` was first reached from. */
  parent(index: number): number {
    return this.#parents[index >>> CHUNK_BITS]?.[index & (CHUNK - 1)] ?? 0;
  }

  #append(doubleWords: Int32Array, parent: number): void {
    const index = this.#size;
    if ((index & (CHUNK - 1)) === 0) {
      this.#chunks.push(new Int32Array(CHUNK * this.#length));
      this.#parents.push(new Uint32Array(CHUNK));
    }
    const chunk = this.#chunk(index);
    const from = (index & (CHUNK - 1)) * this.#length;
    for (let word = 0; word < this.#length; word++) chunk[from + word] = doubleWords[word] ?? 0;
    const parents = this.#parents[index >>> CHUNK_BITS];
    if (parents !== undefined) parents[index & (CHUNK - 1)] = parent;
    this.#size += 1;
  }

  #isAt(index: number, doubleWords: Int32Array): boolean {
    const chunk = this.#chunk(index);
    const from = (index & (CHUNK - 1)) * this.#length;
    for (let word = 0; word < this.#length; word++) if (chunk[from + word] !== doubleWords[word]) return false;
    return true;
  }

  #grow(): void {
    const table = new Uint32Array(this.#table.length * 4);
    const mask = table.length - 1;
    for (let index = 0; index < this.#size; index++) {
      let slot = hash(this.#chunk(index), (index & (CHUNK - 1)) * this.#length, this.#length) & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = index + 1;
    }
    this.#table = table;
  }

  #chunk(index: number): Int32Array {
    const chunk = this.#chunks[index >>> CHUNK_BITS];
    if (chunk === undefined) throw new RangeError(`state ${index}: there is none`);
    return chunk;
  }
}

/** The mixing of MurmurHash3 (32 bits), by Austin Appleby, public domain. */
function hash(words: Int32Array, from: number, length: number): number {
  let mixed = length;
  for (let index = from; index < from + length; index++) {
    let word = Math.imul(words[index] ?? 0, 0xcc9e2d51);
    word = (word << 15) | (word >>> 17);
    mixed ^= Math.imul(word, 0x1b873593);
    mixed = (mixed << 13) | (mixed >>> 19);
    mixed = (Math.imul(mixed, 5) + 0xe6546b64) | 0;
  }
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
