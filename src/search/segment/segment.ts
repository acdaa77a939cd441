import { crc32 } from 'node:zlib';
import type { DocumentLink } from '../analysis/analysed-document.js';
import type { QuantizedVector } from '../embedding/embedder.js';
import type { SearchError } from '../errors.js';
import { damagedSegment } from './damage.js';
import {
  type CHUNK_COLUMNS,
  type DOCUMENT_COLUMNS,
  HASH_BYTES,
  HEADING_SEPARATOR,
  type LINK_COLUMNS,
  LINK_KINDS,
  type TERM_COLUMNS,
  vectorStride,
} from './layout.js';
import { closedSegment, type PagedSection } from './paged-section.js';
import { decodeChunkPostings, decodeFieldPostings, type PostingBlock } from './postings.js';
import type { SegmentSource } from './segment-source.js';
import type { StringList } from './sorted-strings.js';

type Columns<Names extends readonly string[]> = { readonly [name in Names[number]]: Uint32Array };

/** The checked views that a segment is made of; names as in `docs/segment-format.md`. */
export interface SegmentParts {
  readonly name: string;
  readonly source: SegmentSource;
  readonly residentBytes: number;
  readonly embedderId: string;
  readonly dimension: number;
  readonly documents: Columns<typeof DOCUMENT_COLUMNS>;
  readonly chunks: Columns<typeof CHUNK_COLUMNS>;
  readonly links: Columns<typeof LINK_COLUMNS>;
  readonly termTable: Columns<typeof TERM_COLUMNS>;
  /** The document of each chunk. */
  readonly chunkDocuments: Uint32Array;
  /** Read by position: see `PagedSection`. */
  readonly chunkPostings: PagedSection;
  readonly fieldPostings: PagedSection;
  readonly hashes: Buffer;
  readonly paths: StringList;
  readonly titles: StringList;
  readonly frontMatter: StringList;
  readonly tombstones: StringList;
  readonly outlineHeadings: StringList;
  readonly outlineAnchors: StringList;
  readonly linkTargets: StringList;
  readonly linkAnchors: StringList;
  readonly linkTexts: StringList;
  readonly terms: StringList;
  readonly scales: Float32Array;
  /** `vectorStride(dimension)` components a chunk, one byte each. */
  readonly codes: PagedSection;
}

/** Numbers of terms by field. */
export interface FieldLengths {
  readonly title: number;
  readonly path: number;
  readonly keywords: number;
  readonly heading: number;
  readonly body: number;
  readonly code: number;
}

/** Which postings are wanted and how their numbers become numbers of the whole view. */
export interface PostingWish {
  /** Number of the term in this segment. */
  readonly term: number;
  /** Added to each id. */
  readonly base: number;
  /** Marks ids to leave out; undefined if none. */
  readonly dead: Uint8Array | undefined;
}

/** One open segment: `openSegment` makes it, `close` ends it. Documents and chunks are named by their number in it. */
export class Segment {
  readonly name: string;
  readonly parts: SegmentParts;
  readonly documentCount: number;
  readonly chunkCount: number;
  /** Components per stored vector, padding included. */
  readonly stride: number;
  #isOpen = true;

  constructor(parts: SegmentParts) {
    this.name = parts.name;
    this.parts = parts;
    this.documentCount = parts.paths.count;
    this.chunkCount = parts.chunkDocuments.length;
    this.stride = vectorStride(parts.dimension);
  }

  /** Bytes of the whole segment file. */
  get sizeBytes(): number {
    return this.parts.source.sizeBytes;
  }

  /** Closes the source; texts, postings and vectors can no longer be read. Safe to call again. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const { source, chunkPostings, fieldPostings, codes } = this.parts;
    for (const section of [chunkPostings, fieldPostings, codes]) section.close();
    source.close();
  }

  /** Terms in each field of the document. */
  fieldLengths(document: number): FieldLengths {
    const { documents } = this.parts;
    return {
      title: documents.titleLength[document] ?? 0,
      path: documents.pathLength[document] ?? 0,
      keywords: documents.keywordLength[document] ?? 0,
      heading: documents.headingLength[document] ?? 0,
      body: documents.bodyLength[document] ?? 0,
      code: documents.codeLength[document] ?? 0,
    };
  }

  /** Terms in each field, summed over all documents. */
  totalLengths(): FieldLengths {
    const { documents } = this.parts;
    return {
      title: sumOf(documents.titleLength),
      path: sumOf(documents.pathLength),
      keywords: sumOf(documents.keywordLength),
      heading: sumOf(documents.headingLength),
      body: sumOf(documents.bodyLength),
      code: sumOf(documents.codeLength),
    };
  }

  /** SHA-256 of the document's file, first 128 bits, as 32 hex digits. */
  contentHash(document: number): string {
    return this.parts.hashes.toString('hex', document * HASH_BYTES, (document + 1) * HASH_BYTES);
  }

  /** Headings above and at the chunk, outermost first. */
  headingPath(chunk: number): readonly string[] {
    const joined = this.parts.outlineHeadings.text(this.parts.chunks.outline[chunk] ?? 0);
    return joined === '' ? [] : joined.split(HEADING_SEPARATOR);
  }

