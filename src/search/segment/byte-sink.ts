/** A byte array that grows as it is written. */
export class ByteSink {
  #bytes: Uint8Array = new Uint8Array(1024);
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
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.written);
    this.#bytes = grown;
  }
}

/** An array of 32-bit numbers that grows as it is written. */
export class NumberSink {
  #values: Uint32Array = new Uint32Array(256);
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
      const grown = new Uint32Array(this.#values.length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length++] = value;
  }
}
