import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import type { SnapshotStore, UpdateResult } from '../../store/index.js';
import type { IndexView } from '../segment/index.js';
import { type DocumentChange, type RemainingChanges, remainingOn } from './changeset.js';
import {
  type Addition,
  addSegment,
  SegmentCache,
  type SegmentMaker,
  vectorsIn,
  vectorsInTurns,
} from './new-segment.js';
import type { LoadedIndex, SegmentCatalog } from './segment-catalog.js';

/** A changeset and what it is made with. */
export interface ChangesToCommit {
  readonly changes: readonly DocumentChange[];
  readonly maker: SegmentMaker;
  /** Asked when another writer has changed the same path meanwhile: is ours what the files hold now? */
  readonly isCurrent: (change: DocumentChange) => boolean;
  /** Why, for the history; told of what is left to do. */
  readonly reasonFor: (counts: Addition['counts']) => string;
  /** See `IndexMetadata`; default that of the base. */
  readonly root?: string | undefined;
  /** Throws where a base may not be built on. */
  readonly requireAllowed?: (base: LoadedIndex) => void;
}

/** What a changeset came to. */
export interface CommitOutcome extends UpdateResult {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

const NOTHING_REMAINS: RemainingChanges = { written: new Set(), removed: [], added: 0, changed: 0 };

/**
 * Commits a changeset as one generation with one new segment. After a lost race the changeset is looked at again on the
 * winner's generation: what the winner has already indexed drops out, and if nothing is left nothing is committed.
 * @throws StoreError as `SnapshotStore.update`; SearchError SEGMENT_DAMAGED if the base cannot be loaded; what `requireAllowed` throws
 */
export async function commitChanges(
  store: SnapshotStore,
  catalog: SegmentCatalog,
  wanted: ChangesToCommit,
): Promise<CommitOutcome> {
  let remaining = NOTHING_REMAINS;
  let view: IndexView | undefined;
  const segments = new SegmentCache(wanted.maker);
  await prepare(catalog, wanted, segments);
  const result = await store.update(async (draft, base) => {
    const index = await catalog.load(base);
    wanted.requireAllowed?.(index);
    remaining = remainingOn(hashesOf(index.view), wanted.changes, wanted.isCurrent);
    if (remaining.written.size === 0 && remaining.removed.length === 0) return;
    const segment = await segments.make(remaining, vectorsIn(index.view));
    const counts = { added: remaining.added, changed: remaining.changed, removed: remaining.removed.length };
    const { maker, reasonFor, root } = wanted;
    const addition = { segment, counts, embedder: maker.embedder, reason: reasonFor(counts), root };
    view = addSegment(draft, base, index, addition);
  });
  if (result.isNew && view !== undefined) catalog.adopt(view);
  const { added, changed, removed } = result.isNew ? remaining : NOTHING_REMAINS;
  return { ...result, added, changed, removed: removed.length };
}

/**
 * Builds what will most likely be committed before a base is chosen: the shorter a try, the fewer races are lost. The
 * index may become another one meanwhile.
 */
async function prepare(catalog: SegmentCatalog, wanted: ChangesToCommit, segments: SegmentCache): Promise<void> {
  const { current } = catalog;
  if (current === undefined) return;
  const remaining = remainingOn(hashesOf(current.view), wanted.changes, wanted.isCurrent);
  if (remaining.written.size === 0 && remaining.removed.length === 0) return;
  await eventLoopTurn();
  const currentView = (): IndexView => (catalog.current ?? current).view;
  await segments.make(remaining, vectorsInTurns(currentView));
}

/** The content hashes of a view. */
export function hashesOf(view: IndexView): { find(path: string): string | undefined } {
  return {
    find: (path) => {
      const location = view.find(path);
      return location === undefined ? undefined : view.document(location).contentHash;
    },
  };
}
