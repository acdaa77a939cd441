/** Which passages of a view have a vector of one embedder, and which do not. */
import type { DocumentLocation, IndexView, ViewSegment } from './index-view.js';
import type { Segment } from './segment.js';

/** Vectors that can be compared with each other. */
export interface VectorKind {
  /** The embedder's id. */
  readonly id: string;
  /** Components; 0 if they are not known yet, so that any will do. */
  readonly dimension: number;
}

/** Live passages, counted. */
export interface VectorCoverage {
  readonly embedded: number;
  readonly missing: number;
}

/** True if a segment has vectors of that kind, though perhaps not for each passage. */
export function hasKind({ parts }: Segment, { id, dimension }: VectorKind): boolean {
  return parts.embedderId === id && parts.dimension > 0 && (dimension === 0 || parts.dimension === dimension);
}

/**
 * The vectors that are meant by an embedder: as long as its dimension is not known, those of the dimension that live
 * passages were last given by it. So whoever counts what is missing counts the same, in each process.
 */
export function kindIn(view: IndexView, { id, dimension }: VectorKind): VectorKind {
  if (dimension !== 0) return { id, dimension };
  const newest = view.segments.findLast(
    ({ liveChunks, segment }) => liveChunks > 0 && hasKind(segment, { id, dimension }),
  );
  return { id, dimension: newest?.segment.parts.dimension ?? 0 };
}

const counted = new WeakMap<IndexView, VectorKind & VectorCoverage>();

/** How far the view is embedded; counted once for each view. */
export function vectorCoverage(view: IndexView, embedder: VectorKind): VectorCoverage {
  const kind = kindIn(view, embedder);
  const before = counted.get(view);
  if (before?.id === kind.id && before.dimension === kind.dimension) return before;
  let missing = 0;
  for (const part of view.segments) {
    if (!hasKind(part.segment, kind)) missing += part.liveChunks;
    else if (hasGaps(part.segment)) missing += countGaps(part, 0, part.segment.chunkCount);
  }
  const coverage = { ...kind, embedded: view.chunkCount - missing, missing };
  counted.set(view, coverage);
  return coverage;
}

/** The live documents of which a passage has no vector of that kind, segment by segment. */
export function* documentsLackingVectors(view: IndexView, embedder: VectorKind): Generator<DocumentLocation> {
  const kind = kindIn(view, embedder);
  for (const [segment, part] of view.segments.entries()) {
    if (part.liveDocuments === 0 || (hasKind(part.segment, kind) && !hasGaps(part.segment))) continue;
    for (let document = 0; document < part.segment.documentCount; document++) {
      const isDead = part.deadDocuments !== undefined && part.deadDocuments[document] !== 0;
      if (!isDead && lackingVectors(view, { segment, document }, kind) > 0) yield { segment, document };
    }
  }
}

/** How many passages of a live document have no vector of that kind. */
export function lackingVectors(view: IndexView, { segment, document }: DocumentLocation, kind: VectorKind): number {
  const part = view.segments[segment];
  if (part === undefined) return 0;
  const { firstChunk } = part.segment.parts.documents;
  const start = firstChunk[document] ?? 0;
  const end = firstChunk[document + 1] ?? start;
  return hasKind(part.segment, kind) ? countGaps(part, start, end) : end - start;
}

const withGaps = new WeakMap<Segment, boolean>();

function hasGaps(segment: Segment): boolean {
  const known = withGaps.get(segment);
  if (known !== undefined) return known;
  const found = segment.parts.scales.some((scale) => scale < 0);
  withGaps.set(segment, found);
  return found;
}

function countGaps({ segment, deadChunks }: ViewSegment, start: number, end: number): number {
  const { scales } = segment.parts;
  let gaps = 0;
  for (let chunk = start; chunk < end; chunk++) {
    if ((scales[chunk] ?? 0) < 0 && (deadChunks === undefined || deadChunks[chunk] === 0)) gaps++;
  }
  return gaps;
}
