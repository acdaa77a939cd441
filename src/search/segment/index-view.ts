import { knownVectors, type VectorLookup } from './known-vectors.js';
import { advanceLiveness, allAlive, type SegmentLiveness } from './liveness.js';
import type { MergeInput } from './merge-segments.js';
import type { FieldLengths, Segment } from './segment.js';
import { prefixRange, singleString } from './sorted-strings.js';
import { StoredDocument } from './stored-document.js';
import type { VectorKind } from './vector-coverage.js';

/** Where a document lies in one view; means nothing in another. */
export interface DocumentLocation {
  /** Place of the segment in the view, the oldest is 0. */
  readonly segment: number;
  /** Number of the document in the segment. */
  readonly document: number;
}

/** What reconciliation compares with the files. */
export interface IndexedFile {
  readonly path: string;
  readonly contentHash: string;
  readonly sizeBytes: number;
}

/** A segment of a view and where its numbers start in the numbering of the whole view, dead ones included. */
export interface ViewSegment extends SegmentLiveness {
  readonly documentBase: number;
  readonly chunkBase: number;
}

const FIELDS: readonly (keyof FieldLengths)[] = ['title', 'path', 'keywords', 'heading', 'body', 'code'];

/**
 * What an ordered set of segments says together: the newest segment that names a path has it. Immutable, so queries in
 * flight finish on the view they began with; it does not own the segments, and nothing can be
 * asked of a closed one.
 */
export class IndexView {
  /** Oldest first. */
  readonly segments: readonly ViewSegment[];
  /** Live documents and chunks. */
  readonly documentCount: number;
  readonly chunkCount: number;
  /** Chunks that are in the segments but not alive: what merging would free. */
  readonly deadChunkCount: number;
  /** Size of the numbering that spans all segments, dead ones included. */
  readonly documentSlots: number;
  readonly chunkSlots: number;
  /** Terms by field, summed over live documents. */
  readonly lengths: FieldLengths;
  #paths: readonly string[] | undefined;

  private constructor(liveness: readonly SegmentLiveness[]) {
    const segments: ViewSegment[] = [];
    const lengths = { title: 0, path: 0, keywords: 0, heading: 0, body: 0, code: 0 };
    let documentBase = 0;
    let chunkBase = 0;
    for (const part of liveness) {
      segments.push({ ...part, documentBase, chunkBase });
      documentBase += part.segment.documentCount;
      chunkBase += part.segment.chunkCount;
      for (const field of FIELDS) lengths[field] += part.lengths[field];
    }
    this.segments = segments;
    this.lengths = lengths;
    this.documentSlots = documentBase;
    this.chunkSlots = chunkBase;
    this.documentCount = liveness.reduce((sum, part) => sum + part.liveDocuments, 0);
    this.chunkCount = liveness.reduce((sum, part) => sum + part.liveChunks, 0);
    this.deadChunkCount = chunkBase - this.chunkCount;
  }

  /**
   * @param segments oldest first, each once
   * @param liveDocuments how many are known to be alive; where that is all of them, nobody looks for what is hidden
   */
  static open(segments: readonly Segment[], liveDocuments?: number): IndexView {
    const documents = segments.reduce((sum, { documentCount }) => sum + documentCount, 0);
    return new IndexView(documents === liveDocuments ? allAlive(segments) : advanceLiveness([], segments));
  }

  /** The view of another list of segments, at the cost of those that only one of the two lists has. */
  advance(segments: readonly Segment[]): IndexView {
    return new IndexView(advanceLiveness(this.segments, segments));
  }

  /** The view without segments that hold nothing alive and no tombstones: what they hide, newer ones hide as well. */
  withoutDead(isKept: readonly boolean[]): IndexView {
    return new IndexView(this.segments.filter((_, place) => isKept[place] === true));
  }

  /** Where the path's document lies; undefined if there is none. */
  find(path: string): DocumentLocation | undefined {
    const wanted = singleString(path);
    for (let segment = this.segments.length - 1; segment >= 0; segment--) {
      const part = this.segments[segment];
      if (part === undefined) continue;
      const document = part.segment.find(wanted);
      if (document === 'removed') return undefined;
      if (document !== undefined) return this.#isLive(part, document) ? { segment, document } : undefined;
    }
    return undefined;
  }

  /** All live paths, ascending by UTF-16 code units; sorted at the first call. */
  paths(): readonly string[] {
    this.#paths ??= Array.from(this.locations(), ({ segment, document }) => {
      return this.segments[segment]?.segment.parts.paths.text(document) ?? '';
    }).sort();
    return this.#paths;
  }

  /** Live paths that begin so, segment by segment. */
  *pathsBeginning(prefix: string): Generator<string> {
    for (const part of this.segments) {
      const { paths } = part.segment.parts;
      const { start, end } = prefixRange(paths, prefix);
      for (let document = start; document < end; document++) {
        if (this.#isLive(part, document)) yield paths.text(document);
      }
    }
  }

  /** Every live document, segment by segment. */
  *locations(): Generator<DocumentLocation> {
    for (const [segment, part] of this.segments.entries()) {
      for (let document = 0; document < part.segment.documentCount; document++) {
        if (this.#isLive(part, document)) yield { segment, document };
      }
    }
  }

  /** @throws RangeError if the location is none of this view. */
  document(location: DocumentLocation): StoredDocument {
    const part = this.segments[location.segment];
    if (part === undefined || location.document >= part.segment.documentCount) {
      throw new RangeError(`segment ${location.segment}, document ${location.document}: not in this view`);
    }
    return new StoredDocument(part.segment, location.document);
  }

  /**
   * The text of a chunk, by its number in its segment; `''` if there is none.
   *
   * @throws SearchError SEGMENT_DAMAGED if it cannot be read; INDEX_CLOSED if the segment was closed.
   */
  chunkText(segment: number, chunk: number | undefined): string {
    if (chunk === undefined) return '';
    const part = this.segments[segment];
    if (part === undefined || chunk >= part.segment.chunkCount) {
      throw new RangeError(`segment ${segment}, chunk ${chunk}: not in this view`);
    }
    return part.segment.chunkText(chunk);
  }

  /** Every live document as reconciliation needs it, in no particular order. */
  *files(): Generator<IndexedFile> {
    for (const { segment, document } of this.locations()) {
      const part = this.segments[segment]?.segment;
      if (part === undefined) continue;
      yield {
        path: part.parts.paths.text(document),
        contentHash: part.contentHash(document),
        sizeBytes: part.parts.documents.sizeBytes[document] ?? 0,
      };
    }
  }

  /** Vectors of this kind by chunk hash, those of dead chunks included. */
  knownVectors(kind: VectorKind): VectorLookup {
    return knownVectors(
      this.segments.map(({ segment }) => segment),
      kind,
    );
  }

  /** The segment at that place with its live documents, ready for `mergeSegments`. */
  mergeInput(place: number): MergeInput {
    const part = this.segments[place];
    if (part === undefined) throw new RangeError(`segment ${place}: the view has ${this.segments.length}`);
    return { segment: part.segment, live: (document) => this.#isLive(part, document) };
  }

  #isLive(part: SegmentLiveness, document: number): boolean {
    return part.deadDocuments === undefined || part.deadDocuments[document] === 0;
  }
}
