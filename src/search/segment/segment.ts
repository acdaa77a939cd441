import { crc32 } from 'node:zlib';
import type { DocumentLink } from '../analysis/analysed-document.js';
import type { QuantizedVector } from '../embedding/embedder.js';
import { residualBytes } from '../embedding/quantized-vector.js';
import type { SearchError } from '../errors.js';
import { damagedSegment } from './damage.js';
import { HASH_BYTES, HEADING_SEPARATOR, LINK_KINDS, residualStride, vectorStride } from './layout.js';
import { decodeChunkPostings, decodeFieldPostings, type PostingBlock } from './postings.js';
import type { SectionReader } from './section-reader.js';
import { SegmentParts } from './segment-parts.js';
import { findSameString, type StringList } from './sorted-strings.js';

/** From this many on, headings are read from memory: a server reads some dozens for each question. */
const HEADINGS_HELD_FROM = 500;

/** Numbers of terms by field. */
export interface FieldLengths {
  readonly title: number;
  readonly path: number;
  readonly keywords: number;
  readonly heading: number;
  readonly body: number;
  readonly code: number;
}

/** Which postings are wanted. */
export interface PostingWish {
  /** Number of the term in this segment. */
  readonly term: number;
  /** Marks ids to leave out; undefined if none. */
  readonly dead: Uint8Array | undefined;
}

/**
 * One open segment: `openSegment` makes it, `close` ends it. Documents and chunks are named by their number in it. Whatever
 * reads a section for the first time throws SearchError SEGMENT_DAMAGED if it is not what was written, or INDEX_CLOSED.
 */
export class Segment {
  readonly name: string;
  readonly parts: SegmentParts;
  readonly documentCount: number;
  readonly chunkCount: number;
  /** Components per stored vector, padding included. */
  readonly stride: number;
  /** Bytes of the residuals of one vector, padding included. */
  readonly residualStride: number;
  readonly #reader: SectionReader;
  #headingsRead = 0;

  constructor(reader: SectionReader) {
    const { documents, chunks, dimension } = reader.head.counts;
    this.#reader = reader;
    this.name = reader.name;
    this.parts = new SegmentParts(reader);
    this.documentCount = documents;
    this.chunkCount = chunks;
    this.stride = vectorStride(dimension);
    this.residualStride = residualStride(dimension);
  }

  /** Bytes of the whole segment file. */
  get sizeBytes(): number {
    return this.#reader.source.sizeBytes;
  }

  /** Checks all sections at once, but not the texts, which are checked whenever they are read. @throws as the class */
  verify(): void {
    this.#reader.verify();
  }

  /** Reads what views are advanced with, which then can be done with the segment closed. @throws as the class */
  readNames(): void {
    this.parts.readNames();
  }

  /** Closes the source; what was not read yet can no longer be read. Safe to call again. */
  close(): void {
    this.#reader.close();
  }

  /**
   * What the segment says of a path: the number of its document, or that it was removed; undefined if it does not name it.
   *
   * @param path the path alone, as `singleString` makes it
   */
  find(path: StringList): number | 'removed' | undefined {
    const { paths, tombstones } = this.parts;
    return (
      findSameString(paths, path, 0) ?? (findSameString(tombstones, path, 0) === undefined ? undefined : 'removed')
    );
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
    const sum = this.#reader.head.version === 1 ? sumOf : lastOf;
    return {
      title: sum(documents.titleLength),
      path: sum(documents.pathLength),
      keywords: sum(documents.keywordLength),
      heading: sum(documents.headingLength),
      body: sum(documents.bodyLength),
      code: sum(documents.codeLength),
    };
  }

  /** SHA-256 of the document's file, first 128 bits, as 32 hex digits. */
  contentHash(document: number): string {
    return this.parts.hashes.toString('hex', document * HASH_BYTES, (document + 1) * HASH_BYTES);
  }

