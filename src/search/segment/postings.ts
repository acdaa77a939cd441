import type { ByteSink } from './byte-sink.js';

/** How often a term stands in the fields of one chunk. */
export interface ChunkPosting {
  readonly heading: number;
  readonly body: number;
  readonly code: number;
}

/** How often a term stands in the fields that belong to the whole document. */
export interface FieldPosting {
  readonly title: number;
  readonly path: number;
  readonly keywords: number;
}

const BODY_ONCE = 0;
const BODY_ONLY = 1;
const CODE_ONLY = 2;

/** Appends a posting; `delta` is the distance from the chunk before it in the list, at least 1. */
export function appendChunkPosting(sink: ByteSink, delta: number, posting: ChunkPosting): void {
  const { heading, body, code } = posting;
  if (heading === 0 && code === 0 && body === 1) {
    sink.appendVarint(delta * 4 + BODY_ONCE);
  } else if (heading === 0 && code === 0) {
    sink.appendVarint(delta * 4 + BODY_ONLY);
    sink.appendVarint(body);
  } else if (heading === 0 && body === 0) {
    sink.appendVarint(delta * 4 + CODE_ONLY);
    sink.appendVarint(code);
  } else {
    sink.appendVarint(delta * 4 + 3);
    sink.appendVarint(heading);
    sink.appendVarint(body);
    sink.appendVarint(code);
  }
}

/** Appends a posting; `delta` is the distance from the document before it in the list, at least 1. */
export function appendFieldPosting(sink: ByteSink, delta: number, posting: FieldPosting): void {
  sink.appendVarint(delta);
  sink.appendVarint(posting.title);
  sink.appendVarint(posting.path);
  sink.appendVarint(posting.keywords);
}

/**
 * Decoded postings, one array a field so that no posting is an object. Reused from query to query: `length` says how
 * many entries count, and `reserve` may replace the arrays.
 */
export class PostingBlock {
  length = 0;
  /** Number of the chunk or document that the posting is of. */
  ids: Uint32Array = new Uint32Array(0);
  /** Occurrences in heading, body and code, or in title, path and keywords. */
  first: Uint32Array = new Uint32Array(0);
  second: Uint32Array = new Uint32Array(0);
  third: Uint32Array = new Uint32Array(0);

  /** Makes room for that many entries; keeps the ones that are there. */
  reserve(count: number): void {
    if (count <= this.ids.length) return;
    const size = Math.max(count, this.ids.length * 2, 256);
    this.ids = grown(this.ids, size);
    this.first = grown(this.first, size);
    this.second = grown(this.second, size);
    this.third = grown(this.third, size);
  }
}

function grown(values: Uint32Array, size: number): Uint32Array {
  const larger = new Uint32Array(size);
  larger.set(values);
  return larger;
}

/** Where a posting list lies and what its numbers may be. */
export interface PostingRange {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Ids in the list are below this. */
  readonly limit: number;
}

/** Reads varints one after the other; a read past the end gives 0. */
class VarintReader {
  readonly #bytes: Uint8Array;
  position: number;

  constructor(bytes: Uint8Array, position: number) {
    this.#bytes = bytes;
    this.position = position;
  }

  next(): number {
    const first = this.#bytes[this.position++] ?? 0;
    return first < 0x80 ? first : this.#long(first & 0x7f);
  }

  #long(low: number): number {
    let value = low;
    for (let factor = 128; factor <= 128 ** 4; factor *= 128) {
      const byte = this.#bytes[this.position++] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) break;
    }
    return value;
  }
}

/**
 * Appends the postings of a term's chunks to `into`; ids get `base` added, and ids marked in `dead` are left out.
 * Returns false if the bytes are no posting list. Ends on any bytes: each posting takes at least one.
 */
export function decodeChunkPostings(
  range: PostingRange,
  into: PostingBlock,
  base: number,
  dead: Uint8Array | undefined,
): boolean {
  into.reserve(into.length + range.end - range.start);
  const { ids, first, second, third } = into;
  const reader = new VarintReader(range.bytes, range.start);
  let length = into.length;
  let id = -1;
  while (reader.position < range.end) {
    const head = reader.next();
    const kind = head & 3;
    if (head < 4) return false;
    id += Math.floor(head / 4);
    if (id >= range.limit) return false;
    let heading = 0;
    let body = 1;
    let code = 0;
    if (kind === BODY_ONLY) {
      body = reader.next();
    } else if (kind === CODE_ONLY) {
      body = 0;
      code = reader.next();
    } else if (kind !== BODY_ONCE) {
      heading = reader.next();
      body = reader.next();
      code = reader.next();
    }
    if (dead !== undefined && dead[id] !== 0) continue;
    ids[length] = base + id;
    first[length] = heading;
    second[length] = body;
    third[length++] = code;
  }
  into.length = length;
  return reader.position === range.end;
}

/** As `decodeChunkPostings`, for the postings of a term's documents. */
export function decodeFieldPostings(
  range: PostingRange,
  into: PostingBlock,
  base: number,
  dead: Uint8Array | undefined,
): boolean {
  into.reserve(into.length + range.end - range.start);
  const { ids, first, second, third } = into;
  const reader = new VarintReader(range.bytes, range.start);
  let length = into.length;
  let id = -1;
  while (reader.position < range.end) {
    const delta = reader.next();
    if (delta === 0) return false;
    id += delta;
    if (id >= range.limit) return false;
    const title = reader.next();
    const path = reader.next();
    const keywords = reader.next();
    if (dead !== undefined && dead[id] !== 0) continue;
    ids[length] = base + id;
    first[length] = title;
    second[length] = path;
    third[length++] = keywords;
  }
  into.length = length;
  return reader.position === range.end;
}
