import { crc32 } from 'node:zlib';
import { SearchError } from '../errors.js';
import { damagedSegment } from './damage.js';
import type { SegmentSource } from './segment-source.js';

/** Bytes that are read and then checked: what fits the processor's cache. */
const CHECKED_AT_ONCE = 256 * 1024;

/** What `readBriefly` reads into; one for all, because a new buffer costs more than most reads. */
let scratch = Buffer.allocUnsafeSlow(64 * 1024);
/** A page of which only a part is wanted. */
let wholePage = Buffer.alloc(0);

/** Where a section lies and what its pages must be. */
export interface SectionRange {
  /** What errors call the segment. */
  readonly name: string;
  readonly source: SegmentSource;
  readonly offset: number;
  readonly length: number;
  readonly pageBytes: number;
  /** CRC-32 of each page; undefined if the section was checked before. */
  readonly checksums: (() => Uint32Array) | undefined;
}

/**
 * A section that stays in the file and is read by position: the system keeps it in memory once for all processes that
 * read it, which a copy in each would not. A page is checked when something in it is read for the first time.
 */
export class PagedSection {
  readonly #range: SectionRange;
  /** 1 for each page that was checked. */
  readonly #isChecked: Uint8Array;
  #uncheckedPages: number;
  #checksums: Uint32Array | undefined;
  #isOpen = true;
  #held: Buffer | undefined;

  constructor(range: SectionRange) {
    this.#range = range;
    this.#isChecked = new Uint8Array(Math.ceil(range.length / range.pageBytes));
    this.#uncheckedPages = range.checksums === undefined ? 0 : this.#isChecked.length;
  }

  get length(): number {
    return this.#range.length;
  }

  /** Takes the section into memory, for a caller that reads all of it piece by piece. @throws as `read` */
  hold(): void {
    this.#held ??= this.read(0, this.length);
  }

  /** The bytes from `start` to `end`. @throws SearchError SEGMENT_DAMAGED if they are not what was written; INDEX_CLOSED */
  read(start: number, end: number): Buffer {
    this.#require(start, end);
    const bytes = Buffer.allocUnsafeSlow(end - start);
    this.readInto(start, bytes);
    return bytes;
  }

  /** As `read`; the bytes are valid until anybody's next call. */
  readBriefly(start: number, end: number): Buffer {
    this.#require(start, end);
    if (this.#held !== undefined) return this.#held.subarray(start, end);
    const length = end - start;
    if (scratch.length < length) scratch = Buffer.allocUnsafeSlow(2 * length);
    const bytes = scratch.subarray(0, length);
    this.readInto(start, bytes);
    return bytes;
  }

  /** Fills `target` with the bytes from `start`. @throws as `read` */
  readInto(start: number, target: Uint8Array): void {
    this.#require(start, start + target.length);
    if (this.#held !== undefined) target.set(this.#held.subarray(start, start + target.length));
    else if (this.#uncheckedPages === 0) this.#readPlainly(start, target);
    else for (let done = 0; done < target.length; ) done += this.#readSome(start + done, target.subarray(done));
  }

  /** Nothing can be read from now on. */
  close(): void {
    this.#isOpen = false;
    this.#held = undefined;
  }

  #require(start: number, end: number): void {
    if (!this.#isOpen) throw closedSegment(this.#range.name);
    if (start > end || end > this.length) throw this.#damaged(`${start} to ${end} of ${this.length} bytes`);
  }

  /** Fills the beginning of `target`, checking what was not checked yet; gives the number of bytes. */
  #readSome(start: number, target: Uint8Array): number {
    const { pageBytes } = this.#range;
    const end = start + target.length;
    const page = Math.floor(start / pageBytes);
    const isChecked = this.#isChecked[page] === 1;
    const isWhole = start === page * pageBytes && end >= this.#endOf(page);
    if (!isChecked && !isWhole) return this.#readPart(page, start, target);
    const last = this.#lastAlike(page, end, isChecked);
    const part = target.subarray(0, Math.min(end, this.#endOf(last)) - start);
    this.#readPlainly(start, part);
    if (isChecked) return part.length;
    for (let one = page; one <= last; one++) {
      this.#check(one, part.subarray((one - page) * pageBytes, this.#endOf(one) - start));
    }
    return part.length;
  }

  /** The last page, from `page` on and below `end`, up to which all are checked or all are not and wanted as a whole. */
  #lastAlike(page: number, end: number, isChecked: boolean): number {
    const { pageBytes } = this.#range;
    let last = page;
    const most = isChecked ? this.#isChecked.length : page + CHECKED_AT_ONCE / pageBytes;
    for (let next = page + 1; next < Math.min(most, this.#isChecked.length); next++) {
      const isWanted = isChecked ? next * pageBytes < end : this.#endOf(next) <= end;
      if (!isWanted || (this.#isChecked[next] === 1) !== isChecked) break;
      last = next;
    }
    return last;
  }

  #readPart(page: number, start: number, target: Uint8Array): number {
    const { pageBytes } = this.#range;
    const pageStart = page * pageBytes;
    if (wholePage.length < pageBytes) wholePage = Buffer.allocUnsafeSlow(pageBytes);
    const bytes = wholePage.subarray(0, this.#endOf(page) - pageStart);
    this.#readPlainly(pageStart, bytes);
    this.#check(page, bytes);
    const wanted = bytes.subarray(start - pageStart, start - pageStart + target.length);
    target.set(wanted);
    return wanted.length;
  }

  #endOf(page: number): number {
    return Math.min(this.length, (page + 1) * this.#range.pageBytes);
  }

  #check(page: number, bytes: Uint8Array): void {
    this.#checksums ??= this.#range.checksums?.();
    if (crc32(bytes) !== this.#checksums?.[page]) throw this.#damaged(`checksum of page ${page} is wrong`);
    this.#isChecked[page] = 1;
    this.#uncheckedPages--;
  }

  #readPlainly(start: number, target: Uint8Array): void {
    const { source, offset } = this.#range;
    try {
      source.readInto(offset + start, target);
    } catch (error) {
      throw damagedSegment(this.#range.name, 'it cannot be read', error);
    }
  }

  #damaged(what: string): SearchError {
    return damagedSegment(this.#range.name, `at byte ${this.#range.offset}: ${what}`);
  }
}

/** The error for a segment that was closed. */
export function closedSegment(name: string): SearchError {
  return new SearchError('INDEX_CLOSED', `segment ${name} is closed`, { remedy: 'Ask again on the current index.' });
}
