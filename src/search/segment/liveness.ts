import { possiblyShared } from './path-hashes.js';
import type { FieldLengths, Segment } from './segment.js';
import { compareStrings, lowerBound, type StringList } from './sorted-strings.js';

/** What of one segment is alive among the segments of a view. */
export interface SegmentLiveness {
  readonly segment: Segment;
  /** 1 for each document or chunk that a newer segment hides; undefined if none is hidden. */
  readonly deadDocuments: Uint8Array | undefined;
  readonly deadChunks: Uint8Array | undefined;
  readonly liveDocuments: number;
  readonly liveChunks: number;
  readonly lengths: FieldLengths;
}

/**
 * What is alive in `segments`, oldest first, given what was alive in an earlier list: the newest segment that names a
 * path has it. Costs the size of the segments that only one of the two lists has; the others' arrays are shared where
 * nothing in them changed.
 */
export function advanceLiveness(
  previous: readonly SegmentLiveness[],
  segments: readonly Segment[],
): readonly SegmentLiveness[] {
  const known = new Map(previous.map((liveness) => [liveness.segment, liveness]));
  const kept = segments.filter((segment) => known.has(segment));
  const keptBefore = previous.map(({ segment }) => segment).filter((segment) => kept.includes(segment));
  // Liveness of the untouched paths rests on the order of the segments they are in.
  const isSameOrder = kept.every((segment, index) => keptBefore[index] === segment);
  if (!isSameOrder) return advanceLiveness([], segments);

  const drafts = segments.map((segment) => new LivenessDraft(segment, known.get(segment)));
  const removed = previous.map(({ segment }) => segment).filter((segment) => !segments.includes(segment));
  const added = segments.filter((segment) => !known.has(segment));
  const largest = previous.length === 0 ? largestOf(added) : undefined;
  for (const segment of [...removed, ...added]) {
    // Nothing was hidden before, and what hides a path of this segment, or is hidden by one, is among the others' paths.
    if (segment === largest) continue;
    decideNames(segment, drafts);
  }
  return drafts.map((draft) => draft.finish());
}

/** What is alive where none of the segments hides a document of another. */
export function allAlive(segments: readonly Segment[]): readonly SegmentLiveness[] {
  return segments.map((segment) => new LivenessDraft(segment, undefined).finish());
}

function largestOf(segments: readonly Segment[]): Segment | undefined {
  let largest = segments[0];
  for (const segment of segments) if (segment.documentCount > (largest?.documentCount ?? 0)) largest = segment;
  return largest;
}

/** Decides anew which segment has the paths that the segment names; what no other one names is as it was. */
function decideNames(segment: Segment, drafts: readonly LivenessDraft[]): void {
  const others = drafts.map((draft) => draft.segment).filter((other) => other !== segment);
  const hashes = others.flatMap(({ parts }) => [parts.pathHashes.documents, parts.pathHashes.tombstones]);
  const { documents, tombstones } = segment.parts.pathHashes;
  decidePaths(segment, 'paths', possiblyShared(documents, hashes), drafts);
  decidePaths(segment, 'tombstones', possiblyShared(tombstones, hashes), drafts);
}

/** Decides anew for each of these paths, of which the numbers ascend, which segment has it. */
function decidePaths(
  { parts }: Segment,
  kind: 'paths' | 'tombstones',
  numbers: readonly number[],
  drafts: readonly LivenessDraft[],
): void {
  if (numbers.length === 0) return;
  const named = parts[kind];
  const newestFirst = drafts.map((draft) => ({ draft, document: 0, tombstone: 0 })).reverse();
  for (const path of numbers) {
    let isDecided = false;
    for (const cursor of newestFirst) {
      const { paths: documents, tombstones } = cursor.draft.segment.parts;
      cursor.document = lowerBound(documents, named, path, cursor.document);
      if (isAt(documents, cursor.document, named, path)) {
        cursor.draft.setDead(cursor.document, isDecided);
        isDecided = true;
      } else if (!isDecided && tombstones.count > 0) {
        cursor.tombstone = lowerBound(tombstones, named, path, cursor.tombstone);
        isDecided = isAt(tombstones, cursor.tombstone, named, path);
      }
    }
  }
}

function isAt(list: StringList, place: number, wanted: StringList, index: number): boolean {
  return place < list.count && compareStrings(list, place, wanted, index) === 0;
}

type MutableLengths = { -readonly [field in keyof FieldLengths]: number };

/** The liveness of a segment while it is worked out; copies the arrays it was given before it changes them. */
class LivenessDraft {
  readonly segment: Segment;
  readonly #base: SegmentLiveness | undefined;
  #deadDocuments: Uint8Array | undefined;
  #deadChunks: Uint8Array | undefined;
  #liveDocuments: number;
  #liveChunks: number;
  readonly #lengths: MutableLengths;
  #isChanged = false;

  constructor(segment: Segment, base: SegmentLiveness | undefined) {
    this.segment = segment;
    this.#base = base;
    this.#deadDocuments = base?.deadDocuments;
    this.#deadChunks = base?.deadChunks;
    this.#liveDocuments = base?.liveDocuments ?? segment.documentCount;
    this.#liveChunks = base?.liveChunks ?? segment.chunkCount;
    this.#lengths = { ...(base?.lengths ?? segment.totalLengths()) };
  }

  setDead(document: number, isDead: boolean): void {
    const wasDead = this.#deadDocuments !== undefined && this.#deadDocuments[document] === 1;
    if (wasDead === isDead) return;
    const { deadDocuments, deadChunks } = this.#ownArrays();
    const { firstChunk } = this.segment.parts.documents;
    const start = firstChunk[document] ?? 0;
    const end = firstChunk[document + 1] ?? 0;
    deadDocuments[document] = isDead ? 1 : 0;
    deadChunks.fill(isDead ? 1 : 0, start, end);
    const sign = isDead ? -1 : 1;
    this.#liveDocuments += sign;
    this.#liveChunks += sign * (end - start);
    const own = this.segment.fieldLengths(document);
    this.#lengths.title += sign * own.title;
    this.#lengths.path += sign * own.path;
    this.#lengths.keywords += sign * own.keywords;
    this.#lengths.heading += sign * own.heading;
    this.#lengths.body += sign * own.body;
    this.#lengths.code += sign * own.code;
  }

  finish(): SegmentLiveness {
    if (this.#base !== undefined && !this.#isChanged) return this.#base;
    const isWhole = this.#liveDocuments === this.segment.documentCount;
    return {
      segment: this.segment,
      deadDocuments: isWhole ? undefined : this.#deadDocuments,
      deadChunks: isWhole ? undefined : this.#deadChunks,
      liveDocuments: this.#liveDocuments,
      liveChunks: this.#liveChunks,
      lengths: this.#lengths,
    };
  }

  #ownArrays(): { readonly deadDocuments: Uint8Array; readonly deadChunks: Uint8Array } {
    if (!this.#isChanged || this.#deadDocuments === undefined || this.#deadChunks === undefined) {
      this.#deadDocuments = this.#deadDocuments?.slice() ?? new Uint8Array(this.segment.documentCount);
      this.#deadChunks = this.#deadChunks?.slice() ?? new Uint8Array(this.segment.chunkCount);
      this.#isChanged = true;
    }
    return { deadDocuments: this.#deadDocuments, deadChunks: this.#deadChunks };
  }
}
