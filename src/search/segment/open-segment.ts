import { crc32 } from 'node:zlib';
import { SearchError } from '../errors.js';
import { damagedSegment } from './damage.js';
import {
  ALIGNMENT,
  CHUNK_COLUMNS,
  DOCUMENT_COLUMNS,
  HASH_BYTES,
  HEADER,
  HEADER_BYTES,
  LINK_COLUMNS,
  roundUp,
  SECTION_ENTRY_BYTES,
  SECTIONS,
  SEGMENT_MAGIC,
  SEGMENT_VERSION,
  type SectionName,
  TERM_COLUMNS,
  vectorStride,
} from './layout.js';
import { PagedSection } from './paged-section.js';
import { Segment } from './segment.js';
import type { SegmentSource } from './segment-source.js';
import { StringList } from './sorted-strings.js';

/** This section and those behind it stay in the file. */
const FIRST_PAGED: SectionName = 'chunkPostings';

/** What the header says, after its checks. */
interface Header {
  readonly residentBytes: number;
  readonly documents: number;
  readonly tombstones: number;
  readonly chunks: number;
  readonly outline: number;
  readonly links: number;
  readonly terms: number;
  readonly dimension: number;
}

/**
 * A segment ready for queries. Loads the resident part only; the source stays open for texts until `Segment.close()`,
 * and is closed here if opening fails. Nothing is allocated beyond the size of the source.
 *
 * @param name what errors call it
 * @throws SearchError SEGMENT_DAMAGED if the bytes contradict themselves, their checksums or their size, or cannot be
 * read; SEGMENT_FORMAT_NEWER if a later version of snapdex wrote it.
 */
export function openSegment(name: string, source: SegmentSource): Segment {
  try {
    const head = readExactly(name, source, 0, HEADER_BYTES + SECTIONS.length * SECTION_ENTRY_BYTES);
    const header = checkHeader(name, head, source.sizeBytes);
    const resident = aligned(readExactly(name, source, 0, residentEnd(name, head, header)));
    return new SegmentOpener(name, resident, header, source).open();
  } catch (error) {
    source.close();
    throw error;
  }
}

function readExactly(name: string, source: SegmentSource, offset: number, length: number): Uint8Array {
  if (offset + length > source.sizeBytes) {
    throw damagedSegment(name, `${source.sizeBytes} bytes long, expected at least ${offset + length}`);
  }
  try {
    return source.read(offset, length);
  } catch (error) {
    throw damagedSegment(name, `bytes ${offset} to ${offset + length} cannot be read`, error);
  }
}

function checkHeader(name: string, head: Uint8Array, sizeBytes: number): Header {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const field = (offset: number): number => view.getUint32(offset, true);
  if (SEGMENT_MAGIC.some((byte, index) => head[index] !== byte)) throw damagedSegment(name, 'is not a segment file');
  const version = field(HEADER.version);
  if (version > SEGMENT_VERSION) {
    throw new SearchError(
      'SEGMENT_FORMAT_NEWER',
      `segment ${name}: format ${version}, this version reads ${SEGMENT_VERSION}`,
      {
        remedy: 'Update snapdex: a newer version wrote this index.',
      },
    );
  }
  if (version !== SEGMENT_VERSION) throw damagedSegment(name, `format ${version} never existed`);
  if (field(HEADER.crc) !== crc32(head.subarray(HEADER.crc + 4)))
    throw damagedSegment(name, 'header checksum is wrong');
  if (field(HEADER.sectionCount) !== SECTIONS.length) throw damagedSegment(name, 'section count is wrong');
  if (field(HEADER.fileBytes) !== sizeBytes) {
    throw damagedSegment(name, `${sizeBytes} bytes long, expected ${field(HEADER.fileBytes)}`);
  }
  return {
    residentBytes: field(HEADER.residentBytes),
    documents: field(HEADER.documents),
    tombstones: field(HEADER.tombstones),
    chunks: field(HEADER.chunks),
    outline: field(HEADER.outline),
    links: field(HEADER.links),
    terms: field(HEADER.terms),
    dimension: field(HEADER.dimension),
  };
}

/** Where the part ends that is kept in memory. */
function residentEnd(name: string, head: Uint8Array, header: Header): number {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const first = HEADER_BYTES + SECTIONS.indexOf(FIRST_PAGED) * SECTION_ENTRY_BYTES;
  const end = view.getUint32(first + 8, true);
  if (end <= header.residentBytes) return end;
  throw damagedSegment(name, `section ${FIRST_PAGED} lies at ${end} of ${header.residentBytes} bytes`);
}

