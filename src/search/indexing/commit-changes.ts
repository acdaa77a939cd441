import { randomBytes } from 'node:crypto';
import type { Snapshot, SnapshotStore, UpdateResult } from '../../store/index.js';
import type { QuantizedVector } from '../embedding/index.js';
import { type IndexView, memorySource, openSegment, type VectorLookup } from '../segment/index.js';
import { type DocumentChange, type RemainingChanges, remainingOn } from './changeset.js';
import type { BatchSelection } from './document-batch.js';
import { encodeIndexMetadata } from './index-metadata.js';
import type { LoadedIndex, SegmentCatalog } from './segment-catalog.js';

/** Analysed documents, in this thread or another. */
export interface SegmentMaker {
  readonly embedder: { readonly id: string; readonly dimension: number };
  /** Hashes of the passages that may have vectors already. */
  chunkHashes(): readonly string[];
  adopt(vectors: ReadonlyMap<string, QuantizedVector>): Promise<void>;
  build(selection: BatchSelection): Promise<Uint8Array>;
}

/** A changeset and what it is made with. */
export interface ChangesToCommit {
  readonly changes: readonly DocumentChange[];
  readonly maker: SegmentMaker;
  /** Asked when another writer has changed the same path meanwhile: is ours what the files hold now? */
  readonly isCurrent: (change: DocumentChange) => boolean;
  readonly reason: string;
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
 * @throws StoreError as `SnapshotStore.update`; SearchError SEGMENT_DAMAGED if the base cannot be loaded
 */
export async function commitChanges(
  store: SnapshotStore,
  catalog: SegmentCatalog,
  wanted: ChangesToCommit,
): Promise<CommitOutcome> {
  let remaining = NOTHING_REMAINS;
  const segments = new SegmentCache(wanted.maker);
  await prepare(catalog, wanted, segments);
  const result = await store.update(async (draft, base) => {
    const index = await catalog.load(base);
    remaining = remainingOn(hashesOf(index.view), wanted.changes, wanted.isCurrent);
    if (remaining.written.size === 0 && remaining.removed.length === 0) return;
    const segment = await segments.make(remaining, index.view);
    draft.write(segment.name, segment.bytes);
    draft.describe(describeNext(index, segment, remaining, wanted.maker));
    draft.explain(wanted.reason);
    dropUnusedFiles(draft, base, index);
  });
  const { added, changed, removed } = result.isNew ? remaining : NOTHING_REMAINS;
  return { ...result, added, changed, removed: removed.length };
}

/** Builds what will most likely be committed before a base is chosen: the shorter a try, the fewer races are lost. */
async function prepare(catalog: SegmentCatalog, wanted: ChangesToCommit, segments: SegmentCache): Promise<void> {
  const { current } = catalog;
  if (current === undefined) return;
  const remaining = remainingOn(hashesOf(current.view), wanted.changes, wanted.isCurrent);
  if (remaining.written.size > 0 || remaining.removed.length > 0) await segments.make(remaining, current.view);
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

interface NewSegment {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The same selection gives the same segment, so that a rebase which drops nothing writes nothing again. */
class SegmentCache {
  readonly #maker: SegmentMaker;
  #key: string | undefined;
  #segment: NewSegment | undefined;

  constructor(maker: SegmentMaker) {
    this.#maker = maker;
  }

  async make(remaining: RemainingChanges, view: IndexView): Promise<NewSegment> {
    const key = JSON.stringify([[...remaining.written], remaining.removed]);
    if (this.#segment !== undefined && this.#key === key) return this.#segment;
    await this.#maker.adopt(findVectors(this.#maker.chunkHashes(), view.knownVectors(this.#maker.embedder.id)));
    const bytes = await this.#maker.build({ paths: remaining.written, tombstones: remaining.removed });
    this.#key = key;
    this.#segment = { name: newSegmentName(), bytes };
    return this.#segment;
  }
}

/** A file name that no other segment has. */
export function newSegmentName(): string {
  return `segment-${randomBytes(8).toString('hex')}`;
}

function findVectors(hashes: readonly string[], known: VectorLookup): ReadonlyMap<string, QuantizedVector> {
  const found = new Map<string, QuantizedVector>();
  for (const hash of hashes) {
    const vector = known.find(hash);
    if (vector !== undefined) found.set(hash, vector);
  }
  return found;
}

function describeNext(
  index: LoadedIndex,
  segment: NewSegment,
  remaining: RemainingChanges,
  maker: SegmentMaker,
): ReturnType<typeof encodeIndexMetadata> {
  const newest = openSegment(segment.name, memorySource(segment.bytes));
  const { documentCount, chunkCount } = index.view.advance([
    ...index.view.segments.map((part) => part.segment),
    newest,
  ]);
  return encodeIndexMetadata({
    operation: 'index',
    segments: [...index.metadata.segments, segment.name],
    embedder: { id: maker.embedder.id, dimension: maker.embedder.dimension },
    documents: documentCount,
    chunks: chunkCount,
    added: remaining.added,
    changed: remaining.changed,
    removed: remaining.removed.length,
  });
}

/** Files that no segment list names (of an index that could not be read, say) do not go on into the next generation. */
function dropUnusedFiles(draft: { remove(name: string): boolean }, base: Snapshot, index: LoadedIndex): void {
  const used = new Set(index.metadata.segments);
  for (const name of base.files.keys()) if (!used.has(name)) draft.remove(name);
}