  /** Headings above and at the chunk, outermost first. */
  headingPath(chunk: number): readonly string[] {
    const { outlineHeadings, chunkPlaces } = this.parts;
    if (++this.#headingsRead === HEADINGS_HELD_FROM) outlineHeadings.hold();
    return splitHeadings(outlineHeadings.text(chunkPlaces.outline[chunk] ?? 0));
  }

  /** Slug of the heading at or above the chunk; `''` before the first. */
  anchor(chunk: number): string {
    const { outlineAnchors, chunkPlaces } = this.parts;
    return outlineAnchors.text(chunkPlaces.outline[chunk] ?? 0);
  }

  /** The chunk's 64-bit hash as 16 hex digits. */
  chunkHash(chunk: number): string {
    const { hashHigh, hashLow } = this.parts.chunkHashes;
    return [hashHigh[chunk] ?? 0, hashLow[chunk] ?? 0].map((half) => half.toString(16).padStart(8, '0')).join('');
  }

  /** The chunk's vector; no components if the segment has none. @throws SearchError SEGMENT_DAMAGED, INDEX_CLOSED */
  vector(chunk: number): QuantizedVector {
    const { scales, dimension } = this.parts;
    const codes = new Int8Array(dimension);
    const residuals = new Uint8Array(residualBytes(dimension));
    if (dimension > 0) {
      this.readVectors(chunk, new Uint8Array(codes.buffer));
      this.readResiduals(chunk, residuals);
    }
    return { codes, residuals, scale: scales[chunk] ?? 0 };
  }

  /** Fills `target` with the stored vectors from `firstChunk` on, `stride` bytes each. @throws as `vector` */
  readVectors(firstChunk: number, target: Uint8Array): void {
    const { vectors, firstCode } = this.parts;
    vectors.readInto(firstCode + firstChunk * this.stride, target);
  }

  /**
   * Fills `target` with the residuals of the vectors from `firstChunk` on, `residualStride` bytes each; all zero in a
   * segment of version 1 or 2. @throws as `vector`
   */
  readResiduals(firstChunk: number, target: Uint8Array): void {
    if (this.#reader.head.version < 3) target.fill(0);
    else this.parts.residuals.readInto(firstChunk * this.residualStride, target);
  }

  /** Links of the document as it wrote them. */
  links(document: number): readonly DocumentLink[] {
    const { documents, counts, links, linkTargets, linkAnchors, linkTexts } = this.parts;
    const first = documents.firstLink[document] ?? 0;
    const end = documents.firstLink[document + 1] ?? 0;
    if (first >= end) return [];
    const kinds = links.read(4 * first, 4 * end);
    const lines = links.read(4 * (counts.links + 1 + first), 4 * (counts.links + 1 + end));
    const anchors = linkAnchors.texts(first, end);
    const texts = linkTexts.texts(first, end);
    return linkTargets.texts(first, end).map((target, place) => ({
      kind: LINK_KINDS[kinds.readUInt32LE(4 * place)] ?? 'inline',
      target,
      anchor: anchors[place] ?? '',
      text: texts[place] ?? '',
      line: lines.readUInt32LE(4 * place),
    }));
  }

  /**
   * The document's text in UTF-8, read from the source and checked.
   *
   * @throws SearchError SEGMENT_DAMAGED if it cannot be read or its checksum is wrong; INDEX_CLOSED after `close`.
   */
  readText(document: number): Uint8Array {
    const { start, length } = this.#textRange(document);
    return this.#checkedText(document, this.#reader.text(start, length));
  }

  /**
   * The chunk's text.
   *
   * @throws as `readText`.
   */
  chunkText(chunk: number): string {
    const { chunkDocuments, chunkPlaces } = this.parts;
    const document = chunkDocuments[chunk] ?? 0;
    const { start, length } = this.#textRange(document);
    const text = this.#checkedText(document, this.#reader.textBriefly(start, length));
    return text.toString('utf8', chunkPlaces.textStart[chunk] ?? 0, chunkPlaces.textEnd[chunk] ?? 0);
  }

  /** Appends the chunks of a term. @throws SearchError SEGMENT_DAMAGED if its list is none. */
  readChunkPostings(wish: PostingWish, into: PostingBlock): void {
    const { chunkPostings, terms } = this.parts;
    const { start, end } = terms.chunkPostings(wish.term);
    if (start === end) return;
    const range = { bytes: chunkPostings.readBriefly(start, end), start: 0, end: end - start, limit: this.chunkCount };
    if (!decodeChunkPostings(range, into, wish.dead)) throw this.#damagedPostings(wish.term);
  }

  /** Appends the documents that hold a term in title, path or keywords. @throws as `readChunkPostings`. */
  readFieldPostings(wish: PostingWish, into: PostingBlock): void {
    const { fieldPostings, terms } = this.parts;
    const { start, end } = terms.fieldPostings(wish.term);
    if (start === end) return;
    const bytes = fieldPostings.readBriefly(start, end);
    const range = { bytes, start: 0, end: end - start, limit: this.documentCount };
    if (!decodeFieldPostings(range, into, wish.dead)) throw this.#damagedPostings(wish.term);
  }

  #textRange(document: number): { readonly start: number; readonly length: number } {
    const { textStart } = this.parts.documents;
    const start = textStart[document] ?? 0;
    return { start, length: (textStart[document + 1] ?? 0) - start };
  }

  #checkedText<Bytes extends Uint8Array>(document: number, bytes: Bytes): Bytes {
    const { documents, paths } = this.parts;
    if (crc32(bytes) !== documents.textCrc[document]) {
      throw damagedSegment(this.name, `checksum of the text of ${paths.text(document)} is wrong`);
    }
    return bytes;
  }

  #damagedPostings(term: number): SearchError {
    return damagedSegment(this.name, `postings of "${this.parts.terms.text(term)}" are wrong`);
  }
}

/** A heading path as it is stored, heading by heading. */
export function splitHeadings(joined: string): readonly string[] {
  return joined === '' ? [] : joined.split(HEADING_SEPARATOR);
}

/** The sentinel row holds the sum. */
function lastOf(column: Uint32Array): number {
  return column.at(-1) ?? 0;
}

/** In version 1 it holds nothing. */
function sumOf(column: Uint32Array): number {
  let sum = 0;
  for (let row = 0; row < column.length - 1; row++) sum += column[row] ?? 0;
  return sum;
}
