import type { SnapshotStore } from '../../store/index.js';
import type { DocumentFilter } from '../documents/index.js';
import { Comparisons } from './comparisons.js';
import type { DocumentSync } from './document-sync.js';
import type { IndexPlace } from './index-place.js';
import { IndexPresence } from './index-presence.js';
import type { IndexReader } from './index-reader.js';
import type { Indexer } from './indexer.js';
import { IndexerLag } from './indexer-lag.js';
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

/** After this long a follower looks itself whether what it waits for can be indexed at all, so many documents at a time. */
const DOUBT_MS = 2_000;
const DOUBTED_AT_ONCE = 32;
/** The keys under which failures are listed. */
const LOOK = 'looking';
const LEASE = 'lease';
/** The lease of the instance that embeds, of all that have the index open. */
export const EMBEDDING_LEASE = 'indexer';

/**
 * One instance among many on a project: the one with the lease indexes, the others follow its commits and take over
 * when it dies or lags. The lease saves work; what two instances do at the same time is settled by the store.
 */
export class Coordinator {
  /** How far the index is behind the files. */
  readonly comparisons: Comparisons;
  readonly #parts: CoordinatorParts;
  readonly #lease: KeptLease;
  readonly #embeddingLease: KeptLease;
  readonly #presence: IndexPresence;
  readonly #lag: IndexerLag;
  #unwatch: () => void = () => {};
  #looking: NodeJS.Timeout | undefined;
  #nextIdleLookMs = 0;
  /** True while the holder of the lease lags: this follower then works without waiting, until another commits. */
  #isActing = false;
  #isClosed = false;

  constructor(parts: CoordinatorParts) {
    this.#parts = parts;
    const { store, reader, place } = parts;
    this.#lease = new KeptLease(store, place.indexerLease);
    this.#embeddingLease = new KeptLease(store, EMBEDDING_LEASE);
    this.#lag = new IndexerLag(store, place);
    this.comparisons = new Comparisons({
      ...parts,
      isHeld: () => reader.current.hold !== null,
      onCompared: () => this.#workOrWait(),
    });
    this.#presence = new IndexPresence(store, () => this.comparisons.areDocumentsGoing);
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
    const { store, place } = this.#parts;
    this.#unwatch = store.watch((_generation, isAnew) => this.#follow(isAnew));
    this.#looking = setInterval(this.#lookAlone(), place.lookMs).unref();
    void this.comparisons.start(async () => {
      await this.#seekLease();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unwatch();
    clearInterval(this.#looking);
    this.#parts.indexer.close();
    this.#parts.backfill.close();
    await this.comparisons.close();
    await this.#embeddingLease.close();
    await this.#lease.close();
  }

  #workOrWait(): void {
    const { sync, indexer } = this.#parts;
    if (sync.pending.count === 0) return;
    if (this.role === 'indexer' || this.#isActing) indexer.runInBackground();
    else this.#lag.wait();
  }

  /** A newer generation, by anybody. */
  #follow(isAnew: boolean): void {
    const { store, reader, sync, problems } = this.#parts;
    reader.refresh().then(
      (index) => {
        if (index.writer !== store.describe().instance) this.#isActing = false;
        sync.pending.settle();
        problems.clear('refresh');
        this.#lag.restart({ isWaiting: sync.pending.count > 0 });
        // In another store than before everything may differ.
        if (isAnew) void this.comparisons.compareAnew();
        else this.#workOrWait();
      },
      (error: unknown) => problems.set('refresh', problemOf(error)),
    );
  }

  /** A look that is due, one at a time: where nobody answers, one can take longer than until the next. */
  #lookAlone(): () => void {
    const { problems } = this.#parts;
    let isLooking = false;
    const look = async (): Promise<void> => {
      this.comparisons.lookAround();
      if (isLooking || !this.#isLookDue()) return;
      isLooking = true;
      try {
        await this.#look();
        problems.clear(LOOK);
      } catch (error) {
        if (!this.#isClosed) problems.set(LOOK, problemOf(error));
      }
      isLooking = false;
    };
    return () => void look();
  }

  #isLookDue(): boolean {
    const nowMs = performance.now();
    const isQuiet = !this.comparisons.isBehind && !this.#presence.isGone;
    if (isQuiet && nowMs < this.#nextIdleLookMs) return false;
    const { lookMs, idleLookMs } = this.#parts.place;
    // Timers are never on time to the millisecond.
    this.#nextIdleLookMs = nowMs + idleLookMs - lookMs / 2;
    return true;
  }

  async #look(): Promise<void> {
    // Whoever removes the index directory under running servers wants it built anew; whoever moves the project does not.
    if (this.#isClosed || !this.#parts.sync.isRootThere) return;
    this.#parts.reader.requireSamePlace();
    const presence = await this.#presence.look();
    if (presence === 'gone') return;
    if (presence === 'made anew') {
      await this.#parts.reader.refresh();
      void this.comparisons.compareAnew();
    }
    // Whoever had the lease before may have died on a commit that was out of date when it came.
    if (this.role === 'follower' && (await this.#seekLease())) void this.comparisons.compareAnew();
    const { sync, indexer, backfill, reader } = this.#parts;
    if (this.#isClosed || reader.current.hold !== null) return;
    if (this.role === 'indexer' && sync.hasSwept && sync.pending.count === 0 && (await this.#mayEmbed()))
      backfill.runInBackground();
    if (sync.pending.count === 0) return;
    if (this.role === 'follower') {
      if (this.#lag.waitedMs > DOUBT_MS) await sync.readUnread(DOUBTED_AT_ONCE);
      this.#isActing ||= await this.#lag.isTooLong();
    }
    if (this.role === 'indexer' || this.#isActing) indexer.runInBackground();
  }

  /** Only one instance may, so that those that are configured otherwise do not undo each other's work. */
  async #mayEmbed(): Promise<boolean> {
    const { place, backfill } = this.#parts;
    return !place.isShared || (backfill.isDue && (await this.#embeddingLease.take()));
  }

  /** Takes the lease if it is free; true if it did. */
  async #seekLease(): Promise<boolean> {
    const { store, problems } = this.#parts;
    try {
      const isTaken = await this.#lease.take();
      if (this.#isClosed) return false;
      await store.introduce({ role: this.role });
      problems.clear(LEASE);
      return isTaken;
    } catch (error) {
      if (!this.#isClosed) problems.set(LEASE, problemOf(error));
      return false;
    }
  }
}
