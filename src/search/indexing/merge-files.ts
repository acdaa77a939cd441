import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import {
  fileSource,
  finishSteps,
  mergeSegmentsInSteps,
  openSegment,
  type Segment,
  type VectorKind,
} from '../segment/index.js';
import type { MergeTaskInput } from './worker-protocol.js';

/**
 * The bytes of one segment in place of several, read from their files.
 *
 * @param embedder whose vectors are kept; undefined as `MergeOptions`
 * @throws SearchError SEGMENT_DAMAGED; what `node:fs` throws if a file is gone
 */
export function mergeFiles(
  inputs: readonly MergeTaskInput[],
  dropTombstones: boolean,
  embedder: VectorKind | undefined,
): Uint8Array {
  return finishSteps(stepsOf(inputs, dropTombstones, embedder));
}

/** As `mergeFiles`, letting others have their turn after each millisecond or so. */
export async function mergeFilesInTurns(
  inputs: readonly MergeTaskInput[],
  dropTombstones: boolean,
  embedder: VectorKind | undefined,
): Promise<Uint8Array> {
  for (const steps = stepsOf(inputs, dropTombstones, embedder); ; ) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await eventLoopTurn();
  }
}

function* stepsOf(
  inputs: readonly MergeTaskInput[],
  dropTombstones: boolean,
  embedder: VectorKind | undefined,
): Generator<void, Uint8Array> {
  const segments: Segment[] = [];
  try {
    for (const { name, path } of inputs) segments.push(openSegment(name, fileSource(path)));
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
