import { LONGEST_TIMER_MS, type SnapshotStore } from '../../store/index.js';
import { type DocumentFilter, type DocumentProblem, DocumentWatcher } from '../documents/index.js';
import type { DocumentSync } from './document-sync.js';
import type { IndexPlace } from './index-place.js';
import type { IndexReader } from './index-reader.js';
import type { Indexer } from './indexer.js';
import { KeptLease } from './kept-lease.js';
import { type ProblemList, problemOf } from './problem-list.js';
import type { VectorBackfill } from './vector-backfill.js';

/** What a coordinator works with. */
export interface CoordinatorParts {
  readonly store: SnapshotStore;
  readonly reader: IndexReader;
  readonly sync: DocumentSync;
  readonly indexer: Indexer;
  readonly backfill: VectorBackfill;
  readonly problems: ProblemList;
  readonly filter: DocumentFilter;
  readonly place: IndexPlace;
  readonly debounceMs: number;
  readonly reconciliationIntervalMs: number;
}

/** A follower does the work itself when the indexer lags, or, whatever signs it gives, makes no generation for this long … */
const STUCK_MS = 120_000;
/** … and up to this much longer, by chance, so that not all of them begin at once. */
const LAG_SPREAD_MS = 3_000;
/** Without a watcher the files are compared this often. */
const UNWATCHED_INTERVAL_MS = 60_000;
/** A comparison that failed is tried again this much later, or when something changes. */
const RETRY_MS = 5_000;
const WATCHING = 'watching';
const SWEEP = 'comparing';
/** The lease of the instance that embeds, of all that have the index open. */
export const EMBEDDING_LEASE = 'indexer';

/**
 * One instance among many on a project: the one with the lease indexes, the others follow its commits and take over
 * when it dies or lags. The lease saves work; what two instances do at the same time is settled by the store.
 */
export class Coordinator {
  readonly #parts: CoordinatorParts;
  readonly #lease: KeptLease;
  readonly #embeddingLease: KeptLease;
  #watcher: DocumentWatcher | undefined;
  #unwatch: () => void = () => {};
  #looking: NodeJS.Timeout | undefined;
  #reconciling: NodeJS.Timeout | undefined;
  #queue: Promise<void> = Promise.resolve();
  /** True until a comparison of all files that is due has been made. */
  #isSweepDue = true;
  #waitingSinceMs = 0;
  readonly #lagMs: number;
  /** The indexer's last sign of life, and when it was seen. */
  #indexerSign: string | undefined;
  #indexerSeenMs = 0;
  /** True while the holder of the lease lags: this follower then works without waiting, until another commits. */
  #isActing = false;
  #wasHeld = false;
  #isClosed = false;

  constructor(parts: CoordinatorParts) {
    this.#parts = parts;
    this.#lagMs = parts.place.lagMs + LAG_SPREAD_MS * Math.random();
    this.#lease = new KeptLease(parts.store, parts.place.indexerLease);
    this.#embeddingLease = new KeptLease(parts.store, EMBEDDING_LEASE);
  }

  /** `indexer` while this instance has the lease. */
  get role(): 'indexer' | 'follower' {
    return this.#lease.isHeld ? 'indexer' : 'follower';
  }

