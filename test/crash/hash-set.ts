import type { Hash } from './hashing.js';

/** Slots for each hash that is expected: a search ends after two of them on average. */
const SLOTS_PER_HASH = 1.6;

/**
 * A set of hashes of 64 bits, eight bytes a slot, in memory that threads share: each hash is new to one of them. That
 * two of ten million different states have the same hash has a chance of three in a million.
 */
export class HashSet {
  readonly memory: SharedArrayBuffer;
  readonly #slots: Int32Array;
  readonly #mostHashes: number;

  /** @param memory what `memoryFor` made, here or in another thread */
  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.#slots = new Int32Array(memory);
    this.#mostHashes = (this.#slots.length / 2 - 1) * 0.9;
  }

  /** Memory for an empty set of about so many hashes; it cannot grow. */
  static memoryFor(hashes: number): SharedArrayBuffer {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(1024, hashes * SLOTS_PER_HASH)));
    return new SharedArrayBuffer(8 * (slots + 1));
  }

  get size(): number {
    return Atomics.load(this.#slots, 0);
  }

  /** True if it was not there. @throws RangeError if the set is full */
  add(hash: Hash): boolean {
    const isNew = insert(this.#slots, hash.low === 0 ? 1 : hash.low, hash.high === 0 ? 1 : hash.high);
    if (isNew && Atomics.add(this.#slots, 0, 1) > this.#mostHashes)
      throw new RangeError(`more than ${Math.floor(this.#mostHashes)} hashes in one set: expect more of them`);
    return isNew;
  }
}

/**
 * Open addressing behind a first slot that counts. A zero stands for an empty slot: whoever writes the first half of
 * a hash into one has it, and writes the second half at once.
 */
function insert(slots: Int32Array, low: number, high: number): boolean {
  const last = slots.length / 2 - 2;
  for (let slot = (low ^ Math.imul(high, 0x9e3779b1)) & last; ; slot = (slot + 1) & last) {
    const at = 2 * slot + 2;
    const found = Atomics.load(slots, at) || Atomics.compareExchange(slots, at, 0, low);
    if (found === 0) {
      Atomics.store(slots, at + 1, high);
      return true;
    }
    if (found === low && secondHalf(slots, at + 1) === high) return false;
  }
}

/** Another thread may be about to write it. */
function secondHalf(slots: Int32Array, at: number): number {
  for (;;) {
    const found = Atomics.load(slots, at);
    if (found !== 0) return found;
  }
}
