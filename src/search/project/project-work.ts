import os from 'node:os';
import { isStoreError, type SnapshotStore } from '../../store/index.js';
import { DocumentFilter, type StatCache } from '../documents/index.js';
import { SearchError } from '../errors.js';
import { IndexingPool } from '../indexing/indexing-pool.js';
import type { LoadedIndex } from '../indexing/segment-catalog.js';
import type { FileNow, IndexWrites } from '../requests/index.js';
import { Coordinator, EMBEDDING_LEASE } from './coordinator.js';
import { DocumentSync } from './document-sync.js';
import { indexPlaceOf } from './index-place.js';
import type { IndexReader } from './index-reader.js';
import { Indexer } from './indexer.js';
import type { IndexProgress, ProjectIndexOptions } from './options.js';
import { type ProblemList, problemOf } from './problem-list.js';
import type { ProjectEmbedder } from './project-embedder.js';
import { VectorBackfill } from './vector-backfill.js';

/** More threads than this do not make one project's index sooner. */
const MOST_THREADS = 4;

/** How far indexing is, and when to stop waiting for it. */
export interface IndexNowRequest {
  readonly onProgress?: (progress: IndexProgress) => void;
  readonly signal?: AbortSignal;
}

/** What indexing came to, in documents. */
export interface IndexNowTotals {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly skipped: number;
  /** Passages that had no vector of the configured embedder and got one. */
  readonly embedded: number;
}

/** What writes: comparing, indexing and taking part among the instances. Everything heavy starts with the first use. */
export class ProjectWork {
  readonly #pool: IndexingPool;
  readonly #sync: DocumentSync;
  readonly #indexer: Indexer;
  readonly #coordinator: Coordinator;
  readonly #backfill: VectorBackfill;
  readonly #store: SnapshotStore;
  readonly #problems: ProblemList;
  readonly #progressListeners = new Set<(progress: IndexProgress) => void>();
  #isStarted = false;