  /** True while this instance is the one that gives vectors to passages which have none. */
  get isEmbedder(): boolean {
    return this.role === 'indexer' && (!this.#parts.place.isShared || this.#embeddingLease.isHeld);
  }

  /** Begins to watch, compare and follow; returns before any of it is done. */
  start(): void {
    const { store, problems, place } = this.#parts;
    this.#wasHeld = this.#parts.reader.current.hold !== null;
    this.#unwatch = store.watch((_generation, isAnew) => this.#follow(isAnew));
    let isLooking = false;
    this.#looking = setInterval(() => {
      // Where nobody answers, a look can take longer than until the next one.
      if (isLooking) return;
      isLooking = true;
      this.#look()
        .catch((error: unknown) => {
          if (!this.#isClosed) problems.set('lease', problemOf(error));
        })
        .finally(() => {
          isLooking = false;
        });
    }, place.lookMs).unref();
    void this.#inTurn(async () => {
      await this.#seekLease();
      // Watch first, compare then, so that nothing falls in between.
      await this.#watch();
      await this.#sweep();
    });
  }

  /** Compares all files with the index and indexes what differs. */
  reconcile(): Promise<void> {
    return this.#inTurn(() => this.#sweep());
  }

  /** Reads every file and compares it with the index, in turn with what else compares. What fails is the caller's. */
  compareThoroughly(): Promise<void> {
    const comparing = this.#queue.then(() => this.#parts.sync.sweep({ isThorough: true }));
    this.#queue = comparing.catch(() => {});
    return comparing;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unwatch();
    clearInterval(this.#looking);
    clearTimeout(this.#reconciling);
    this.#parts.indexer.close();
    this.#parts.backfill.close();
    await this.#watcher?.close();
    await this.#embeddingLease.close();
    await this.#lease.close();
  }

  /** Comparing is done by one caller at a time; a failure is listed and does not stop the next. */
  #inTurn(action: () => Promise<void>): Promise<void> {
    const { problems } = this.#parts;
    this.#queue = this.#queue.then(async () => {
      if (this.#isClosed) return;
      try {
        await action();
        problems.clear(SWEEP);
      } catch (error) {
        if (!this.#isClosed) problems.set(SWEEP, problemOf(error));
      }
    });
    return this.#queue;
  }

  async #watch(): Promise<void> {
    const { filter, debounceMs, sync } = this.#parts;
    const watcher = await DocumentWatcher.start({
      filter,
      debounceMs,
      onChange: (paths) => {
        void this.#inTurn(async () => {
          if (this.#isSweepDue) return this.#sweep();
          await sync.look(paths);
          this.#workOrWait();
        });
      },
      onRescan: () => void this.#inTurn(() => this.#sweep()),
      onProblem: (problem) => this.#report(problem),
    });
    if (this.#isClosed) await watcher.close();
    else this.#watcher = watcher;
  }

  async #sweep(): Promise<void> {
    clearTimeout(this.#reconciling);
    this.#isSweepDue = true;
    try {
      await this.#parts.sync.sweep();
      this.#isSweepDue = false;
    } finally {
      this.#scheduleSweep(this.#isSweepDue ? RETRY_MS : LONGEST_TIMER_MS);
    }
    this.#workOrWait();
  }

  #scheduleSweep(mostMs: number): void {
    const { reconciliationIntervalMs, problems } = this.#parts;
    const isWatching = !problems.has(WATCHING);
    const waitMs = Math.min(mostMs, reconciliationIntervalMs, isWatching ? LONGEST_TIMER_MS : UNWATCHED_INTERVAL_MS);
    if (waitMs > 0) this.#reconciling = setTimeout(() => void this.reconcile(), waitMs).unref();
  }

  #workOrWait(): void {
    const { sync, indexer } = this.#parts;
    if (sync.pendingCount === 0) return;
    if (this.role === 'indexer' || this.#isActing) indexer.runInBackground();
    else if (this.#waitingSinceMs === 0) this.#waitingSinceMs = performance.now();
  }

  /** A newer generation, by anybody. */
  #follow(isAnew: boolean): void {
    const { store, reader, sync, problems } = this.#parts;
    reader.refresh().then(
      (index) => {
        const wasHeld = this.#wasHeld;
        this.#wasHeld = index.hold !== null;
        if (index.writer !== store.describe().instance) this.#isActing = false;
        sync.settle();
        problems.clear('refresh');
        this.#waitingSinceMs = sync.pendingCount === 0 ? 0 : performance.now();
        // After a hold everything may differ, whoever ended it; and in another store than before.
        if (isAnew || (wasHeld && index.hold === null)) void this.reconcile();
        else this.#workOrWait();
      },
      (error: unknown) => problems.set('refresh', problemOf(error)),
    );
  }

  async #look(): Promise<void> {
    if (this.#isClosed) return;
    // Whoever removes the index directory under running servers wants it built anew.
    if (await this.#parts.store.revive()) {
      await this.#parts.reader.refresh();
      void this.reconcile();
    }
    // Whoever had the lease before may have died on a commit that was out of date when it came.
    if (this.role === 'follower' && (await this.#seekLease())) void this.reconcile();
    const { sync, indexer, backfill, reader } = this.#parts;
    if (this.#isClosed || reader.current.hold !== null) return;
    if (this.role === 'indexer' && sync.hasSwept && sync.pendingCount === 0 && (await this.#mayEmbed()))
      backfill.runInBackground();
    if (sync.pendingCount === 0) return;
    if (this.role === 'follower') this.#isActing ||= await this.#isIndexerLagging();
    if (this.role === 'indexer' || this.#isActing) indexer.runInBackground();
  }

  /** Only one instance may, so that those that are configured otherwise do not undo each other's work. */
  async #mayEmbed(): Promise<boolean> {
    const { place, backfill } = this.#parts;
    return !place.isShared || (backfill.isDue && (await this.#embeddingLease.take()));
  }

  /** A busy indexer gives signs of life while its threads work; a stopped one gives none. */
  async #isIndexerLagging(): Promise<boolean> {
    const nowMs = performance.now();
    const { store, place } = this.#parts;
    const sign = await store.leaseVersion(place.indexerLease);
    if (sign !== this.#indexerSign) {
      this.#indexerSign = sign;
      this.#indexerSeenMs = nowMs;
    }
    const waitedMs = this.#waitingSinceMs === 0 ? 0 : nowMs - this.#waitingSinceMs;
    return waitedMs > STUCK_MS || (waitedMs > this.#lagMs && nowMs - this.#indexerSeenMs > this.#lagMs);
  }

  /** Takes the lease if it is free; true if it did. */
  async #seekLease(): Promise<boolean> {
    const { store, problems } = this.#parts;
    try {
      const isTaken = await this.#lease.take();
      if (this.#isClosed) return false;
      await store.introduce({ role: this.role });
      problems.clear('lease');
      return isTaken;
    } catch (error) {
      if (!this.#isClosed) problems.set('lease', problemOf(error));
      return false;
    }
  }

  #report(problem: DocumentProblem): void {
    const { problems } = this.#parts;
    if (problem.code !== 'NOT_WATCHING') {
      problems.set(`folder ${problem.path}`, problem);
      return;
    }
    problems.set(WATCHING, problem);
    clearTimeout(this.#reconciling);
    this.#scheduleSweep(LONGEST_TIMER_MS);
  }
}
