import type { ByteSink } from './byte-sink.js';

const BODY_ONCE = 0;
const BODY_ONLY = 1;
const CODE_ONLY = 2;
const ALL_FIELDS = 3;

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

  /** Appends an entry. */
  push(id: number, first: number, second: number, third: number): void {
    this.reserve(this.length + 1);
    const entry = this.length++;
    this.ids[entry] = id;
    this.first[entry] = first;
    this.second[entry] = second;
    this.third[entry] = third;
  }

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

/** Writes the block as the chunk postings of one term; its ids ascend. */
export function appendChunkPostings(sink: ByteSink, block: PostingBlock): void {
  let last = -1;
  for (let entry = 0; entry < block.length; entry++) {
    const id = block.ids[entry] ?? 0;
    const heading = block.first[entry] ?? 0;
    const body = block.second[entry] ?? 0;
    const code = block.third[entry] ?? 0;
    const head = (id - last) * 4;
    last = id;
    if (heading === 0 && code === 0 && body === 1) {
      sink.appendVarint(head + BODY_ONCE);
    } else if (heading === 0 && code === 0) {
      sink.appendVarint(head + BODY_ONLY);
      sink.appendVarint(body);
    } else if (heading === 0 && body === 0) {
      sink.appendVarint(head + CODE_ONLY);
      sink.appendVarint(code);
    } else {
      sink.appendVarint(head + ALL_FIELDS);
      sink.appendVarint(heading);
      sink.appendVarint(body);
      sink.appendVarint(code);
    }
  }
}

/** Writes the block as the field postings of one term; its ids ascend. */
export function appendFieldPostings(sink: ByteSink, block: PostingBlock): void {
  let last = -1;
  for (let entry = 0; entry < block.length; entry++) {
    const id = block.ids[entry] ?? 0;
    sink.appendVarint(id - last);
    sink.appendVarint(block.first[entry] ?? 0);
    sink.appendVarint(block.second[entry] ?? 0);
    sink.appendVarint(block.third[entry] ?? 0);
    last = id;
  }
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
 * Appends the postings of a term's chunks to `into`; ids marked in `dead` are left out.
 * Returns false if the bytes are no posting list. Ends on any bytes: each posting takes at least one.
 */
export function decodeChunkPostings(range: PostingRange, into: PostingBlock, dead: Uint8Array | undefined): boolean {
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
    ids[length] = id;
    first[length] = heading;
    second[length] = body;
    third[length++] = code;
  }
  into.length = length;
  return reader.position === range.end;
}

/** As `decodeChunkPostings`, for the postings of a term's documents. */
export function decodeFieldPostings(range: PostingRange, into: PostingBlock, dead: Uint8Array | undefined): boolean {
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
    ids[length] = id;
    first[length] = title;
    second[length] = path;
    third[length++] = keywords;
  }
  into.length = length;
  return reader.position === range.end;
}
