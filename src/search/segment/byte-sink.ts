/** An array of 64 bytes lies in the heap and costs next to nothing; most columns of a single document need no more. */
const FIRST_BYTES = 64;
const FIRST_VALUES = 16;
/** Sizes at the first growth, from where on they double. */
const GROWN_BYTES = 1024;
const GROWN_VALUES = 256;

/** A byte array that grows as it is written. */
export class ByteSink {
  #bytes: Uint8Array = new Uint8Array(FIRST_BYTES);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was written so far; valid until the next write. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Appends a text in UTF-8. */
  appendText(text: string): void {
    this.#reserve(text.length);
    let position = 0;
    for (; position < text.length; position++) {
      const unit = text.charCodeAt(position);
      if (unit >= 0x80) break;
      this.#bytes[this.#length + position] = unit;
    }
    // What was written in vain is written over: UTF-8 is never shorter.
    if (position < text.length) this.append(Buffer.from(text, 'utf8'));
    else this.#length += position;
  }

  appendZeros(count: number): void {
    this.#reserve(count);
    // Memory behind the end was never written: it is zero already.
    this.#length += count;
  }

  /** @param value 0 to 2^32 − 1 */
  appendVarint(value: number): void {
    this.#reserve(5);
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2, GROWN_BYTES));
    grown.set(this.written);
    this.#bytes = grown;
  }
}

/** An array of 32-bit numbers that grows as it is written. */
export class NumberSink {
  #values: Uint32Array = new Uint32Array(FIRST_VALUES);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was written so far; valid until the next write. */
  get written(): Uint32Array {
    return this.#values.subarray(0, this.#length);
  }

  append(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = new Uint32Array(Math.max(this.#values.length * 2, GROWN_VALUES));
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length++] = value;
  }
}
