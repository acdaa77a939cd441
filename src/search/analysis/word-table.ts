/**
 * Remembers a value for each word of a text, looked up by the word's place, so that a known word costs no substring. When
 * `capacity` words are known it forgets them all and begins anew, which bounds its memory whatever it is fed.
 */
export class WordTable<Value> {
  readonly #capacity: number;
  readonly #mask: number;
  /** Hash of the word in each slot, 0 if the slot is free: most misses are told without looking at a string. */
  readonly #hashes: Int32Array;
  #words: string[] = [];
  #values: Value[] = [];
  /** Index of each slot's word and value. */
  readonly #indexes: Int32Array;

  constructor(capacity: number) {
    this.#capacity = capacity;
    const slots = 2 ** Math.ceil(Math.log2(capacity * 2));
    this.#mask = slots - 1;
    this.#hashes = new Int32Array(slots);
    this.#indexes = new Int32Array(slots);
  }

  /** The value kept for `text.slice(start, end)`. */
  find(text: string, start: number, end: number): Value | undefined {
    const hash = hashOf(text, start, end);
    for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const found = this.#hashes[slot];
      if (found === 0) return undefined;
      if (found !== hash) continue;
      const index = this.#indexes[slot] ?? 0;
      if (isSameWord(this.#words[index] ?? '', text, start, end)) return this.#values[index];
    }
  }

  /** Keeps a value for a word that has none yet. A word cut from a text keeps the text alive for as long as it is known. */
  keep(word: string, value: Value): void {
    if (this.#words.length >= this.#capacity) {
      this.#hashes.fill(0);
      this.#words = [];
      this.#values = [];
    }
    const hash = hashOf(word, 0, word.length);
    let slot = hash & this.#mask;
    while (this.#hashes[slot] !== 0) slot = (slot + 1) & this.#mask;
    this.#hashes[slot] = hash;
    this.#indexes[slot] = this.#words.length;
    this.#words.push(word);
    this.#values.push(value);
  }
}

function isSameWord(word: string, text: string, start: number, end: number): boolean {
  if (word.length !== end - start) return false;
  for (let index = 0; index < word.length; index++) {
    if (word.charCodeAt(index) !== text.charCodeAt(start + index)) return false;
  }
  return true;
}

/** FNV-1a over UTF-16 code units, its high bits folded in; never 0. */
function hashOf(text: string, start: number, end: number): number {
  let hash = 0x811c_9dc5;
  for (let position = start; position < end; position++) {
    hash = Math.imul(hash ^ text.charCodeAt(position), 0x0100_0193);
  }
  return hash ^ (hash >>> 15) || 1;
}
