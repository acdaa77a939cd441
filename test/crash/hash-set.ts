import type { Hash } from './hashing.js';

const FIRST_SLOTS = 1 << 16;

/**
 * A set of hashes of 64 bits, eight bytes each: ten million take 256 MB at most. That two of ten million different
 * states have the same hash has a chance of three in a million.
 */
export class HashSet {
  #slots = new Uint32Array(2 * FIRST_SLOTS);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** True if it was not there. */
  add(hash: Hash): boolean {
    if (this.#size * 10 > this.#slots.length * 3) this.#grow();
    const isNew = insert(this.#slots, hash.low >>> 0, hash.high >>> 0);
    if (isNew) this.#size += 1;
    return isNew;
  }

  #grow(): void {
    const grown = new Uint32Array(2 * this.#slots.length);
    for (let at = 0; at < this.#slots.length; at += 2) {
      const [low, high] = [this.#slots[at] ?? 0, this.#slots[at + 1] ?? 0];
      if (low !== 0 || high !== 0) insert(grown, low, high);
    }
    this.#slots = grown;
  }
}

/** Open addressing; two zeros stand for an empty slot. */
function insert(slots: Uint32Array, low: number, high: number): boolean {
  const last = slots.length / 2 - 1;
  const stored = low === 0 && high === 0 ? 1 : low;
  for (let slot = (stored ^ Math.imul(high, 0x9e3779b1)) & last; ; slot = (slot + 1) & last) {
    const [foundLow, foundHigh] = [slots[2 * slot], slots[2 * slot + 1]];
    if (foundLow === stored && foundHigh === high) return false;
    if (foundLow === 0 && foundHigh === 0) {
      slots[2 * slot] = stored;
      slots[2 * slot + 1] = high;
      return true;
    }
  }
}
