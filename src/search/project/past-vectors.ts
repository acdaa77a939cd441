import { isStoreError, type SnapshotStore } from '../../store/index.js';
import type { QuantizedVector } from '../embedding/index.js';
import { SearchError } from '../errors.js';
import { isIndex, readIndexMetadata } from '../indexing/index-metadata.js';
import { findVectors } from '../indexing/new-segment.js';
import { SegmentCatalog } from '../indexing/segment-catalog.js';
import { knownVectors, type VectorKind } from '../segment/index.js';

/** What is looked for in older generations. */
export interface WantedVectors {
  /** As `AnalysedChunk.hash`. */
  readonly hashes: readonly string[];
  readonly kind: VectorKind;
  /** Segments in which they are not. */
  readonly beside: readonly string[];
}

/**
 * Vectors that the generations hold which can still be gone back to, the newest first: merging drops what is dead, and a
 * branch that is checked out again brings it back. Reads the manifest of each, and of their segments those that it must.
 */
export async function findPastVectors(
  store: SnapshotStore,
  { hashes, kind, beside }: WantedVectors,
): Promise<ReadonlyMap<string, QuantizedVector>> {
  const found = new Map<string, QuantizedVector>();
  const looked = new Set(beside);
  for (const entry of (await store.history()).generations) {
    const missing = hashes.filter((hash) => !found.has(hash));
    if (missing.length === 0) break;
    if (!isIndex(entry)) continue;
    const segments = await orNothing(() => readIndexMetadata(entry).segments.filter((name) => !looked.has(name)));
    if (segments === undefined || segments.length === 0) continue;
    for (const name of segments) looked.add(name);
    const past = await orNothing(() => findIn(store, { ...entry, segments }, { hashes: missing, kind }));
    for (const [hash, vector] of past ?? []) found.set(hash, vector);
  }
  return found;
}

async function findIn(
  store: SnapshotStore,
  { generation, segments }: { readonly generation: number; readonly segments: readonly string[] },
  { hashes, kind }: Omit<WantedVectors, 'beside'>,
): Promise<ReadonlyMap<string, QuantizedVector>> {
  const catalog = new SegmentCatalog();
  try {
    await using snapshot = await store.openGeneration(generation);
    return findVectors(hashes, knownVectors(await catalog.openSegments(snapshot, { segments }), kind));
  } finally {
    catalog.close();
  }
}

/** A generation that goes meanwhile, or is damaged, tells nothing: what it had is made again. */
async function orNothing<Value>(read: () => Value | Promise<Value>): Promise<Value | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isStoreError(error) || error instanceof SearchError) return undefined;
    throw error;
  }
}
