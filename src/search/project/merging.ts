import { isStoreError, type SnapshotStore } from '../../store/index.js';
import { SearchError } from '../errors.js';
import { mergeOnce } from '../indexing/commit-merge.js';
import type { IndexingPool } from '../indexing/indexing-pool.js';
import type { VectorKind } from '../segment/index.js';
import { type IndexReader, isDamage } from './index-reader.js';
import type { ProjectEmbedder } from './project-embedder.js';

/** What merging works with. */
export interface MergingParts {
  readonly store: SnapshotStore;
  readonly reader: IndexReader;
  readonly pool: IndexingPool;
  readonly embedder: ProjectEmbedder;
}

/**
 * Merges segments in a thread until none are due, or `isEnough`.
 * @throws what `isDamage` tells, and what nobody expects
 */
export async function mergeWhileDue(
  { store, reader, pool, embedder }: MergingParts,
  isEnough: () => boolean,
): Promise<void> {
  try {
    for (;;) {
      if (isEnough()) return;
      reader.requireSamePlace();
      const isMerged = await mergeOnce(store, reader.catalog, (inputs, dropTombstones) =>
        pool.merge(inputs, dropTombstones, kindOf(embedder)),
      );
      if (!isMerged) return;
      await reader.refresh();
    }
  } catch (error) {
    // Merging saves space and time and nothing else: what stands in its way is no reason to fail, unless it is damage.
    const isExpected = isStoreError(error) || (error instanceof SearchError && error.code !== 'INDEXING_FAILED');
    if (!isExpected || isDamage(error)) throw error;
  }
}

/** As plain data, for the way to another thread. */
function kindOf({ loaded }: ProjectEmbedder): VectorKind | undefined {
  return loaded === undefined ? undefined : { id: loaded.id, dimension: loaded.dimension };
}
