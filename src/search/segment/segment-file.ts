import { crc32 } from 'node:zlib';
import { SearchError } from '../errors.js';
import {
  ALIGNMENT,
  HEADER,
  HEADER_BYTES,
  MAXIMUM_CHUNKS,
  MAXIMUM_SEGMENT_BYTES,
  pageBytesOf,
  pagesIn,
  roundUp,
  SECTION_ENTRY_BYTES,
  SECTIONS,
  SEGMENT_MAGIC,
  SEGMENT_VERSION,
  type SectionName,
} from './layout.js';
import type { SegmentCounts } from './segment-head.js';

/** The bytes of each section in parts, but of the last one, which is made of the others. */
export type SegmentContent = { readonly [name in Exclude<SectionName, 'pages'>]: readonly Uint8Array[] };

/**
 * The file of a segment, complete but for the texts, for which there is room behind `residentBytes`.
 *
 * @throws SearchError INDEXING_FAILED if it would be 4 GiB or larger.
 */
export function assembleSegment(
  content: SegmentContent,
  counts: SegmentCounts,
  textBytes: number,
): { readonly bytes: Uint8Array; readonly residentBytes: number } {
  const paged = SECTIONS.filter((name) => name !== 'pages');
  const pages = new Uint32Array(paged.reduce((sum, name) => sum + pagesIn(name, byteLength(content[name])), 0));
  const sections = { ...content, pages: [new Uint8Array(pages.buffer)] };
  const headBytes = HEADER_BYTES + SECTIONS.length * SECTION_ENTRY_BYTES;
  let residentBytes = headBytes;
  for (const name of SECTIONS) residentBytes += roundUp(byteLength(sections[name]), ALIGNMENT);
  const fileBytes = residentBytes + textBytes;
  if (fileBytes > MAXIMUM_SEGMENT_BYTES) throw tooLarge(`${fileBytes} bytes`);

  const bytes = new Uint8Array(fileBytes);
  let start = headBytes;
  let page = 0;
  for (const [index, name] of SECTIONS.entries()) {
    const section = bytes.subarray(start, start + byteLength(sections[name]));
    let offset = 0;
    for (const part of sections[name]) {
      section.set(part, offset);
      offset += part.length;
    }
    // Those of all sections before are known when the last is written.
    for (const checksum of name === 'pages' ? [] : pageChecksums(section, pageBytesOf(name))) pages[page++] = checksum;
    writeEntry(bytes, index, { start, section });
    start = roundUp(start + section.length, ALIGNMENT);
  }
  writeHeader(bytes, { headBytes, residentBytes }, counts);
  return { bytes, residentBytes };
}

function* pageChecksums(section: Uint8Array, pageBytes: number): Generator<number> {
  for (let start = 0; start < section.length; start += pageBytes) {
    yield crc32(section.subarray(start, start + pageBytes));
  }
}

function writeEntry(
  bytes: Uint8Array,
  index: number,
  { start, section }: { readonly start: number; readonly section: Uint8Array },
): void {
  const view = new DataView(bytes.buffer, HEADER_BYTES + index * SECTION_ENTRY_BYTES, SECTION_ENTRY_BYTES);
  view.setUint32(0, index + 1, true);
  view.setUint32(4, crc32(section), true);
  view.setUint32(8, start, true);
  view.setUint32(12, section.length, true);
}

function writeHeader(
  bytes: Uint8Array,
  sizes: { readonly headBytes: number; readonly residentBytes: number },
  counts: SegmentCounts,
): void {
  const view = new DataView(bytes.buffer);
  bytes.set(SEGMENT_MAGIC);
  view.setUint32(HEADER.version, SEGMENT_VERSION, true);
  view.setUint32(HEADER.sectionCount, SECTIONS.length, true);
  view.setUint32(HEADER.fileBytes, bytes.length, true);
  view.setUint32(HEADER.residentBytes, sizes.residentBytes, true);
  view.setUint32(HEADER.documents, counts.documents, true);
  view.setUint32(HEADER.tombstones, counts.tombstones, true);
  view.setUint32(HEADER.chunks, counts.chunks, true);
  view.setUint32(HEADER.outline, counts.outline, true);
  view.setUint32(HEADER.links, counts.links, true);
  view.setUint32(HEADER.terms, counts.terms, true);
  view.setUint32(HEADER.dimension, counts.dimension, true);
  view.setUint32(HEADER.crc, crc32(bytes.subarray(HEADER.crc + 4, sizes.headBytes)), true);
}

function byteLength(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

/** The error for what does not fit into a segment. */
export function tooLarge(what: string): SearchError {
  return new SearchError(
    'INDEXING_FAILED',
    `segment: ${what}, at most 4 GiB and ${MAXIMUM_CHUNKS} chunks are possible`,
    {
      remedy: 'Index fewer documents, or leave out the largest ones.',
    },
  );
}
