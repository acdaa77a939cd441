import { isStoreError, type Snapshot, type SnapshotStore } from '../../store/index.js';
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

/** So many generations are kept from being collected at most; each is a pin. */
const MOST_KEPT = 8;

/**
 * Vectors that the generations hold which can still be gone back to: merging drops what is dead, and a branch that is
 * checked out again brings it back. Generations that had some stay until this is disposed of: whoever gives vectors to
 * many documents makes so many generations that those would be collected before all is taken over.
 */
export class PastVectors implements AsyncDisposable {
  readonly #store: SnapshotStore;
  readonly #kept = new Map<number, Snapshot>();

  constructor(store: SnapshotStore) {
    this.#store = store;
  }

  /** Looks in the newest generations first; reads the manifest of each, and of their segments those that it must. */
  async find({ hashes, kind, beside }: WantedVectors): Promise<ReadonlyMap<string, QuantizedVector>> {
    const found = new Map<string, QuantizedVector>();
    const looked = new Set(beside);
    for (const entry of (await this.#store.history()).generations) {
      const missing = hashes.filter((hash) => !found.has(hash));
      if (missing.length === 0) break;
      if (!isIndex(entry)) continue;
      const segments = await orNothing(() => readIndexMetadata(entry).segments.filter((name) => !looked.has(name)));
      if (segments === undefined || segments.length === 0) continue;
      for (const name of segments) looked.add(name);
      const past = await orNothing(() => this.#findIn({ ...entry, segments }, { hashes: missing, kind }));
      for (const [hash, vector] of past ?? []) found.set(hash, vector);
    }
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const snapshot of this.#kept.values()) await snapshot.close();
    this.#kept.clear();
  }

  async #findIn(
    { generation, segments }: { readonly generation: number; readonly segments: readonly string[] },
    { hashes, kind }: Omit<WantedVectors, 'beside'>,
  ): Promise<ReadonlyMap<string, QuantizedVector>> {
    const catalog = new SegmentCatalog();
    const snapshot = this.#kept.get(generation) ?? (await this.#store.openGeneration(generation));
    try {
      const found = findVectors(hashes, knownVectors(await catalog.openSegments(snapshot, { segments }), kind));
      if (found.size > 0 && this.#kept.size < MOST_KEPT) this.#kept.set(generation, snapshot);
      return found;
    } finally {
      catalog.close();
      if (this.#kept.get(generation) !== snapshot) await snapshot.close();
    }
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