/** The same bytes at the start of a buffer of their own, so that typed arrays can lie over them. */
function aligned(bytes: Uint8Array): Buffer {
  const owned = bytes.byteOffset % ALIGNMENT === 0 ? bytes : new Uint8Array(bytes);
  return Buffer.from(owned.buffer, owned.byteOffset, owned.byteLength);
}

/** Finds, checks and types the sections of one segment. */
class SegmentOpener {
  readonly #name: string;
  readonly #source: SegmentSource;
  readonly #resident: Buffer;
  readonly #header: Header;
  readonly #sections = new Map<SectionName, Buffer>();
  readonly #paged = new Map<SectionName, { readonly offset: number; readonly length: number }>();

  constructor(name: string, resident: Buffer, header: Header, source: SegmentSource) {
    this.#name = name;
    this.#source = source;
    this.#resident = resident;
    this.#header = header;
    this.#locateSections();
  }

  open(): Segment {
    const header = this.#header;
    const textBytes = this.#source.sizeBytes - header.residentBytes;
    const documents = this.#table('documents', DOCUMENT_COLUMNS, header.documents);
    const chunks = this.#table('chunks', CHUNK_COLUMNS, header.chunks);
    const links = this.#table('links', LINK_COLUMNS, header.links);
    const termTable = this.#table('termTable', TERM_COLUMNS, header.terms);
    const chunkPostings = this.#pagedSection('chunkPostings');
    const fieldPostings = this.#pagedSection('fieldPostings');
    this.#checkStarts('text', documents.textStart, textBytes);
    this.#checkStarts('chunk', documents.firstChunk, header.chunks);
    this.#checkStarts('link', documents.firstLink, header.links);
    this.#checkStarts('chunk posting', termTable.chunkPostings, chunkPostings.length);
    this.#checkStarts('field posting', termTable.fieldPostings, fieldPostings.length);
    const chunkDocuments = this.#checkChunks(documents, chunks);
    return new Segment({
      name: this.#name,
      source: this.#source,
      residentBytes: header.residentBytes,
      embedderId: this.#section('embedder').toString('utf8'),
      dimension: header.dimension,
      documents,
      chunks,
      links,
      termTable,
      chunkDocuments,
      chunkPostings,
      fieldPostings,
      hashes: this.#sized('hashes', header.documents * HASH_BYTES),
      paths: this.#strings('paths', header.documents),
      titles: this.#strings('titles', header.documents),
      frontMatter: this.#strings('frontMatter', header.documents),
      tombstones: this.#strings('tombstones', header.tombstones),
      outlineHeadings: this.#strings('outlineHeadings', header.outline),
      outlineAnchors: this.#strings('outlineAnchors', header.outline),
      linkTargets: this.#strings('linkTargets', header.links),
      linkAnchors: this.#strings('linkAnchors', header.links),
      linkTexts: this.#strings('linkTexts', header.links),
      terms: this.#strings('terms', header.terms),
      ...this.#vectors(),
    });
  }

  #locateSections(): void {
    let expected = HEADER_BYTES + SECTIONS.length * SECTION_ENTRY_BYTES;
    for (const [index, name] of SECTIONS.entries()) {
      const entry = HEADER_BYTES + index * SECTION_ENTRY_BYTES;
      const id = this.#resident.readUInt32LE(entry);
      const offset = this.#resident.readUInt32LE(entry + 8);
      const length = this.#resident.readUInt32LE(entry + 12);
      const isPaged = index >= SECTIONS.indexOf(FIRST_PAGED);
      const end = isPaged ? this.#header.residentBytes : this.#resident.length;
      if (id !== index + 1 || offset !== expected || offset + length > end) {
        throw this.#damaged(`section ${name} lies at ${offset} with ${length} bytes, expected at ${expected}`);
      }
      const checksum = this.#resident.readUInt32LE(entry + 4);
      if (isPaged) this.#paged.set(name, { offset, length });
      else this.#sections.set(name, this.#resident.subarray(offset, offset + length));
      const actual = isPaged ? this.#pagedSection(name).checksum() : crc32(this.#section(name));
      if (actual !== checksum) throw this.#damaged(`checksum of ${name} is wrong`);
      expected = roundUp(offset + length, ALIGNMENT);
    }
    if (expected !== this.#header.residentBytes) throw this.#damaged('sections do not fill the resident part');
  }

