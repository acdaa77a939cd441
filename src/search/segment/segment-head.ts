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
  residualStride,
  roundUp,
  SECTION_ENTRY_BYTES,
  SECTIONS,
  SEGMENT_MAGIC,
  SEGMENT_VERSION,
  type SectionName,
  sectionsOf,
  TERM_COLUMNS,
  TERMS_PER_BLOCK,
  vectorStride,
} from './layout.js';
import type { SegmentSource } from './segment-source.js';

/** What the header says of what the segment holds. */
export interface SegmentCounts {
  readonly documents: number;
  readonly tombstones: number;
  readonly chunks: number;
  readonly outline: number;
  readonly links: number;
  readonly terms: number;
  readonly dimension: number;
}

/** Where a section lies, and the CRC-32 of its bytes. */
export interface SectionPlace {
  readonly offset: number;
  readonly length: number;
  readonly checksum: number;
}

/** The checked header and section table of a segment. */
export interface SegmentHead {
  readonly version: number;
  readonly residentBytes: number;
  readonly counts: SegmentCounts;
  readonly sections: ReadonlyMap<SectionName, SectionPlace>;
}

const LONGEST_HEAD_BYTES = HEADER_BYTES + SECTIONS.length * SECTION_ENTRY_BYTES;

/**
 * Reads the header and the section table. Sections lie one behind the other, have the lengths that the counts ask for and
 * end within the source, so that whoever trusts the counts never allocates more than the source has.
 *
 * @param name what errors call the segment
 * @throws SearchError as `openSegment`
 */
export function readHead(name: string, source: SegmentSource): SegmentHead {
  const { sizeBytes } = source;
  if (sizeBytes < HEADER_BYTES) {
    throw damagedSegment(name, `${sizeBytes} bytes long, expected at least ${HEADER_BYTES}`);
  }
  const head = readBytes(name, source, Math.min(sizeBytes, LONGEST_HEAD_BYTES));
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const field = (offset: number): number => view.getUint32(offset, true);
  if (SEGMENT_MAGIC.some((byte, index) => head[index] !== byte)) throw damagedSegment(name, 'is not a segment file');
  const version = requireVersion(name, field(HEADER.version));
  const sections = sectionsOf(version);
  const headBytes = HEADER_BYTES + sections.length * SECTION_ENTRY_BYTES;
  if (head.length < headBytes) throw damagedSegment(name, `${sizeBytes} bytes long, expected at least ${headBytes}`);
  if (field(HEADER.crc) !== crc32(head.subarray(HEADER.crc + 4, headBytes))) {
    throw damagedSegment(name, 'header checksum is wrong');
  }
  if (field(HEADER.sectionCount) !== sections.length) throw damagedSegment(name, 'section count is wrong');
  if (field(HEADER.fileBytes) !== sizeBytes) {
    throw damagedSegment(name, `${sizeBytes} bytes long, expected ${field(HEADER.fileBytes)}`);
  }
  const counts: SegmentCounts = {
    documents: field(HEADER.documents),
    tombstones: field(HEADER.tombstones),
    chunks: field(HEADER.chunks),
    outline: field(HEADER.outline),
    links: field(HEADER.links),
    terms: field(HEADER.terms),
    dimension: field(HEADER.dimension),
  };
  const residentBytes = field(HEADER.residentBytes);
  if (residentBytes > sizeBytes) throw damagedSegment(name, `${sizeBytes} bytes long, expected ${residentBytes}`);
  const places = placesOf(name, view, sections, residentBytes);
  for (const [section, { length }] of places) checkLength(name, section, length, counts);
  return { version, residentBytes, counts, sections: places };
}

function readBytes(name: string, source: SegmentSource, length: number): Uint8Array {
  try {
    return source.read(0, length);
  } catch (error) {
    throw damagedSegment(name, `bytes 0 to ${length} cannot be read`, error);
  }
}

function requireVersion(name: string, version: number): number {
  if (version > SEGMENT_VERSION) {
    throw new SearchError(
      'SEGMENT_FORMAT_NEWER',
      `segment ${name}: format ${version}, this version reads ${SEGMENT_VERSION}`,
      {
        remedy: 'Update snapdex: a newer version wrote this index.',
      },
    );
  }
  if (version === 0) throw damagedSegment(name, `format ${version} never existed`);
  return version;
}

function placesOf(
  name: string,
  view: DataView,
  sections: readonly SectionName[],
  residentBytes: number,
): ReadonlyMap<SectionName, SectionPlace> {
  const places = new Map<SectionName, SectionPlace>();
  let expected = HEADER_BYTES + sections.length * SECTION_ENTRY_BYTES;
  for (const [index, section] of sections.entries()) {
    const entry = HEADER_BYTES + index * SECTION_ENTRY_BYTES;
    const offset = view.getUint32(entry + 8, true);
    const length = view.getUint32(entry + 12, true);
    if (view.getUint32(entry, true) !== index + 1 || offset !== expected || offset + length > residentBytes) {
      throw damagedSegment(
        name,
        `section ${section} lies at ${offset} with ${length} bytes, expected at ${expected} of ${residentBytes}`,
      );
    }
    places.set(section, { offset, length, checksum: view.getUint32(entry + 4, true) });
    expected = roundUp(offset + length, ALIGNMENT);
  }
  if (expected !== residentBytes) throw damagedSegment(name, 'sections do not fill the resident part');
  return places;
}

function checkLength(name: string, section: SectionName, length: number, counts: SegmentCounts): void {
  const exact = exactLength(section, counts);
  if (exact !== undefined && length !== exact) {
    throw damagedSegment(name, `${section} has ${length} bytes, expected ${exact}`);
  }
  const strings = stringCount(section, counts);
  if (strings !== undefined && length < (strings + 1) * 4) {
    throw damagedSegment(name, `${section} has ${length} bytes, expected at least ${(strings + 1) * 4}`);
  }
}

/** Bytes of a section of which the counts say how long it is. */
function exactLength(section: SectionName, counts: SegmentCounts): number | undefined {
  const table = (columns: readonly string[], rows: number): number => columns.length * (rows + 1) * 4;
  if (section === 'documents') return table(DOCUMENT_COLUMNS, counts.documents);
  if (section === 'hashes') return HASH_BYTES * counts.documents;
  if (section === 'chunks') return table(CHUNK_COLUMNS, counts.chunks);
  if (section === 'links') return table(LINK_COLUMNS, counts.links);
  if (section === 'termTable') return table(TERM_COLUMNS, counts.terms);
  if (section === 'vectors') return scaleBytes(counts) + counts.chunks * vectorStride(counts.dimension);
  if (section === 'residuals') return counts.chunks * residualStride(counts.dimension);
  if (section === 'pathHashes') return 8 * (counts.documents + counts.tombstones);
  return undefined;
}

/** Strings in a section that is a list of them. */
function stringCount(section: SectionName, counts: SegmentCounts): number | undefined {
  if (section === 'paths' || section === 'titles' || section === 'frontMatter') return counts.documents;
  if (section === 'tombstones') return counts.tombstones;
  if (section === 'outlineHeadings' || section === 'outlineAnchors') return counts.outline;
  if (section === 'linkTargets' || section === 'linkAnchors' || section === 'linkTexts') return counts.links;
  if (section === 'terms') return counts.terms;
  if (section === 'termIndex') return Math.ceil(counts.terms / TERMS_PER_BLOCK);
  return undefined;
}

/** Bytes in front of the vectors' components. */
export function scaleBytes({ chunks, dimension }: SegmentCounts): number {
  return dimension === 0 ? 0 : roundUp(chunks * 4, ALIGNMENT);
}
