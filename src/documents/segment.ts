/** A segment: some documents of a collection in one file, by key. `docs/format.md` gives every byte. */
import type { KeptJson } from './versioned-schema.js';

/** What a segment says of a key: the document's line in the file, or that the document was deleted. */
interface Line {
  readonly start: number;
  readonly end: number;
  /** Where the version begins, behind the key; `undefined` for a deleted document. */
  readonly versionStart: number | undefined;
}

const TAB = 9;
const NEWLINE = 10;

/** The line that keeps a document, or with `undefined` says that it was deleted. JSON has no raw tab or newline. */
export function encodeLine(key: string, kept: KeptJson | undefined): Uint8Array {
  const rest = kept === undefined ? '' : `\t${kept.version}\t${kept.text}`;
  return Buffer.from(`${JSON.stringify(key)}${rest}\n`);
}

/** How many lines the bytes of a segment have. */
export function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, end + 1)) count += 1;
  return count;
}

/** A segment in memory. Documents are parsed when they are asked for. */
export class Segment {
  readonly sizeBytes: number;
  readonly #bytes: Buffer;
  readonly #lines: ReadonlyMap<string, Line>;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.sizeBytes = bytes.byteLength;
    this.#lines = readLines(this.#bytes);
  }

  /** How many documents are kept or said to be deleted. */
  get lineCount(): number {
    return this.#lines.size;
  }

  keys(): IterableIterator<string> {
    return this.#lines.keys();
  }

  /** What is kept, `deleted`, or `undefined` if the segment says nothing of the key. */
  find(key: string): KeptJson | 'deleted' | undefined {
    const line = this.#lines.get(key);
    if (line === undefined) return undefined;
    if (line.versionStart === undefined) return 'deleted';
    const [version = '', text = ''] = splitOnce(this.#bytes.toString('utf8', line.versionStart, line.end), '\t');
    return { version: Number(version), text };
  }

  /** The line of a key as it stands in the file. */
  lineOf(key: string): Uint8Array | undefined {
    const line = this.#lines.get(key);
    return line === undefined ? undefined : this.#bytes.subarray(line.start, line.end + 1);
  }

  isDeleted(key: string): boolean {
    const line = this.#lines.get(key);
    return line !== undefined && line.versionStart === undefined;
  }
}

/** @throws SyntaxError if the bytes are no segment, which only another program can have written */
function readLines(bytes: Buffer): ReadonlyMap<string, Line> {
  const lines = new Map<string, Line>();
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(NEWLINE, start);
    if (end < 0) throw new SyntaxError(`the line at byte ${start} does not end`);
    // Within the line: looked for to the end of the file, each deletion would cost all that comes after it.
    const tab = bytes.subarray(start, end).indexOf(TAB);
    const hasDocument = tab >= 0;
    const key: unknown = JSON.parse(bytes.toString('utf8', start, hasDocument ? start + tab : end));
    if (typeof key !== 'string') throw new SyntaxError(`the line at byte ${start} has no key`);
    lines.set(key, { start, end, versionStart: hasDocument ? start + tab + 1 : undefined });
    start = end + 1;
  }
  return lines;
}

function splitOnce(text: string, separator: string): readonly string[] {
  const place = text.indexOf(separator);
  return [text.slice(0, place), text.slice(place + separator.length)];
}
