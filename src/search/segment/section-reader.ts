import { crc32 } from 'node:zlib';
import { damagedSegment } from './damage.js';
import { ALIGNMENT, pageBytesOf, pagesIn, type SectionName, TERMS_PER_BLOCK } from './layout.js';
import { closedSegment, PagedSection } from './paged-section.js';
import { PagedStrings } from './paged-strings.js';
import type { StringHashes } from './path-hashes.js';
import type { SectionPlace, SegmentHead } from './segment-head.js';
import type { SegmentSource } from './segment-source.js';
import { StringList } from './sorted-strings.js';

/** Bytes that are checked at a time: what fits the processor's cache. */
const CHECKED_AT_ONCE = 256 * 1024;

/** What `textBriefly` reads into; one for all, because a new buffer costs more than most reads. */
let scratch = Buffer.allocUnsafeSlow(16 * 1024);

const NOWHERE: SectionPlace = { offset: 0, length: 0, checksum: 0 };

/** Reads the sections of one segment as they are asked for; what it gives has been checked. */
export class SectionReader {
  readonly name: string;
  readonly head: SegmentHead;
  readonly source: SegmentSource;
  readonly #paged: PagedSection[] = [];
  #pages: Uint32Array | undefined;
  #isVerified = false;
  #isOpen = true;

  /** @param name what errors call the segment */
  constructor(name: string, head: SegmentHead, source: SegmentSource) {
    this.name = name;
    this.head = head;
    this.source = source;
  }

