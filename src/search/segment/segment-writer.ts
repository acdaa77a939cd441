import { ByteSink, NumberSink } from './byte-sink.js';
import {
  ALIGNMENT,
  CHUNK_COLUMNS,
  DOCUMENT_COLUMNS,
  LINK_COLUMNS,
  MAXIMUM_CHUNKS,
  residualStride,
  roundUp,
  TERM_COLUMNS,
  TERMS_PER_BLOCK,
  vectorStride,
} from './layout.js';
import { hashStrings } from './path-hashes.js';
import { appendChunkPostings, appendFieldPostings, type PostingBlock } from './postings.js';
import { assembleSegment, type SegmentContent, tooLarge } from './segment-file.js';
import type { SegmentCounts } from './segment-head.js';
import type { ChunkRecord, DocumentRecord, LinkRecord } from './segment-records.js';
import { asBytes, StringSink, withEnd } from './string-sink.js';

/** Columns of documents of which the sentinel row is the sum. */
const LENGTHS = DOCUMENT_COLUMNS.map((name, place) => ({ name, place })).filter(({ name }) => name.endsWith('Length'));

/**
 * Puts a segment together from records in their final order: each document followed by its chunks and links, documents
 * ascending by path; then tombstones ascending; then terms ascending. Knows the format,
 * not where the records come from.
 */
export class SegmentWriter {
  readonly #embedder: Uint8Array;
  readonly #dimension: number;
  readonly #documents: readonly NumberSink[] = DOCUMENT_COLUMNS.map(() => new NumberSink());
  readonly #chunks: readonly NumberSink[] = CHUNK_COLUMNS.map(() => new NumberSink());
  readonly #links: readonly NumberSink[] = LINK_COLUMNS.map(() => new NumberSink());
  readonly #terms: readonly NumberSink[] = TERM_COLUMNS.map(() => new NumberSink());
  readonly #hashes = new ByteSink();
  readonly #paths = new StringSink();
  readonly #titles = new StringSink();
  readonly #frontMatter = new StringSink();
  readonly #tombstones = new StringSink();
  readonly #outlineHeadings = new StringSink();
  readonly #outlineAnchors = new StringSink();
  readonly #linkTargets = new StringSink();
  readonly #linkAnchors = new StringSink();
  readonly #linkTexts = new StringSink();
  readonly #termNames = new StringSink();
  readonly #chunkPostings = new ByteSink();
  readonly #fieldPostings = new ByteSink();
  readonly #codes = new ByteSink();
  readonly #residuals = new ByteSink();
  readonly #scales: number[] = [];
  readonly #texts: (() => Uint8Array)[] = [];
  #textBytes = 0;
  #fieldLengths = { heading: 0, body: 0, code: 0 };
  #isFirstChunk = true;

  constructor(embedderId: string, dimension: number) {
    this.#embedder = Buffer.from(embedderId, 'utf8');
    this.#dimension = dimension;
  }

  get documentCount(): number {
    return this.#paths.starts.length;
  }

  get chunkCount(): number {
    return this.#scales.length;
  }

  addDocument(record: DocumentRecord): void {
    this.#closeDocument();
    const values = [
      record.sizeBytes,
      this.#textBytes,
      record.textCrc,
      record.lines,
      this.chunkCount,
      this.#linkTargets.starts.length,
      record.titleLength,
      record.pathLength,
      record.keywordLength,
    ];
    appendRow(this.#documents, values);
    this.#paths.append(record.path);
    this.#titles.append(record.title);
    this.#frontMatter.append(record.frontMatter);
    this.#hashes.append(record.contentHash);
    this.#texts.push(record.readText);
    this.#textBytes += record.textBytes;
    this.#isFirstChunk = true;
  }

  addChunk(record: ChunkRecord): void {
    if (this.chunkCount === MAXIMUM_CHUNKS) throw tooLarge(`more than ${MAXIMUM_CHUNKS} chunks`);
    const sharesOutline =
      !this.#isFirstChunk &&
      this.#outlineHeadings.endsWith(record.headingPath) &&
      this.#outlineAnchors.endsWith(record.anchor);
    if (!sharesOutline) {
      this.#outlineHeadings.append(record.headingPath);
      this.#outlineAnchors.append(record.anchor);
    }
    this.#isFirstChunk = false;
    appendRow(this.#chunks, [
      record.startLine,
      record.endLine,
      record.textStart,
      record.textEnd,
      this.#outlineHeadings.starts.length - 1,
      record.hashHigh,
      record.hashLow,
      record.headingLength,
      record.bodyLength,
      record.codeLength,
    ]);
    this.#fieldLengths.heading += record.headingLength;
    this.#fieldLengths.body += record.bodyLength;
    this.#fieldLengths.code += record.codeLength;
    this.#addVector(record);
  }

