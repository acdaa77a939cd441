/**
 * Every name and number of the segment format; `docs/segment-format.md` is its description.
 * A change here that old readers cannot read is a new `SEGMENT_VERSION`.
 */

/** "SDXSEG\r\n": the line end shows a transfer that rewrote line ends. */
export const SEGMENT_MAGIC: readonly number[] = [0x53, 0x44, 0x58, 0x53, 0x45, 0x47, 0x0d, 0x0a];
export const SEGMENT_VERSION = 3;

export const HEADER_BYTES = 64;
export const SECTION_ENTRY_BYTES = 16;
/** Sections start at multiples of this, so that typed arrays can lie over them. */
export const ALIGNMENT = 8;
/** Vectors are padded to multiples of this many components, the width of a SIMD register. */
export const VECTOR_ALIGNMENT = 16;
/** Each section is checked in pages, so that reading a little of it does not cost reading all of it. */
const PAGE_BYTES = 16_384;
/** Vectors are mostly read all at once, residuals one here and one there. */
const VECTOR_PAGE_BYTES = 65_536;
const RESIDUAL_PAGE_BYTES = 4096;
/** One term of so many stands in the term index. */
export const TERMS_PER_BLOCK = 64;
/** Most bytes that a segment can have; every offset is 32 bits. */
export const MAXIMUM_SEGMENT_BYTES = 0xffff_ffff;
/** Chunk distances carry two flag bits in a 32-bit varint, one bit is kept free. */
export const MAXIMUM_CHUNKS = 0x1000_0000;
/** Separates the headings of a heading path; markdown text never holds it. */
export const HEADING_SEPARATOR = '\0';

/** Byte offsets of the header's fields. */
export const HEADER = {
  version: 8,
  crc: 12,
  sectionCount: 16,
  fileBytes: 20,
  residentBytes: 24,
  documents: 28,
  tombstones: 32,
  chunks: 36,
  outline: 40,
  links: 44,
  terms: 48,
  dimension: 52,
} as const;

/** Section names in file order. */
export const SECTIONS = [
  'embedder',
  'documents',
  'hashes',
  'paths',
  'titles',
  'frontMatter',
  'tombstones',
  'chunks',
  'outlineHeadings',
  'outlineAnchors',
  'links',
  'linkTargets',
  'linkAnchors',
  'linkTexts',
  'terms',
  'termTable',
  'chunkPostings',
  'fieldPostings',
  'vectors',
  'pathHashes',
  'termIndex',
  'residuals',
  'pages',
] as const;
export type SectionName = (typeof SECTIONS)[number];

const VERSION_1_SECTIONS = 19;

/** The sections that a version has, in file order; a section's id is its place among them, from 1. */
export function sectionsOf(version: number): readonly SectionName[] {
  if (version === 1) return SECTIONS.slice(0, VERSION_1_SECTIONS);
  return version === 2 ? SECTIONS.filter((section) => section !== 'residuals') : SECTIONS;
}

/** Columns of the documents table, in order. */
export const DOCUMENT_COLUMNS = [
  'sizeBytes',
  'textStart',
  'textCrc',
  'lines',
  'firstChunk',
  'firstLink',
  'titleLength',
  'pathLength',
  'keywordLength',
  'headingLength',
  'bodyLength',
  'codeLength',
] as const;
/** Columns of the chunks table, in order: where a chunk lies, what it is known by, and how many terms it has. */
export const CHUNK_PLACE_COLUMNS = ['startLine', 'endLine', 'textStart', 'textEnd', 'outline'] as const;
export const CHUNK_HASH_COLUMNS = ['hashHigh', 'hashLow'] as const;
export const CHUNK_LENGTH_COLUMNS = ['headingLength', 'bodyLength', 'codeLength'] as const;
export const CHUNK_COLUMNS: readonly ChunkColumn[] = [
  ...CHUNK_PLACE_COLUMNS,
  ...CHUNK_HASH_COLUMNS,
  ...CHUNK_LENGTH_COLUMNS,
];
export type ChunkColumn =
  | (typeof CHUNK_PLACE_COLUMNS)[number]
  | (typeof CHUNK_HASH_COLUMNS)[number]
  | (typeof CHUNK_LENGTH_COLUMNS)[number];
/** Columns of the links table, in order. */
export const LINK_COLUMNS = ['kind', 'line'] as const;
/** Columns of the term table, in order. */
export const TERM_COLUMNS = ['chunkPostings', 'fieldPostings'] as const;
/** Link kinds; a kind's number is its place here. */
export const LINK_KINDS = ['inline', 'reference', 'wiki', 'embed', 'html'] as const;
export const HASH_BYTES = 16;

/** The next multiple of `unit` that is not below `value`. */
export function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}

/** Bytes of all pages of a section but the last. */
export function pageBytesOf(section: SectionName): number {
  if (section === 'residuals') return RESIDUAL_PAGE_BYTES;
  return section === 'vectors' ? VECTOR_PAGE_BYTES : PAGE_BYTES;
}

/** Pages of a section of that length. */
export function pagesIn(section: SectionName, length: number): number {
  return Math.ceil(length / pageBytesOf(section));
}

/** Bytes of one stored vector. */
export function vectorStride(dimension: number): number {
  return roundUp(dimension, VECTOR_ALIGNMENT);
}

/** Bytes of the residuals of one stored vector, two bits for each of its bytes. */
export function residualStride(dimension: number): number {
  return vectorStride(dimension) / 4;
}
