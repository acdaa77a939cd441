import { isStoreError, type SnapshotStore } from '../../store/index.js';
import { SearchError } from '../errors.js';
import type { LoadedIndex } from '../indexing/segment-catalog.js';
import type { DocumentsChanged } from '../requests/index.js';
import { type ChangedPaths, changedByAddition, readChangesBetween } from './changed-paths.js';
import type { IndexReader } from './index-reader.js';

/** Several commits within this time are told as one. */
const SETTLE_MS = 100;

/** Tells which documents of the index changed, whichever instance committed it. */
export class DocumentChanges {
  readonly #store: SnapshotStore;
  readonly #reader: IndexReader;
  readonly #listener: (changed: DocumentsChanged) => void;
  readonly #unwatch: () => void;
  #told: LoadedIndex;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** Begins with what is loaded now. */
  constructor(store: SnapshotStore, reader: IndexReader, listener: (changed: DocumentsChanged) => void) {
    this.#store = store;
    this.#reader = reader;
    this.#listener = listener;
    this.#told = reader.current;
    this.#unwatch = store.watch(() => this.#schedule());
    // What was committed between loading and watching.
    this.#schedule();
  }

  close(): void {
    this.#isClosed = true;
    this.#unwatch();
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#tell().catch(() => {
        // Whoever asks the index is told what is wrong with it; with the next commit this is tried again.
      });
    }, SETTLE_MS).unref();
  }

  async #tell(): Promise<void> {
    await this.#reader.refresh();
    if (this.#isClosed) return;
    const before = this.#told;
    const after = this.#reader.current;
    if (after.generation === before.generation && after.nonce === before.nonce) return;
    this.#told = after;
    const changed = changedByAddition(before.view, after.view) ?? (await this.#compare(before, after));
    const { added, updated, removed } = changed;
    if (this.#isClosed || added.length + updated.length + removed.length === 0) return;
    this.#listener({ generation: after.generation, ...changed });
  }

  async #compare(before: LoadedIndex, after: LoadedIndex): Promise<ChangedPaths> {
    try {
      return await readChangesBetween(this.#store, before, after);
    } catch (error) {
      if (!isStoreError(error) && !(error instanceof SearchError)) throw error;
      // What the former one held cannot be read any more: anything may have changed.
      return { added: [], updated: this.#reader.current.view.paths(), removed: [] };
    }
  }
}
