import { TERM_COLUMNS, TERMS_PER_BLOCK } from './layout.js';
import type { PagedSection } from './paged-section.js';
import { findSameString, lowerBound, StringList } from './sorted-strings.js';

/** Where a posting list lies in its section. */
export interface PostingPlace {
  readonly start: number;
  readonly end: number;
}

/** The sections that a dictionary reads. */
export interface TermSections {
  readonly count: number;
  /** A `strings` of all terms. */
  readonly terms: PagedSection;
  /** The term table. */
  readonly table: PagedSection;
  /** The first of each block of terms; read at the first question. Undefined in a segment that has none. */
  readonly index: (() => StringList) | undefined;
}

/** Up to this size a dictionary is as well kept in memory. */
const HELD_UP_TO_BYTES = 64 * 1024;

/** Where the terms of a block start; one for all, because a new buffer costs more than the reading. */
const blockStarts = new Uint32Array(TERMS_PER_BLOCK + 2);

/**
 * The terms of a segment. They stay in the file: one term of each block is kept in memory, the rest of a block is read
 * when a term that it may have is looked for.
 */
export class TermDictionary {
  readonly count: number;
  readonly #sections: TermSections;
  #index: StringList | undefined;
  #all: StringList | undefined;

  constructor(sections: TermSections) {
    this.count = sections.count;
    this.#sections = sections;
  }

  /** The number of a term, given as a list of itself; undefined if no chunk and no document has it. */
  find(wanted: StringList): number | undefined {
    const index = this.#firstOfBlocks();
    if (index === undefined) return findSameString(this.all(), wanted, 0);
    const place = lowerBound(index, wanted, 0);
    // The block before starts below the term; the one at the place may start with it.
    const first = TERMS_PER_BLOCK * Math.max(0, place - 1);
    const block = this.#readBlock(first, Math.min(this.count, first + TERMS_PER_BLOCK + 1));
    const found = findSameString(block, wanted, 0);
    return found === undefined ? undefined : first + found;
  }

  /** The term of that number. */
  text(number: number): string {
    return this.#read(number, number + 1).text(0);
  }

  /** All terms, ascending; in memory from then on. */
  all(): StringList {
    this.#all ??= this.#read(0, this.count);
    return this.#all;
  }

  /** Takes terms and places into memory, for a caller that reads all of them. */
  hold(): void {
    this.all();
    this.#sections.table.hold();
  }

  /** Where the term's chunk postings lie. */
  chunkPostings(number: number): PostingPlace {
    return this.#place('chunkPostings', number);
  }

  /** Where its field postings lie. */
  fieldPostings(number: number): PostingPlace {
    return this.#place('fieldPostings', number);
  }

  /** Undefined where all terms are in memory, or are best taken there. */
  #firstOfBlocks(): StringList | undefined {
    const { terms, table, index } = this.#sections;
    if (this.#all !== undefined) return undefined;
    if (this.#index === undefined && terms.length + table.length <= HELD_UP_TO_BYTES) this.hold();
    else this.#index ??= index?.();
    return this.#index;
  }

  #place(column: (typeof TERM_COLUMNS)[number], number: number): PostingPlace {
    const place = 4 * (TERM_COLUMNS.indexOf(column) * (this.count + 1) + number);
    const bytes = this.#sections.table.readBriefly(place, place + 8);
    return { start: bytes.readUInt32LE(0), end: bytes.readUInt32LE(4) };
  }

  #read(first: number, end: number): StringList {
    const starts = new Uint32Array(end - first + 1);
    const { from, to } = this.#readStarts(first, starts);
    return new StringList(starts, this.#sections.terms.read(from, to));
  }

  /** As `#read`; valid until anybody's next call. */
  #readBlock(first: number, end: number): StringList {
    const starts = blockStarts.subarray(0, end - first + 1);
    const { from, to } = this.#readStarts(first, starts);
    return new StringList(starts, this.#sections.terms.readBriefly(from, to));
  }

  /** Fills `starts` from that term on, counted from the first byte of that term; gives where the bytes lie. */
  #readStarts(first: number, starts: Uint32Array): { readonly from: number; readonly to: number } {
    this.#sections.terms.readInto(4 * first, new Uint8Array(starts.buffer, starts.byteOffset, starts.byteLength));
    const base = starts[0] ?? 0;
    const from = 4 * (this.count + 1) + base;
    if (base > 0) for (let place = 0; place < starts.length; place++) starts[place] = (starts[place] ?? 0) - base;
    return { from, to: from + (starts.at(-1) ?? 0) };
  }
}
