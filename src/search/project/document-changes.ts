import { isStoreError, type SnapshotStore } from '../../store/index.js';
import { SearchError } from '../errors.js';
import { hashesOf } from '../indexing/commit-changes.js';
import type { LoadedIndex } from '../indexing/segment-catalog.js';
import type { DocumentsChanged } from '../requests/index.js';
import { type ChangedPaths, changedFrom, pathsBetween, readChangesBetween } from './changed-paths.js';
import type { IndexReader } from './index-reader.js';

/** Several commits within this time are told as one. */
const SETTLE_MS = 100;

/** Tells which documents of the index changed, whichever instance committed it. */
export class DocumentChanges {
  readonly #store: SnapshotStore;
  readonly #reader: IndexReader;
  readonly #listener: (changed: DocumentsChanged) => void;
  readonly #unwatch: () => void;
  readonly #endNoting: () => void;
  #told: LoadedIndex;
  /** What documents held when they were last told of, if they were named since; `undefined` if any may have changed. */
  #former: Map<string, string | undefined> | undefined = new Map();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** Begins with what is loaded now. */
  constructor(store: SnapshotStore, reader: IndexReader, listener: (changed: DocumentsChanged) => void) {
    this.#store = store;
    this.#reader = reader;
    this.#listener = listener;
    this.#told = reader.current;
    this.#endNoting = reader.onReplacement((before, after) => this.#note(before, after));
    this.#unwatch = store.watch(() => this.#schedule());
    // What was committed between loading and watching.
    this.#schedule();
  }

  close(): void {
    this.#isClosed = true;
    this.#unwatch();
    this.#endNoting();
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

  #note(before: LoadedIndex | undefined, after: LoadedIndex): void {
    const named = before && pathsBetween(before, after);
    if (before === undefined || named === undefined) {
      this.#former = undefined;
      return;
    }
    const hashes = hashesOf(before.view);
    for (const path of named) if (this.#former?.has(path) === false) this.#former.set(path, hashes.find(path));
  }

  async #tell(): Promise<void> {
    await this.#reader.refresh();
    if (this.#isClosed) return;
    const before = this.#told;
    const former = this.#former;
    const after = this.#reader.current;
    this.#told = after;
    this.#former = new Map();
    if (after.generation === before.generation && after.nonce === before.nonce) return;
    const hashes = hashesOf(after.view);
    const changed =
      former === undefined ? await this.#compare(before, after) : changedFrom(former, (path) => hashes.find(path));
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