  constructor(
    options: ProjectIndexOptions,
    parts: {
      readonly store: SnapshotStore;
      readonly reader: IndexReader;
      readonly problems: ProblemList;
      /** What this process has read of the files. */
      readonly cache: StatCache;
      readonly embedder: ProjectEmbedder;
    },
  ) {
    const { store, reader, problems, cache, embedder } = parts;
    const { root, maximumFileBytes: maximumBytes, documentsPath, recursive, include, exclude, indexPath } = options;
    if (options.onProgress !== undefined) this.#progressListeners.add(options.onProgress);
    const onProgress = (progress: IndexProgress): void => {
      for (const listener of this.#progressListeners) listener(progress);
    };
    const filter = new DocumentFilter({ root, documentsPath, recursive, include, exclude, indexPath });
    const pool = new IndexingPool(Math.max(1, Math.min(MOST_THREADS, os.availableParallelism())));
    const sync = new DocumentSync({
      filter,
      cache,
      pool,
      problems,
      maximumBytes,
      current: () => reader.current,
      onUnsure: (before, after) => this.#doubtBetween(before, after),
      onProgress,
    });
    const indexer = new Indexer({
      store,
      reader,
      sync,
      pool,
      embedder,
      problems,
      root,
      indexPath,
      maximumBytes,
      onProgress,
    });
    const place = indexPlaceOf(options);
    const backfill = new VectorBackfill({ store, reader, place, pool, embedder, problems, onProgress });
    const { debounceMs, reconciliationIntervalMs } = options;
    this.#store = store;
    this.#problems = problems;
    this.#backfill = backfill;
    this.#pool = pool;
    this.#sync = sync;
    this.#indexer = indexer;
    this.#coordinator = new Coordinator({
      store,
      reader,
      sync,
      indexer,
      backfill,
      problems,
      filter,
      place,
      debounceMs,
      reconciliationIntervalMs,
    });
  }

  get pendingCount(): number {
    return this.#coordinator.comparisons.pendingPaths.size;
  }

  /** True if the files hold, or may hold, what the index does not; where they are not followed, as far as was looked. */
  get isBehind(): boolean {
    return this.#isStarted ? this.#coordinator.comparisons.isBehind : this.#sync.pending.count > 0;
  }

  get isIndexing(): boolean {
    return this.#indexer.isRunning || this.isComparing;
  }

  /** True until all files have been compared with the index once, and nothing is indexed meanwhile. */
  get isComparing(): boolean {
    return this.#isStarted && !this.#sync.hasSwept && !this.#indexer.isRunning;
  }

  /** True while this instance is the one that embeds the index anew where that is due. */
  get isEmbedder(): boolean {
    return this.#coordinator.isEmbedder;
  }

  get writes(): IndexWrites {
    return this.#indexer.writes;
  }

  /** True while passages that have no vector get one. */
  get isEmbedding(): boolean {
    return this.#backfill.isRunning;
  }

  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#coordinator.start();
  }

  /** Compares every document with the index anew, which is not what it was; what differs is indexed as ever. */
  compareAnew(): void {
    if (this.#isStarted) void this.#coordinator.comparisons.compareAnew();
  }

  #doubtBetween(before: LoadedIndex, after: LoadedIndex): void {
    if (this.#isStarted) void this.#coordinator.comparisons.doubtBetween(before, after);
  }

  /** Compares all files before a question is answered, where nothing tells of changes and that was not just done. */
  async compareIfDue(): Promise<void> {
    if (this.#isStarted) await this.#coordinator.comparisons.compareIfDue();
  }

  /** Documents whose files an answer found to differ from the index. */
  notice(differing: ReadonlyMap<string, FileNow>): void {
    if (this.#isStarted) this.#coordinator.comparisons.notice(differing);
  }

  /**
   * Compares, indexes and embeds once. An embedder that fails is listed as a problem: keywords are indexed all the same.
   * Aborting ends the waiting; a commit under way is finished, and an instance that follows the files goes on.
   * @throws the reason of the signal; StoreError STORE_HELD, LOCK_TIMEOUT, NO_SPACE, …
   */
  async indexNow({ onProgress, signal }: IndexNowRequest): Promise<IndexNowTotals> {
    if (onProgress !== undefined) this.#progressListeners.add(onProgress);
    try {
      return await unlessAborted(this.#indexAll(signal), signal);
    } finally {
      if (onProgress !== undefined) this.#progressListeners.delete(onProgress);
    }
  }

  async #indexAll(signal: AbortSignal | undefined): Promise<IndexNowTotals> {
    signal?.throwIfAborted();
    const embeddedBefore = this.#backfill.embeddedCount;
    // Whoever follows the files has compared them by their times; who asks all the same wants them read.
    await (this.#isStarted ? this.#coordinator.comparisons.compareThoroughly() : this.#sync.sweep());
    signal?.throwIfAborted();
    const totals = await this.#indexer.runAndMerge();
    signal?.throwIfAborted();
    await this.#embedWhatLacks();
    const embedded = this.#backfill.embeddedCount - embeddedBefore;
    return { ...totals, skipped: this.#sync.skippedCount, embedded };
  }

  async #embedWhatLacks(): Promise<void> {
    if (!this.#backfill.isDue) return;
    try {
      // A server that has the lease embeds by itself, with its own settings.
      const lease = await this.#store.tryLease(EMBEDDING_LEASE);
      if (lease === undefined) return;
      try {
        await this.#backfill.run();
      } finally {
        await lease.release();
      }
    } catch (error) {
      const isExpected = error instanceof SearchError ? error.code !== 'INDEX_CLOSED' : isStoreError(error);
      if (!isExpected) throw error;
      this.#problems.set('embedding', problemOf(error));
    }
  }

  /** Takes note of what a newer generation has settled. */
  settle(): void {
    this.#sync.pending.settle();
  }

  async close(): Promise<void> {
    await this.#coordinator.close();
    await this.#pool.close();
  }
}

/** What `work` comes to; once the signal is aborted nobody waits for it, and what fails in it is tried again anyway. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
