import { damagedSegment } from './damage.js';
import {
  CHUNK_COLUMNS,
  CHUNK_HASH_COLUMNS,
  CHUNK_LENGTH_COLUMNS,
  CHUNK_PLACE_COLUMNS,
  type ChunkColumn,
  DOCUMENT_COLUMNS,
} from './layout.js';
import type { PagedSection } from './paged-section.js';
import type { PagedStrings } from './paged-strings.js';
import { hashList, type StringHashes } from './path-hashes.js';
import type { Columns, SectionReader } from './section-reader.js';
import { type SegmentCounts, scaleBytes } from './segment-head.js';
import type { StringList } from './sorted-strings.js';
import { TermDictionary } from './term-dictionary.js';

type ColumnsOf<Names extends readonly string[]> = Columns<Names[number]>;

/**
 * The sections of a segment, each read and checked when it is first asked for; names as in `docs/segment-format.md`. What
 * every query walks over is kept in memory, the rest is read by position.
 */
export class SegmentParts {
  readonly counts: SegmentCounts;
  readonly chunkPostings: PagedSection;
  readonly fieldPostings: PagedSection;
  /** Kind and line of each link. */
  readonly links: PagedSection;
  /** Scales, then components. */
  readonly vectors: PagedSection;
  readonly residuals: PagedSection;
  readonly frontMatter: PagedStrings;
  readonly outlineHeadings: PagedStrings;
  readonly outlineAnchors: PagedStrings;
  readonly linkTargets: PagedStrings;
  readonly linkAnchors: PagedStrings;
  readonly linkTexts: PagedStrings;
  readonly terms: TermDictionary;
  readonly #reader: SectionReader;
  readonly #chunks: PagedSection;
  #embedderId: string | undefined;
  #documents: ColumnsOf<typeof DOCUMENT_COLUMNS> | undefined;
  #chunkDocuments: Uint32Array | undefined;
  #chunkPlaces: ColumnsOf<typeof CHUNK_PLACE_COLUMNS> | undefined;
  #chunkHashes: ColumnsOf<typeof CHUNK_HASH_COLUMNS> | undefined;
  #chunkLengths: ColumnsOf<typeof CHUNK_LENGTH_COLUMNS> | undefined;
  #hashes: Buffer | undefined;
  #paths: StringList | undefined;
  #titles: StringList | undefined;
  #tombstones: StringList | undefined;
  #scales: Float32Array | undefined;
  #pathHashes: { readonly documents: StringHashes; readonly tombstones: StringHashes } | undefined;

  constructor(reader: SectionReader) {
    const { documents, outline, links, terms } = reader.head.counts;
    this.#reader = reader;
    this.counts = reader.head.counts;
    this.chunkPostings = reader.paged('chunkPostings');
    this.fieldPostings = reader.paged('fieldPostings');
    this.links = reader.paged('links');
    this.vectors = reader.paged('vectors');
    this.residuals = reader.paged('residuals');
    this.frontMatter = reader.pagedStrings('frontMatter', documents);
    this.outlineHeadings = reader.pagedStrings('outlineHeadings', outline);
    this.outlineAnchors = reader.pagedStrings('outlineAnchors', outline);
    this.linkTargets = reader.pagedStrings('linkTargets', links);
    this.linkAnchors = reader.pagedStrings('linkAnchors', links);
    this.linkTexts = reader.pagedStrings('linkTexts', links);
    this.terms = new TermDictionary({
      count: terms,
      terms: reader.paged('terms'),
      table: reader.paged('termTable'),
      index: reader.termIndex(),
    });
    this.#chunks = reader.paged('chunks');
  }

  get embedderId(): string {
    this.#embedderId ??= this.#reader.whole('embedder').toString('utf8');
    return this.#embedderId;
  }

  get dimension(): number {
    return this.counts.dimension;
  }

  get documents(): ColumnsOf<typeof DOCUMENT_COLUMNS> {
    this.#documents ??= this.#readDocuments();
    return this.#documents;
  }

  /** The document of each chunk. */
  get chunkDocuments(): Uint32Array {
    this.#chunkDocuments ??= this.#findChunkDocuments();
    return this.#chunkDocuments;
  }

  /** Lines, range in the document's text in bytes, and outline entry of each chunk. */
  get chunkPlaces(): ColumnsOf<typeof CHUNK_PLACE_COLUMNS> {
    this.#chunkPlaces ??= this.#chunkColumns(CHUNK_PLACE_COLUMNS);
    return this.#chunkPlaces;
  }

