import { isStoreError, type SnapshotStore } from '../../store/index.js';
import { SearchError } from '../errors.js';
import { type MergeFiles, mergeOnce, sizesOf } from './commit-merge.js';
import { type MergeUrgency, mergeUrgency } from './merge-policy.js';
import type { SegmentCatalog } from './segment-catalog.js';

/** Held by the one instance that merges: what several merged at the same time, all but one would have merged in vain. */
const LEASE = 'merging';
/** Without a persist for this long, nobody is kept waiting by a merge. */
const QUIET_MS = 100;

/** What merging works with. */
export interface BackgroundMergingParts {
  readonly store: SnapshotStore;
  readonly catalog: SegmentCatalog;
  readonly merge: MergeFiles;
  /** Makes the newest generation the catalog's current one. */
  readonly load: () => Promise<void>;
}

/**
 * Keeps the number of segments logarithmic behind the back of whoever persists; each document is merged a few times in
 * its life. Merging waits for a quiet moment, until so many segments wait that queries would feel it.
 */
export class BackgroundMerging {
  readonly #parts: BackgroundMergingParts;
  #running: Promise<void> | undefined;
  #quiet: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(parts: BackgroundMergingParts) {
    this.#parts = parts;
  }

  /** Takes notice of a commit of this process. */
  afterCommit(): void {
    clearTimeout(this.#quiet);
    const urgency = this.#urgency();
    if (urgency === 'now') this.#runInBackground();
    if (urgency === 'when quiet') this.#quiet = setTimeout(() => this.#runInBackground(), QUIET_MS).unref();
  }

  /** Merges until nothing is due. @throws what merging said */
  async finish(): Promise<void> {
    clearTimeout(this.#quiet);
    await this.#running;
    if (this.#urgency() !== 'not due') await this.#run(() => this.#mergeAll());
  }

  /** Waits for the merge under way; starts none any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#quiet);
    await this.#running?.catch(() => {});
  }

  #urgency(): MergeUrgency {
    const { current } = this.#parts.catalog;
    return current === undefined || this.#isClosed ? 'not due' : mergeUrgency(sizesOf(current));
  }

  #runInBackground(): void {
    // Whoever finishes is told of a failure; nobody else waits.
    if (this.#running === undefined) this.#run(() => this.#mergeAlone()).catch(() => {});
  }

  #run(action: () => Promise<void>): Promise<void> {
    const running = action().finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }

  /** Does nothing while another instance merges. */
  async #mergeAlone(): Promise<void> {
    try {
      const lease = await this.#parts.store.tryLease(LEASE);
      if (lease === undefined) return;
      try {
        await this.#mergeAll();
      } finally {
        await lease.release();
      }
    } catch (error) {
      if (!isStoreError(error)) throw error;
    }
  }

  async #mergeAll(): Promise<void> {
    const { store, catalog, merge, load } = this.#parts;
    try {
      // Once, even if it is closed meanwhile: a program that persists and closes each time must merge at some time.
      while (await mergeOnce(store, catalog, merge)) {
        if (this.#isClosed) return;
        await load();
      }
    } catch (error) {
      // The change is committed; merging is tried again after the next one.
      if (!isStoreError(error) && !(error instanceof SearchError)) throw error;
    }
  }
}
