import { fileSource, mergeSegments, openSegment, type Segment } from '../segment/index.js';
import type { MergeTaskInput } from './worker-protocol.js';

/**
 * The bytes of one segment in place of several, read from their files.
 * @throws SearchError SEGMENT_DAMAGED; what `node:fs` throws if a file is gone
 */
export function mergeFiles(inputs: readonly MergeTaskInput[], dropTombstones: boolean): Uint8Array {
  const segments: Segment[] = [];
  try {
    for (const { name, path } of inputs) segments.push(openSegment(name, fileSource(path)));
    return mergeSegments(
      segments.map((segment, place) => ({
        segment,
        live: (document) => (inputs[place]?.deadDocuments?.[document] ?? 0) === 0,
      })),
      { dropTombstones },
    );
  } finally {
    for (const segment of segments) segment.close();
  }
}