  #pagedSection(name: SectionName, from = 0): PagedSection {
    const { offset, length } = this.#paged.get(name) ?? { offset: 0, length: 0 };
    return new PagedSection(this.#name, this.#source, offset + from, length - from);
  }

  #section(name: SectionName): Buffer {
    return this.#sections.get(name) ?? Buffer.alloc(0);
  }

  #sized(name: SectionName, length: number): Buffer {
    const section = this.#section(name);
    if (section.length !== length) throw this.#damaged(`${name} has ${section.length} bytes, expected ${length}`);
    return section;
  }

  #table<Name extends string>(
    section: SectionName,
    names: readonly Name[],
    rows: number,
  ): { readonly [name in Name]: Uint32Array } {
    const bytes = this.#sized(section, names.length * (rows + 1) * 4);
    return columnsOf(names, (_, index) => {
      return new Uint32Array(bytes.buffer, bytes.byteOffset + index * (rows + 1) * 4, rows + 1);
    });
  }

  #strings(name: SectionName, count: number): StringList {
    const section = this.#section(name);
    const startBytes = (count + 1) * 4;
    if (section.length < startBytes) throw this.#damaged(`${name} has ${section.length} bytes, expected ${startBytes}`);
    const starts = new Uint32Array(section.buffer, section.byteOffset, count + 1);
    const bytes = section.subarray(startBytes);
    this.#checkStarts(name, starts, bytes.length);
    return new StringList(starts, bytes);
  }

  #vectors(): { readonly scales: Float32Array; readonly codes: PagedSection } {
    const { chunks, dimension } = this.#header;
    const scaleBytes = dimension === 0 ? 0 : roundUp(chunks * 4, ALIGNMENT);
    const section = this.#pagedSection('vectors');
    const expected = scaleBytes + chunks * vectorStride(dimension);
    if (section.length !== expected) throw this.#damaged(`vectors has ${section.length} bytes, expected ${expected}`);
    const scales = new Float32Array(dimension === 0 ? 0 : chunks);
    section.readInto(0, new Uint8Array(scales.buffer));
    return { scales, codes: this.#pagedSection('vectors', scaleBytes) };
  }

  /** Starts must ascend from 0 to exactly `end`. */
  #checkStarts(what: string, starts: Uint32Array, end: number): void {
    let last = 0;
    for (const start of starts) {
      if (start < last) throw this.#damaged(`${what} starts do not ascend`);
      last = start;
    }
    if (starts[0] !== 0 || last !== end) throw this.#damaged(`${what} starts end at ${last}, expected ${end}`);
  }

  /** Checks every chunk's ranges and gives the document of each chunk. */
  #checkChunks(
    documents: { readonly firstChunk: Uint32Array; readonly textStart: Uint32Array },
    chunks: { readonly textStart: Uint32Array; readonly textEnd: Uint32Array; readonly outline: Uint32Array },
  ): Uint32Array {
    const chunkDocuments = new Uint32Array(this.#header.chunks);
    for (let document = 0; document < this.#header.documents; document++) {
      const textBytes = (documents.textStart[document + 1] ?? 0) - (documents.textStart[document] ?? 0);
      const end = documents.firstChunk[document + 1] ?? 0;
      for (let chunk = documents.firstChunk[document] ?? 0; chunk < end; chunk++) {
        const textEnd = chunks.textEnd[chunk] ?? 0;
        if ((chunks.textStart[chunk] ?? 0) > textEnd || textEnd > textBytes) {
          throw this.#damaged(`chunk ${chunk} lies outside its document`);
        }
        if ((chunks.outline[chunk] ?? 0) >= this.#header.outline)
          throw this.#damaged(`chunk ${chunk} has no outline entry`);
        chunkDocuments[chunk] = document;
      }
    }
    return chunkDocuments;
  }

  #damaged(what: string): SearchError {
    return damagedSegment(this.#name, what);
  }
}

function columnsOf<Name extends string>(
  names: readonly Name[],
  column: (name: Name, index: number) => Uint32Array,
): { readonly [name in Name]: Uint32Array };
function columnsOf(
  names: readonly string[],
  column: (name: string, index: number) => Uint32Array,
): { readonly [name: string]: Uint32Array } {
  return Object.fromEntries(names.map((name, index) => [name, column(name, index)]));
}
