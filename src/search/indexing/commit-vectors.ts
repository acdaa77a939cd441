import type { SnapshotStore } from '../../store/index.js';
import { type IndexView, lackingVectors, type VectorKind } from '../segment/index.js';
import { addSegment, SegmentCache, type SegmentMaker, vectorsIn } from './new-segment.js';
import type { SegmentCatalog } from './segment-catalog.js';

/** Documents that were embedded, as they were when that began. */
export interface VectorsToCommit {
  readonly documents: readonly { readonly path: string; readonly contentHash: string }[];
  readonly maker: SegmentMaker;
  readonly reason: string;
}

/**
 * Commits documents with their vectors as one generation with one new segment, in place of the same documents without.
 * What has changed meanwhile, or has its vectors from another writer, drops out; false if nothing is left.
 * @throws StoreError as `SnapshotStore.update`; SearchError SEGMENT_DAMAGED if the base cannot be loaded
 */
export async function commitVectors(
  store: SnapshotStore,
  catalog: SegmentCatalog,
  { documents, maker, reason }: VectorsToCommit,
): Promise<boolean> {
  const segments = new SegmentCache(maker);
  const selectionOn = (
    view: IndexView,
  ): { readonly written: ReadonlySet<string>; readonly removed: readonly string[] } => ({
    written: new Set(documents.filter((document) => isWanted(view, document, maker.embedder)).map(({ path }) => path)),
    removed: [],
  });
  // Built before a base is chosen: the shorter a try, the fewer races are lost.
  if (catalog.current !== undefined)
    await segments.make(selectionOn(catalog.current.view), vectorsIn(catalog.current.view));
  let view: IndexView | undefined;
  const result = await store.update(async (draft, base) => {
    const index = await catalog.load(base);
    const selection = selectionOn(index.view);
    if (selection.written.size === 0) return;
    const segment = await segments.make(selection, vectorsIn(index.view));
    const counts = { added: 0, changed: 0, removed: 0 };
    view = addSegment(draft, base, index, { segment, counts, embedder: maker.embedder, reason });
  });
  if (result.isNew && view !== undefined) catalog.adopt(view);
  return result.isNew;
}

function isWanted(
  view: IndexView,
  { path, contentHash }: { readonly path: string; readonly contentHash: string },
  kind: VectorKind,
): boolean {
  const location = view.find(path);
  if (location === undefined || view.document(location).contentHash !== contentHash) return false;
  return lackingVectors(view, location, kind) > 0;
}
