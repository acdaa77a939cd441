import type { PagedSection } from './paged-section.js';

/** Byte strings in a section that stays in the file: a `strings` of the format. */
export class PagedStrings {
  readonly count: number;
  readonly #section: PagedSection;

  constructor(count: number, section: PagedSection) {
    this.count = count;
    this.#section = section;
  }

  /** The string of that number; `''` outside the list. @throws SearchError SEGMENT_DAMAGED, INDEX_CLOSED */
  text(index: number): string {
    return this.view(index).toString('utf8');
  }

  /** The bytes of the string of that number; valid until anybody's next call. @throws as `text` */
  view(index: number): Buffer {
    if (index >= this.count) return Buffer.alloc(0);
    const starts = this.#section.readBriefly(4 * index, 4 * index + 8);
    return this.#bytes(starts.readUInt32LE(0), starts.readUInt32LE(4));
  }

  /** The strings from `first` to before `end`, with two reads for all. @throws as `text` */
  texts(first: number, end: number): readonly string[] {
    if (first >= end) return [];
    const starts = this.#section.read(4 * first, 4 * end + 4);
    const base = starts.readUInt32LE(0);
    const bytes = this.#bytes(base, starts.readUInt32LE(starts.length - 4));
    return Array.from({ length: end - first }, (_, place) =>
      bytes.toString('utf8', starts.readUInt32LE(4 * place) - base, starts.readUInt32LE(4 * place + 4) - base),
    );
  }

  /** Takes the list into memory, for a caller that reads all of it. @throws as `text` */
  hold(): void {
    this.#section.hold();
  }

  close(): void {
    this.#section.close();
  }

  #bytes(start: number, end: number): Buffer {
    const base = 4 * (this.count + 1);
    return this.#section.readBriefly(base + start, base + Math.max(start, end));
  }
}
