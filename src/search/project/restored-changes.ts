import { isStoreError, type SnapshotStore } from '../../store/index.js';
import type { DocumentCounts, RestoredGeneration } from '../answers/history-answer.js';
import { SearchError } from '../errors.js';
import { readDifference } from './changed-paths.js';

/**
 * How many documents rollbacks and pulls changed. What the metadata of such a generation says is of the one that it
 * copies, so it
 * is compared with its parent: once, since neither ever changes.
 */
export class RestoredChanges {
  readonly #store: SnapshotStore;
  readonly #known = new Map<string, DocumentCounts>();

  constructor(store: SnapshotStore) {
    this.#store = store;
  }

  /** Undefined if one of the two cannot be read any more. */
  async read({ generation, createdAt, parent }: RestoredGeneration): Promise<DocumentCounts | undefined> {
    // Numbers can be used again after a recovery.
    const key = `${generation} ${createdAt}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    try {
      const { added, updated, removed } = await readDifference(this.#store, parent, generation);
      const counts = { added: added.length, changed: updated.length, removed: removed.length };
      this.#known.set(key, counts);
      return counts;
    } catch (error) {
      if (isStoreError(error) || error instanceof SearchError) return undefined;
      throw error;
    }
  }
}
