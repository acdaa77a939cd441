import { crc32 } from 'node:zlib';
import type { AnalysedChunk, AnalysedDocument } from '../analysis/analysed-document.js';
import type { QuantizedVector } from '../embedding/embedder.js';
import { SearchError } from '../errors.js';
import { finishSteps } from '../turns.js';
import { HASH_BYTES, HEADING_SEPARATOR, LINK_KINDS } from './layout.js';
import { SegmentWriter } from './segment-writer.js';
import { TermInversion } from './term-inversion.js';

export interface SegmentInput {
  /** In any order; no path twice. */
  readonly documents: readonly AnalysedDocument[];
  /** One for each chunk, in the order of `documents` and their chunks; empty if `dimension` is 0. */
  readonly vectors: readonly QuantizedVector[];
  /** Paths that older segments have and that are gone; a path that is also in `documents` counts as a document. */
  readonly tombstones: readonly string[];
  readonly embedderId: string;
  /** Components of each vector; 0 for a segment without vectors. */
  readonly dimension: number;
}

interface NumberedDocument {
  readonly document: AnalysedDocument;
  readonly path: Buffer;
  /** Where its vectors start in the input. */
  readonly firstVector: number;
}

/**
 * The bytes of a segment that holds these documents; the same input in any order gives the same bytes.
 *
 * @throws SearchError INDEXING_FAILED if the input contradicts itself (a path twice, a vector too few, a hash that is
 * none) or is larger than a segment can be.
 */
export function buildSegment(input: SegmentInput): Uint8Array {
  const writer = new SegmentWriter(input.embedderId, input.dimension);
  const inversion = new TermInversion();
  const documents = numberedByPath(input);
  for (const { document, path, firstVector } of documents) {
    inversion.addDocument(document);
    writeDocument(writer, document, path);
    writeChunks(writer, document, input, firstVector);
    for (const chunk of document.chunks) inversion.addChunk(chunk);
  }
  const own = new Set(input.documents.map((document) => document.path));
  const tombstones = [...new Set(input.tombstones)].filter((path) => !own.has(path)).map((path) => Buffer.from(path));
  for (const path of tombstones.sort(Buffer.compare)) writer.addTombstone(path);
  inversion.write(writer);
  return finishSteps(writer.finish());
}

function numberedByPath(input: SegmentInput): readonly NumberedDocument[] {
  let chunks = 0;
  const numbered = input.documents.map((document) => {
    const firstVector = chunks;
    chunks += document.chunks.length;
    return { document, path: Buffer.from(document.path, 'utf8'), firstVector };
  });
  if (input.dimension > 0 && input.vectors.length !== chunks) {
    throw contradiction(`${chunks} chunks but ${input.vectors.length} vectors`);
  }
  numbered.sort((a, b) => Buffer.compare(a.path, b.path));
  for (const [index, { path, document }] of numbered.entries()) {
    if (index > 0 && numbered[index - 1]?.path.equals(path)) throw contradiction(`${document.path} is there twice`);
  }
  return numbered;
}

function writeDocument(writer: SegmentWriter, document: AnalysedDocument, path: Buffer): void {
  const text = Buffer.from(document.text, 'utf8');
  const contentHash = Buffer.from(document.contentHash, 'hex');
  if (contentHash.length !== HASH_BYTES)
    throw contradiction(`${document.path} has the content hash "${document.contentHash}"`);
  writer.addDocument({
    path,
    title: Buffer.from(document.title, 'utf8'),
    frontMatter: Buffer.from(JSON.stringify(document.frontMatter), 'utf8'),
    contentHash,
    sizeBytes: document.sizeBytes,
    lines: countLines(document.text),
    textBytes: text.length,
    textCrc: crc32(text),
    readText: () => text,
    titleLength: document.titleTerms.length,
    pathLength: document.pathTerms.length,
    keywordLength: document.keywordTerms.length,
  });
  for (const link of document.links) {
    writer.addLink({
      kind: LINK_KINDS.indexOf(link.kind),
      line: link.line,
      target: Buffer.from(link.target, 'utf8'),
      anchor: Buffer.from(link.anchor, 'utf8'),
      text: Buffer.from(link.text, 'utf8'),
    });
  }
}

function writeChunks(
  writer: SegmentWriter,
  document: AnalysedDocument,
  input: Pick<SegmentInput, 'vectors' | 'dimension'>,
  firstVector: number,
): void {
  const positions = new BytePositions(document.text);
  for (const [index, chunk] of document.chunks.entries()) {
    const vector = input.dimension === 0 ? undefined : input.vectors[firstVector + index];
    if (vector !== undefined && vector.codes.length !== input.dimension) {
      throw contradiction(`${document.path} has a vector of ${vector.codes.length} components, not ${input.dimension}`);
    }
    writer.addChunk({
      startLine: chunk.startLine,
      endLine: chunk.endLine,
      textStart: positions.of(chunk.startOffset),
      textEnd: positions.of(chunk.endOffset),
      headingPath: Buffer.from(headingPathText(chunk), 'utf8'),
      anchor: Buffer.from(chunk.anchor, 'utf8'),
      hashHigh: hashPart(document, chunk, 0),
      hashLow: hashPart(document, chunk, 8),
      headingLength: chunk.headingTerms.length,
      bodyLength: chunk.bodyTerms.length,
      codeLength: chunk.codeTerms.length,
      codes: vector?.codes ?? new Int8Array(0),
      residuals: vector?.residuals ?? new Uint8Array(0),
      scale: vector?.scale ?? 0,
    });
  }
}

function headingPathText(chunk: AnalysedChunk): string {
  return chunk.headingPath.map((heading) => heading.replaceAll(HEADING_SEPARATOR, '\ufffd')).join(HEADING_SEPARATOR);
}

function hashPart(document: AnalysedDocument, chunk: AnalysedChunk, from: number): number {
  const part = Number.parseInt(chunk.hash.slice(from, from + 8), 16);
  if (!/^[0-9a-f]{16}$/.test(chunk.hash)) throw contradiction(`${document.path} has the chunk hash "${chunk.hash}"`);
  return part;
}

/** Lines of a text as editors count them: a line end at the very end starts no further line. */
function countLines(text: string): number {
  if (text === '') return 0;
  const ends = text.match(/\r\n|\r|\n/g)?.length ?? 0;
  return /[\r\n]$/.test(text) ? ends : ends + 1;
}

/** Turns ascending positions in UTF-16 code units into positions in UTF-8 bytes, in one pass over the text. */
class BytePositions {
  readonly #text: string;
  #offset = 0;
  #bytes = 0;

  constructor(text: string) {
    this.#text = text;
  }

  of(offset: number): number {
    const wanted = this.#wholeCharacter(Math.max(offset, this.#offset));
    this.#bytes += Buffer.byteLength(this.#text.slice(this.#offset, wanted), 'utf8');
    this.#offset = wanted;
    return this.#bytes;
  }

  /** Moves a position inside a surrogate pair to its start: half a character has no bytes. */
  #wholeCharacter(offset: number): number {
    const isInsidePair = /^[\ud800-\udbff][\udc00-\udfff]$/.test(this.#text.slice(offset - 1, offset + 1));
    return isInsidePair && offset - 1 >= this.#offset ? offset - 1 : Math.min(offset, this.#text.length);
  }
}

function contradiction(what: string): SearchError {
  return new SearchError('INDEXING_FAILED', `segment: ${what}`, {
    remedy: 'This is a defect of snapdex; please report it.',
  });
}
