import { ByteSink, NumberSink } from './byte-sink.js';

/** Byte strings side by side, growing: what becomes a `strings` section. */
export class StringSink {
  readonly starts: NumberSink = new NumberSink();
  readonly bytes: ByteSink = new ByteSink();
  #lastStart = 0;

  /** @param string a text, or its bytes in UTF-8 */
  append(string: Uint8Array | string): void {
    this.#lastStart = this.bytes.length;
    this.starts.append(this.#lastStart);
    if (typeof string === 'string') this.bytes.appendText(string);
    else this.bytes.append(string);
  }

  /** True if the last string is this one. */
  endsWith(bytes: Uint8Array): boolean {
    const isSameLength = this.starts.length > 0 && this.bytes.length - this.#lastStart === bytes.length;
    return isSameLength && Buffer.compare(this.bytes.written.subarray(this.#lastStart), bytes) === 0;
  }

  /** The bytes of the string of that number; valid until the next is appended. */
  at(index: number): Uint8Array {
    const starts = this.starts.written;
    return this.bytes.written.subarray(starts[index], starts[index + 1] ?? this.bytes.length);
  }

  parts(): readonly Uint8Array[] {
    return [...withEnd(this.starts, this.bytes.length), this.bytes.written];
  }
}

/** The bytes of a column and its sentinel row. */
export function withEnd(column: NumberSink, end: number): readonly Uint8Array[] {
  return [asBytes(column.written), asBytes(Uint32Array.of(end))];
}

/** The bytes of a column as they stand in a file. */
export function asBytes(values: Uint32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
