import { SearchError } from '../errors.js';
import {
  damagedSegment,
  fileSource,
  mergeSegmentsInSteps,
  openSegment,
  type Segment,
  type VectorKind,
} from '../segment/index.js';
import { finishInTurns, finishSteps } from '../turns.js';
import type { MergeTaskInput } from './worker-protocol.js';

/**
 * The bytes of one segment in place of several, read from their files.
 *
 * @param embedder whose vectors are kept; undefined as `MergeOptions`
 * @throws SearchError SEGMENT_DAMAGED, also of a file that is gone or cannot be opened
 */
export function mergeFiles(
  inputs: readonly MergeTaskInput[],
  dropTombstones: boolean,
  embedder: VectorKind | undefined,
): Uint8Array {
  return finishSteps(stepsOf(inputs, dropTombstones, embedder));
}

/** As `mergeFiles`, in turns with other work. */
export function mergeFilesInTurns(
  inputs: readonly MergeTaskInput[],
  dropTombstones: boolean,
  embedder: VectorKind | undefined,
): Promise<Uint8Array> {
  return finishInTurns(stepsOf(inputs, dropTombstones, embedder));
}

function* stepsOf(
  inputs: readonly MergeTaskInput[],
  dropTombstones: boolean,
  embedder: VectorKind | undefined,
): Generator<void, Uint8Array> {
  const segments: Segment[] = [];
  try {
    for (const input of inputs) segments.push(openInput(input));
    return yield* mergeSegmentsInSteps(
      segments.map((segment, place) => ({
        segment,
        live: (document) => (inputs[place]?.deadDocuments?.[document] ?? 0) === 0,
      })),
      { dropTombstones, ...(embedder === undefined ? {} : { embedder }) },
    );
  } finally {
    for (const segment of segments) segment.close();
  }
}

function openInput({ name, path }: MergeTaskInput): Segment {
  try {
    return openSegment(name, fileSource(path));
  } catch (error) {
    if (error instanceof SearchError) throw error;
    throw damagedSegment(name, `cannot be opened: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}