  addLink(record: LinkRecord): void {
    appendRow(this.#links, [record.kind, record.line]);
    this.#linkTargets.append(record.target);
    this.#linkAnchors.append(record.anchor);
    this.#linkTexts.append(record.text);
  }

  addTombstone(path: Uint8Array): void {
    this.#tombstones.append(path);
  }

  /** Adds a term with its live postings, ascending by id. A term that nothing has is left out. */
  addTerm(term: Uint8Array | string, chunks: PostingBlock, documents: PostingBlock): void {
    if (chunks.length + documents.length === 0) return;
    this.#termNames.append(term);
    appendRow(this.#terms, [this.#chunkPostings.length, this.#fieldPostings.length]);
    appendChunkPostings(this.#chunkPostings, chunks);
    appendFieldPostings(this.#fieldPostings, documents);
  }

  /**
   * The segment's bytes, in steps: each `next()` copies some texts, so that a caller can yield to others between them.
   *
   * @throws SearchError INDEXING_FAILED if the segment would be 4 GiB or larger; what a `readText` throws.
   */
  *finish(): Generator<void, Uint8Array> {
    this.#closeDocument();
    const { bytes, residentBytes } = assembleSegment(this.#content(), this.#counts(), this.#textBytes);
    let offset = residentBytes;
    yield;
    for (const [index, readText] of this.#texts.entries()) {
      const text = readText();
      bytes.set(text, offset);
      offset += text.length;
      if (index % 64 === 63) yield;
    }
    return bytes;
  }

  #addVector({ codes, residuals, scale }: ChunkRecord): void {
    const stored = codes.subarray(0, this.#dimension);
    this.#codes.append(new Uint8Array(stored.buffer, stored.byteOffset, stored.length));
    this.#codes.appendZeros(vectorStride(this.#dimension) - stored.length);
    const rest = residuals.subarray(0, residualStride(this.#dimension));
    this.#residuals.append(rest);
    this.#residuals.appendZeros(residualStride(this.#dimension) - rest.length);
    this.#scales.push(scale);
  }

  #closeDocument(): void {
    if (this.documentCount === 0) return;
    const { heading, body, code } = this.#fieldLengths;
    for (const [column, value] of [heading, body, code].entries()) {
      this.#documents[DOCUMENT_COLUMNS.length - 3 + column]?.append(value);
    }
    this.#fieldLengths = { heading: 0, body: 0, code: 0 };
  }

  #counts(): SegmentCounts {
    return {
      documents: this.documentCount,
      tombstones: this.#tombstones.starts.length,
      chunks: this.chunkCount,
      outline: this.#outlineHeadings.starts.length,
      links: this.#linkTargets.starts.length,
      terms: this.#termNames.starts.length,
      dimension: this.#dimension,
    };
  }

  #content(): SegmentContent {
    const documentEnds = {
      textStart: this.#textBytes,
      firstChunk: this.chunkCount,
      firstLink: this.#linkTargets.starts.length,
      ...Object.fromEntries(
        LENGTHS.map((column) => [column.name, sumOf(this.#documents[column.place]?.written ?? [])]),
      ),
    };
    const termEnds = { chunkPostings: this.#chunkPostings.length, fieldPostings: this.#fieldPostings.length };
    return {
      embedder: [this.#embedder],
      documents: table(this.#documents, DOCUMENT_COLUMNS, documentEnds),
      hashes: [this.#hashes.written],
      paths: this.#paths.parts(),
      titles: this.#titles.parts(),
      frontMatter: this.#frontMatter.parts(),
      tombstones: this.#tombstones.parts(),
      chunks: table(this.#chunks, CHUNK_COLUMNS, {}),
      outlineHeadings: this.#outlineHeadings.parts(),
      outlineAnchors: this.#outlineAnchors.parts(),
      links: table(this.#links, LINK_COLUMNS, {}),
      linkTargets: this.#linkTargets.parts(),
      linkAnchors: this.#linkAnchors.parts(),
      linkTexts: this.#linkTexts.parts(),
      terms: this.#termNames.parts(),
      termTable: table(this.#terms, TERM_COLUMNS, termEnds),
      chunkPostings: [this.#chunkPostings.written],
      fieldPostings: [this.#fieldPostings.written],
      vectors: this.#vectors(),
      pathHashes: [...hashParts(this.#paths), ...hashParts(this.#tombstones)],
      termIndex: this.#termIndex().parts(),
      residuals: [this.#residuals.written],
    };
  }

  #termIndex(): StringSink {
    const index = new StringSink();
    for (let term = 0; term < this.#termNames.starts.length; term += TERMS_PER_BLOCK) {
      index.append(this.#termNames.at(term));
    }
    return index;
  }

  #vectors(): readonly Uint8Array[] {
    if (this.#dimension === 0) return [];
    const scales = new Uint8Array(roundUp(this.chunkCount * 4, ALIGNMENT));
    const view = new DataView(scales.buffer);
    for (const [chunk, scale] of this.#scales.entries()) view.setFloat32(chunk * 4, scale, true);
    return [scales, this.#codes.written];
  }
}

function appendRow(columns: readonly NumberSink[], values: readonly number[]): void {
  for (let column = 0; column < values.length; column++) columns[column]?.append(values[column] ?? 0);
}

/** The table's columns, each with its sentinel row: `ends` for columns that are starts of ranges, else 0. */
function table(
  columns: readonly NumberSink[],
  names: readonly string[],
  ends: { readonly [name: string]: number },
): readonly Uint8Array[] {
  return columns.flatMap((column, index) => withEnd(column, ends[names[index] ?? ''] ?? 0));
}

function hashParts(strings: StringSink): readonly Uint8Array[] {
  const { hashes, numbers } = hashStrings(Array.from(strings.starts.written, (_, index) => strings.at(index)));
  return [asBytes(hashes), asBytes(numbers)];
}

function sumOf(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