  /** Slug of the heading at or above the chunk; `''` before the first. */
  anchor(chunk: number): string {
    return this.parts.outlineAnchors.text(this.parts.chunks.outline[chunk] ?? 0);
  }

  /** The chunk's 64-bit hash as 16 hex digits. */
  chunkHash(chunk: number): string {
    const { hashHigh, hashLow } = this.parts.chunks;
    return [hashHigh[chunk] ?? 0, hashLow[chunk] ?? 0].map((half) => half.toString(16).padStart(8, '0')).join('');
  }

  /** The chunk's vector; no components if the segment has none. @throws SearchError SEGMENT_DAMAGED, INDEX_CLOSED */
  vector(chunk: number): QuantizedVector {
    const { codes, scales, dimension } = this.parts;
    const own = new Int8Array(dimension);
    if (dimension > 0) codes.readInto(chunk * this.stride, new Uint8Array(own.buffer));
    return { codes: own, scale: scales[chunk] ?? 0 };
  }

  /** Fills `target` with the stored vectors from `firstChunk` on, `stride` bytes each. @throws as `vector` */
  readVectors(firstChunk: number, target: Uint8Array): void {
    this.parts.codes.readInto(firstChunk * this.stride, target);
  }

  /** Links of the document as it wrote them. */
  links(document: number): readonly DocumentLink[] {
    const { documents, links, linkTargets, linkAnchors, linkTexts } = this.parts;
    const found: DocumentLink[] = [];
    for (let link = documents.firstLink[document] ?? 0; link < (documents.firstLink[document + 1] ?? 0); link++) {
      found.push({
        kind: LINK_KINDS[links.kind[link] ?? 0] ?? 'inline',
        target: linkTargets.text(link),
        anchor: linkAnchors.text(link),
        text: linkTexts.text(link),
        line: links.line[link] ?? 0,
      });
    }
    return found;
  }

  /**
   * The document's text in UTF-8, read from the source and checked.
   *
   * @throws SearchError SEGMENT_DAMAGED if it cannot be read or its checksum is wrong; INDEX_CLOSED after `close`.
   */
  readText(document: number): Uint8Array {
    if (!this.#isOpen) throw closedSegment(this.name);
    const { source, residentBytes, documents, paths } = this.parts;
    const start = documents.textStart[document] ?? 0;
    const length = (documents.textStart[document + 1] ?? 0) - start;
    let bytes: Uint8Array;
    try {
      bytes = source.read(residentBytes + start, length);
    } catch (error) {
      throw damagedSegment(this.name, `the text of ${paths.text(document)} cannot be read`, error);
    }
    if (crc32(bytes) !== documents.textCrc[document]) {
      throw damagedSegment(this.name, `checksum of the text of ${paths.text(document)} is wrong`);
    }
    return bytes;
  }

  /**
   * The chunk's text.
   *
   * @throws as `readText`.
   */
  chunkText(chunk: number): string {
    const { chunkDocuments, chunks } = this.parts;
    const text = this.readText(chunkDocuments[chunk] ?? 0);
    return Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString(
      'utf8',
      chunks.textStart[chunk] ?? 0,
      chunks.textEnd[chunk] ?? 0,
    );
  }

  /** Appends the chunks of a term. @throws SearchError SEGMENT_DAMAGED if its list is none. */
  readChunkPostings(wish: PostingWish, into: PostingBlock): void {
    const { chunkPostings, termTable } = this.parts;
    const start = termTable.chunkPostings[wish.term] ?? 0;
    const end = termTable.chunkPostings[wish.term + 1] ?? 0;
    if (start === end) return;
    const range = { bytes: chunkPostings.readBriefly(start, end), start: 0, end: end - start, limit: this.chunkCount };
    if (!decodeChunkPostings(range, into, wish.base, wish.dead)) throw this.#damagedPostings(wish.term);
  }

  /** Appends the documents that hold a term in title, path or keywords. @throws as `readChunkPostings`. */
  readFieldPostings(wish: PostingWish, into: PostingBlock): void {
    const { fieldPostings, termTable } = this.parts;
    const start = termTable.fieldPostings[wish.term] ?? 0;
    const end = termTable.fieldPostings[wish.term + 1] ?? 0;
    if (start === end) return;
    const range = {
      bytes: fieldPostings.readBriefly(start, end),
      start: 0,
      end: end - start,
      limit: this.documentCount,
    };
    if (!decodeFieldPostings(range, into, wish.base, wish.dead)) throw this.#damagedPostings(wish.term);
  }

  #damagedPostings(term: number): SearchError {
    return damagedSegment(this.name, `postings of "${this.parts.terms.text(term)}" are wrong`);
  }
}

function sumOf(column: Uint32Array): number {
  // The sentinel row of a column that holds no starts is 0 in a sound segment; leave it out of a hostile one.
  let sum = 0;
  for (let row = 0; row < column.length - 1; row++) sum += column[row] ?? 0;
  return sum;
}
