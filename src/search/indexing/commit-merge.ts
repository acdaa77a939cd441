import type { SnapshotStore } from '../../store/index.js';
import { memorySource, openSegment } from '../segment/index.js';
import { encodeIndexMetadata } from './index-metadata.js';
import { chooseMerge, type SegmentRun, type SegmentSize } from './merge-policy.js';
import { newSegmentName } from './new-segment.js';
import type { LoadedIndex, SegmentCatalog } from './segment-catalog.js';
import type { MergeTaskInput } from './worker-protocol.js';

/** Who merges: a thread, or the caller's own. */
export type MergeFiles = (inputs: readonly MergeTaskInput[], dropTombstones: boolean) => Promise<Uint8Array>;

/**
 * Merges one run of segments and commits the result; false if none is due, or if the run has changed
 * meanwhile, which costs the work and nothing else.
 * @throws StoreError as `SnapshotStore.update`; SearchError SEGMENT_DAMAGED
 */
export async function mergeOnce(store: SnapshotStore, catalog: SegmentCatalog, merge: MergeFiles): Promise<boolean> {
  const index = catalog.current;
  const run = index === undefined ? undefined : chooseMerge(sizesOf(index));
  if (index === undefined || run === undefined) return false;
  const names = index.metadata.segments.slice(run.first, run.first + run.count);
  // Pinned, so that nobody collects the files while the worker reads them.
  const pinned = await store.openGeneration(index.generation);
  try {
    const inputs = await Promise.all(
      names.map(async (name, place) => {
        const deadDocuments = index.view.segments[run.first + place]?.deadDocuments;
        return { name, path: await pinned.path(name), deadDocuments };
      }),
    );
    const bytes = await merge(inputs, run.first === 0);
    const leftOut = inputs.map(({ deadDocuments }) => deadDocuments);
    return await commitMerged(store, catalog, { names, run, bytes, leftOut });
  } finally {
    await pinned.close();
  }
}

/** The segments of an index as the merge policy sees them. */
export function sizesOf(index: LoadedIndex): readonly SegmentSize[] {
  return index.view.segments.map(({ segment, liveChunks }) => ({
    chunks: segment.chunkCount,
    deadChunks: segment.chunkCount - liveChunks,
    tombstones: segment.parts.tombstones.count,
  }));
}

interface Merged {
  readonly names: readonly string[];
  readonly run: SegmentRun;
  readonly bytes: Uint8Array;
  /** For each segment, 1 for the documents that are not in the result. */
  readonly leftOut: readonly (Uint8Array | undefined)[];
}

/** A rollback brings back segments without the newer ones that hid their documents. */
function areStillDead({ leftOut, names }: Merged, first: number, { view }: LoadedIndex): boolean {
  return names.every((_, place) => {
    const deadNow = view.segments[first + place]?.deadDocuments;
    return leftOut[place]?.every((isDead, document) => isDead === 0 || deadNow?.[document] === 1) ?? true;
  });
}

async function commitMerged(store: SnapshotStore, catalog: SegmentCatalog, merged: Merged): Promise<boolean> {
  const name = newSegmentName();
  const result = await store.update(async (draft, base) => {
    const index = await catalog.load(base);
    const { segments } = index.metadata;
    const first = segments.indexOf(merged.names[0] ?? '');
    const isUnchanged = first >= 0 && merged.names.every((one, place) => segments[first + place] === one);
    // Without its tombstones the result may only stand where nothing older is left to hide.
    if (!isUnchanged || (merged.run.first === 0 && first > 0) || !areStillDead(merged, first, index)) return;
    const next = segments.toSpliced(first, merged.names.length, name);
    const loaded = index.view.segments.map((part) => part.segment);
    const view = index.view.advance(
      loaded.toSpliced(first, merged.names.length, openSegment(name, memorySource(merged.bytes))),
    );
    for (const old of merged.names) draft.remove(old);
    draft.write(name, merged.bytes);
    draft.describe(
      encodeIndexMetadata({
        ...index.metadata,
        operation: 'merge',
        segments: next,
        documents: view.documentCount,
        chunks: view.chunkCount,
        added: 0,
        changed: 0,
        removed: 0,
      }),
    );
    draft.explain(`merged ${merged.names.length} segment${merged.names.length === 1 ? '' : 's'}`);
  });
  return result.isNew;
}
