/** How changes and merges become segments of the next generation. */
import type { Draft } from '../store/index.js';
import { collectionMetadata, type NamedSegment } from './collection-label.js';
import { mergeSegments, OPEN_SEGMENT_BYTES, type Run } from './merging.js';
import { countLines, encodeLine, Segment } from './segment.js';
import type { SegmentLayers } from './segment-layers.js';
import type { KeptJson } from './versioned-schema.js';

/** Writes what has changed as the newest segment, together with the one before where that is small. */
export function writeChanges(
  draft: Draft,
  base: SegmentLayers,
  changed: ReadonlyMap<string, KeptJson | undefined>,
): void {
  const { label } = base;
  const change = new Segment(Buffer.concat([...changed].map(([key, kept]) => encodeLine(key, kept))));
  const [newest] = base.segments;
  const isJoined = newest !== undefined && newest.sizeBytes + change.sizeBytes <= OPEN_SEGMENT_BYTES;
  const older = isJoined ? label.segments.slice(1) : label.segments;
  const bytes = mergeSegments(isJoined ? [change, newest] : [change], older.length === 0);
  for (const { name } of label.segments.slice(0, label.segments.length - older.length)) draft.remove(name);
  const written = writeSegment(draft, segmentName(base.generation + 1), bytes);
  draft.describe(
    collectionMetadata({
      count: label.count + growthOf(base, changed),
      changedIn: base.generation + 1,
      segments: [...written, ...older],
    }),
  );
}

/** Segments that became one, to be put in their place. */
export interface Merged {
  readonly replaced: readonly NamedSegment[];
  /** Whether deleted documents were forgotten, so that nothing older may be below. */
  readonly isOldest: boolean;
  readonly bytes: Uint8Array;
}

export function merge(base: SegmentLayers, { start, end }: Run): Merged {
  const isOldest = end === base.segments.length;
  const bytes = mergeSegments(base.segments.slice(start, end), isOldest);
  return { replaced: base.label.segments.slice(start, end), isOldest, bytes };
}

/** Puts a merged segment in the place of those it was made from; false if they do not stand there any more. */
export function writeMerged(draft: Draft, base: SegmentLayers, { replaced, isOldest, bytes }: Merged): boolean {
  const { segments } = base.label;
  const start = segments.findIndex(({ name }) => name === replaced[0]?.name);
  const end = start + replaced.length;
  const isSame = start >= 0 && replaced.every(({ name }, place) => segments[start + place]?.name === name);
  if (!isSame || (isOldest && end !== segments.length)) return false;
  for (const { name } of replaced) draft.remove(name);
  const written = writeSegment(draft, segmentName(base.generation + 1), bytes);
  draft.describe(
    collectionMetadata({ ...base.label, segments: [...segments.slice(0, start), ...written, ...segments.slice(end)] }),
  );
  draft.explain(`merged ${replaced.length} segment${replaced.length === 1 ? '' : 's'}`);
  return true;
}

/** No two segments of a history have one name: a generation writes one at most, and its number is its own. */
function segmentName(generation: number): string {
  return `segment-${generation}.jsonl`;
}

/** Nothing is written, and no segment is named, for no lines. */
function writeSegment(draft: Draft, name: string, bytes: Uint8Array): readonly NamedSegment[] {
  if (bytes.length === 0) return [];
  draft.write(name, bytes);
  return [{ name, lineCount: countLines(bytes) }];
}

function growthOf(base: SegmentLayers, changed: ReadonlyMap<string, KeptJson | undefined>): number {
  let growth = 0;
  for (const [key, kept] of changed) growth += Number(kept !== undefined) - Number(base.find(key) !== undefined);
  return growth;
}
