import { crc32 } from 'node:zlib';
import { SearchError } from '../errors.js';
import { damagedSegment } from './damage.js';
import type { SegmentSource } from './segment-source.js';

/** Bytes that are checked at a time: what fits the processor's cache. */
const CHECKED_AT_ONCE = 256 * 1024;

/** What `readBriefly` reads into; one for all, because a new buffer costs more than most reads. */
let scratch = new Uint8Array(64 * 1024);

/**
 * A section that stays in the file and is read by position: the system keeps it in memory once for all processes that
 * read it, which a copy in each would not.
 */
export class PagedSection {
  readonly length: number;
  readonly #name: string;
  readonly #source: SegmentSource;
  readonly #offset: number;
  #isOpen = true;
  #held: Uint8Array | undefined;

  /** @param name what errors call the segment */
  constructor(name: string, source: SegmentSource, offset: number, length: number) {
    this.#name = name;
    this.#source = source;
    this.#offset = offset;
    this.length = length;
  }

  /** CRC-32 of the section; holds little of it in memory at a time. @throws SearchError SEGMENT_DAMAGED */
  checksum(): number {
    let checksum = 0;
    for (let start = 0; start < this.length; start += CHECKED_AT_ONCE) {
      checksum = crc32(this.readBriefly(start, Math.min(this.length, start + CHECKED_AT_ONCE)), checksum);
    }
    return checksum;
  }

  /** Takes the section into memory, for a caller that reads all of it piece by piece. @throws as `read` */
  hold(): void {
    this.#held ??= this.read(0, this.length);
  }

  /** The bytes from `start` to `end`. @throws SearchError SEGMENT_DAMAGED if they cannot be read; INDEX_CLOSED */
  read(start: number, end: number): Uint8Array {
    return this.#reading(() => this.#source.read(this.#offset + start, end - start));
  }

  /** As `read`; the bytes are valid until anybody's next call. */
  readBriefly(start: number, end: number): Uint8Array {
    if (this.#held !== undefined) return this.#held.subarray(start, end);
    const length = end - start;
    if (scratch.length < length) scratch = new Uint8Array(2 * length);
    const bytes = scratch.subarray(0, length);
    this.readInto(start, bytes);
    return bytes;
  }

  /** Fills `target` with the bytes from `start`. @throws as `read` */
  readInto(start: number, target: Uint8Array): void {
    this.#reading(() => this.#source.readInto(this.#offset + start, target));
  }

  /** Nothing can be read from now on. */
  close(): void {
    this.#isOpen = false;
    this.#held = undefined;
  }

  #reading<T>(read: () => T): T {
    if (!this.#isOpen) throw closedSegment(this.#name);
    try {
      return read();
    } catch (error) {
      throw damagedSegment(this.#name, 'it cannot be read', error);
    }
  }
}

/** The error for a segment that was closed. */
export function closedSegment(name: string): SearchError {
  return new SearchError('INDEX_CLOSED', `segment ${name} is closed`, { remedy: 'Ask again on the current index.' });
}