  /** The bytes of a section, at the start of a buffer of their own. @throws SearchError SEGMENT_DAMAGED, INDEX_CLOSED */
  whole(section: SectionName): Buffer {
    const { offset, length, checksum } = this.#place(section);
    const bytes = aligned(this.#read(offset, length));
    if (crc32(bytes) !== checksum) throw damagedSegment(this.name, `checksum of ${section} is wrong`);
    return bytes;
  }

  /** All columns of a table with as many rows, sentinels not counted. @throws as `whole` */
  table<Name extends string>(section: SectionName, names: readonly Name[], rows: number): Columns<Name> {
    const bytes = this.whole(section);
    return columnsOf(
      names,
      (index) => new Uint32Array(bytes.buffer, bytes.byteOffset + 4 * index * (rows + 1), rows + 1),
    );
  }

  /** Some neighbouring columns of a table that stays in the file otherwise; `first` is the number of the first. */
  columns<Name extends string>(
    section: PagedSection,
    { first, names, rows }: { readonly first: number; readonly names: readonly Name[]; readonly rows: number },
  ): Columns<Name> {
    const columnBytes = 4 * (rows + 1);
    const { buffer, byteOffset } = section.read(first * columnBytes, (first + names.length) * columnBytes);
    return columnsOf(names, (index) => new Uint32Array(buffer, byteOffset + index * columnBytes, rows + 1));
  }

  /** A section that is a list of so many strings. @throws as `whole` */
  strings(section: SectionName, count: number): StringList {
    const bytes = this.whole(section);
    const starts = new Uint32Array(bytes.buffer, bytes.byteOffset, count + 1);
    return new StringList(starts, bytes.subarray(starts.byteLength));
  }

  /** The list of the terms that blocks begin with; undefined in a segment of version 1. */
  termIndex(): (() => StringList) | undefined {
    if (!this.head.sections.has('termIndex')) return undefined;
    return () => this.strings('termIndex', Math.ceil(this.head.counts.terms / TERMS_PER_BLOCK));
  }

  /** The hashes of paths; undefined in a segment of version 1. @throws as `whole` */
  pathHashes(): { readonly documents: StringHashes; readonly tombstones: StringHashes } | undefined {
    if (!this.head.sections.has('pathHashes')) return undefined;
    const bytes = this.whole('pathHashes');
    const { documents, tombstones } = this.head.counts;
    const listAt = (first: number, count: number): StringHashes => ({
      hashes: new Uint32Array(bytes.buffer, bytes.byteOffset + 4 * first, count),
      numbers: new Uint32Array(bytes.buffer, bytes.byteOffset + 4 * (first + count), count),
    });
    return { documents: listAt(0, documents), tombstones: listAt(2 * documents, tombstones) };
  }

  /** A section that stays in the file; it is closed with the reader. */
  paged(section: SectionName): PagedSection {
    const { name, source } = this;
    const { offset, length } = this.#place(section);
    const checksums = this.head.sections.has('pages') ? () => this.#pageChecksums(section) : undefined;
    const paged = new PagedSection({ name, source, offset, length, pageBytes: pageBytesOf(section), checksums });
    this.#paged.push(paged);
    return paged;
  }

  /** As `strings`, of a section that stays in the file. */
  pagedStrings(section: SectionName, count: number): PagedStrings {
    return new PagedStrings(count, this.paged(section));
  }

  /** Bytes of the text part, which have checksums elsewhere. @throws as `whole` */
  text(start: number, length: number): Uint8Array {
    this.#requireText(start, length);
    return this.#read(this.head.residentBytes + start, length);
  }

  /** As `text`; the bytes are valid until anybody's next call. */
  textBriefly(start: number, length: number): Buffer {
    this.#requireText(start, length);
    if (scratch.length < length) scratch = Buffer.allocUnsafeSlow(2 * length);
    const bytes = scratch.subarray(0, length);
    this.#reading(() => this.source.readInto(this.head.residentBytes + start, bytes));
    return bytes;
  }

  /** Checks every section at once, holding little in memory at a time. @throws as `whole` */
  verify(): void {
    if (this.#isVerified) return;
    const longest = Math.max(...Array.from(this.head.sections.values(), ({ length }) => length));
    const block = Buffer.allocUnsafeSlow(Math.min(CHECKED_AT_ONCE, longest));
    for (const [section, { offset, length, checksum }] of this.head.sections) {
      let actual = 0;
      for (let start = 0; start < length; start += CHECKED_AT_ONCE) {
        const part = block.subarray(0, Math.min(CHECKED_AT_ONCE, length - start));
        this.#reading(() => this.source.readInto(offset + start, part));
        actual = crc32(part, actual);
      }
      if (actual !== checksum) throw damagedSegment(this.name, `checksum of ${section} is wrong`);
    }
    this.#isVerified = true;
  }

  /** Closes the source; nothing can be read from now on. Safe to call again. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const section of this.#paged) section.close();
    this.source.close();
  }

  #requireText(start: number, length: number): void {
    const textBytes = this.source.sizeBytes - this.head.residentBytes;
    if (length >= 0 && start + length <= textBytes) return;
    throw damagedSegment(this.name, `${length} bytes from ${start} of a text part of ${textBytes}`);
  }

  #place(section: SectionName): SectionPlace {
    return this.head.sections.get(section) ?? NOWHERE;
  }

  #read(offset: number, length: number): Uint8Array {
    return this.#reading(() => this.source.read(offset, length));
  }

  #reading<T>(read: () => T): T {
    if (!this.#isOpen) throw closedSegment(this.name);
    try {
      return read();
    } catch (error) {
      throw damagedSegment(this.name, 'it cannot be read', error);
    }
  }

  /** Of each page of the section. */
  #pageChecksums(section: SectionName): Uint32Array {
    this.#pages ??= this.#readPages();
    let first = 0;
    for (const [other, { length }] of this.head.sections) {
      if (other === section) break;
      first += pagesIn(other, length);
    }
    return this.#pages.subarray(first, first + pagesIn(section, this.#place(section).length));
  }

  #readPages(): Uint32Array {
    const bytes = this.whole('pages');
    return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
  }
}

/** A table by column; each has a sentinel row at its end. */
export type Columns<Name extends string> = { readonly [name in Name]: Uint32Array };

function columnsOf<Name extends string>(names: readonly Name[], column: (index: number) => Uint32Array): Columns<Name>;
function columnsOf(
  names: readonly string[],
  column: (index: number) => Uint32Array,
): { readonly [name: string]: Uint32Array } {
  return Object.fromEntries(names.map((name, index) => [name, column(index)]));
}

/** The same bytes at the start of a buffer of their own, so that typed arrays can lie over them. */
function aligned(bytes: Uint8Array): Buffer {
  const owned = bytes.byteOffset % ALIGNMENT === 0 ? bytes : new Uint8Array(bytes);
  return Buffer.from(owned.buffer, owned.byteOffset, owned.byteLength);
}
