import type { DocumentLink, JsonValue } from '../analysis/analysed-document.js';
import { damagedSegment } from './damage.js';
import { type Segment, splitHeadings } from './segment.js';

/** A heading of a document and the lines that stand under it, up to the next heading of any level. */
export interface OutlineEntry {
  readonly headingPath: readonly string[];
  readonly anchor: string;
  /** From 1, inclusive. */
  readonly startLine: number;
  readonly endLine: number;
}

/** One document of a view, read from its segment as it is asked for. Usable until the segment is closed. */
export class StoredDocument {
  readonly path: string;
  readonly sizeBytes: number;
  readonly lines: number;
  readonly chunkCount: number;
  readonly #segment: Segment;
  readonly #document: number;

  constructor(segment: Segment, document: number) {
    const { documents, paths } = segment.parts;
    this.#segment = segment;
    this.#document = document;
    this.path = paths.text(document);
    this.sizeBytes = documents.sizeBytes[document] ?? 0;
    this.lines = documents.lines[document] ?? 0;
    this.chunkCount = (documents.firstChunk[document + 1] ?? 0) - (documents.firstChunk[document] ?? 0);
  }

  get title(): string {
    return this.#segment.parts.titles.text(this.#document);
  }

  /** First 128 bits of SHA-256 over the file's bytes, as 32 hex digits. */
  get contentHash(): string {
    return this.#segment.contentHash(this.#document);
  }

  /** @throws SearchError SEGMENT_DAMAGED if it cannot be read. */
  frontMatter(): { readonly [key: string]: JsonValue } {
    const text = this.#segment.parts.frontMatter.text(this.#document);
    let value: JsonValue;
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw damagedSegment(this.#segment.name, `front matter of ${this.path} is no JSON`, error);
    }
    if (isMapping(value)) return value;
    throw damagedSegment(this.#segment.name, `front matter of ${this.path} is no mapping`);
  }

  /** Text before the first heading is an entry with no heading and no anchor. */
  outline(): readonly OutlineEntry[] {
    const { documents, chunkPlaces, outlineHeadings, outlineAnchors } = this.#segment.parts;
    const firstChunk = documents.firstChunk[this.#document] ?? 0;
    const endChunk = documents.firstChunk[this.#document + 1] ?? 0;
    if (firstChunk >= endChunk) return [];
    // Chunks that follow each other have the same entry or the next one.
    const first = chunkPlaces.outline[firstChunk] ?? 0;
    const end = (chunkPlaces.outline[endChunk - 1] ?? 0) + 1;
    const headings = outlineHeadings.texts(first, end);
    const anchors = outlineAnchors.texts(first, end);
    const entries: OutlineEntry[] = [];
    let last = -1;
    for (let chunk = firstChunk; chunk < endChunk; chunk++) {
      const outline = chunkPlaces.outline[chunk] ?? 0;
      const endLine = chunkPlaces.endLine[chunk] ?? 0;
      const before = outline === last ? entries.pop() : undefined;
      const startLine = before?.startLine ?? chunkPlaces.startLine[chunk] ?? 0;
      entries.push({
        headingPath: before?.headingPath ?? splitHeadings(headings[outline - first] ?? ''),
        anchor: before?.anchor ?? anchors[outline - first] ?? '',
        startLine,
        endLine,
      });
      last = outline;
    }
    return entries;
  }

  /** Links as the document wrote them, in the order of the text. */
  links(): readonly DocumentLink[] {
    return this.#segment.links(this.#document);
  }

  /**
   * The text as it was indexed, without a byte order mark.
   *
   * @throws SearchError SEGMENT_DAMAGED if it cannot be read; INDEX_CLOSED if the segment was closed.
   */
  text(): string {
    const bytes = this.#segment.readText(this.#document);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  }
}

function isMapping(value: JsonValue): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