  get chunkHashes(): ColumnsOf<typeof CHUNK_HASH_COLUMNS> {
    this.#chunkHashes ??= this.#chunkColumns(CHUNK_HASH_COLUMNS);
    return this.#chunkHashes;
  }

  /** Terms in each field of each chunk. */
  get chunkLengths(): ColumnsOf<typeof CHUNK_LENGTH_COLUMNS> {
    this.#chunkLengths ??= this.#chunkColumns(CHUNK_LENGTH_COLUMNS);
    return this.#chunkLengths;
  }

  get hashes(): Buffer {
    this.#hashes ??= this.#reader.whole('hashes');
    return this.#hashes;
  }

  get paths(): StringList {
    this.#paths ??= this.#reader.strings('paths', this.counts.documents);
    return this.#paths;
  }

  get titles(): StringList {
    this.#titles ??= this.#reader.strings('titles', this.counts.documents);
    return this.#titles;
  }

  get tombstones(): StringList {
    this.#tombstones ??= this.#reader.strings('tombstones', this.counts.tombstones);
    return this.#tombstones;
  }

  /** Of each chunk's vector; below 0 if it has none yet. */
  get scales(): Float32Array {
    this.#scales ??= this.#readScales();
    return this.#scales;
  }

  /** Where in `vectors` the components start: `vectorStride(dimension)` bytes a chunk. */
  get firstCode(): number {
    return scaleBytes(this.counts);
  }

  /** Hashes of the paths of documents and tombstones. */
  get pathHashes(): { readonly documents: StringHashes; readonly tombstones: StringHashes } {
    this.#pathHashes ??= this.#reader.pathHashes() ?? {
      documents: hashList(this.paths),
      tombstones: hashList(this.tombstones),
    };
    return this.#pathHashes;
  }

  /** Takes what is read by position into memory, but vectors and texts, for a caller that reads nearly all of it. */
  hold(): void {
    this.terms.hold();
    for (const section of [this.chunkPostings, this.fieldPostings, this.links]) section.hold();
    const { frontMatter, outlineHeadings, outlineAnchors, linkTargets, linkAnchors, linkTexts } = this;
    for (const list of [frontMatter, outlineHeadings, outlineAnchors, linkTargets, linkAnchors, linkTexts]) list.hold();
  }

  /** Reads what stands for the documents in comparisons of segments. */
  readNames(): void {
    this.#paths ??= this.paths;
    this.#tombstones ??= this.tombstones;
    this.#documents ??= this.documents;
    this.#hashes ??= this.hashes;
    this.#pathHashes ??= this.pathHashes;
  }

  #readDocuments(): ColumnsOf<typeof DOCUMENT_COLUMNS> {
    const { documents, chunks } = this.counts;
    const table = this.#reader.table('documents', DOCUMENT_COLUMNS, documents);
    // Loops go from chunk to chunk; whatever else starts somewhere is checked where it is read.
    checkStarts(this.#reader.name, table.firstChunk, chunks);
    return table;
  }

  #findChunkDocuments(): Uint32Array {
    const { firstChunk } = this.documents;
    const found = new Uint32Array(this.counts.chunks);
    for (let document = 0, chunk = 0; document < this.counts.documents; document++) {
      for (const end = firstChunk[document + 1] ?? 0; chunk < end; chunk++) found[chunk] = document;
    }
    return found;
  }

  /** @param names neighbours in the table */
  #chunkColumns<Name extends ChunkColumn>(names: readonly [Name, ...Name[]]): Columns<Name> {
    const first = CHUNK_COLUMNS.indexOf(names[0]);
    return this.#reader.columns(this.#chunks, { first, names, rows: this.counts.chunks });
  }

  #readScales(): Float32Array {
    const scales = new Float32Array(this.dimension === 0 ? 0 : this.counts.chunks);
    this.vectors.readInto(0, new Uint8Array(scales.buffer));
    return scales;
  }
}

/** First chunks must ascend from 0 to exactly `end`. */
function checkStarts(name: string, starts: Uint32Array, end: number): void {
  let last = 0;
  for (let row = 0; row < starts.length; row++) {
    const start = starts[row] ?? 0;
    if (start < last) throw damagedSegment(name, 'chunks of documents do not ascend');
    last = start;
  }
  if (starts[0] !== 0 || last !== end) throw damagedSegment(name, `chunks end at ${last}, expected ${end}`);
}
