import { setTimeout as pause } from 'node:timers/promises';
import { LONGEST_TIMER_MS, type SnapshotStore } from '../../store/index.js';
import type { DocumentFilter } from '../documents/index.js';
import type { FileNow } from '../requests/index.js';
import { Certainty } from './certainty.js';
import type { DocumentSync } from './document-sync.js';
import { DocumentWatch } from './document-watch.js';
import type { IndexPlace } from './index-place.js';
import { IndexPresence } from './index-presence.js';
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
/** After this long it looks itself whether what it waits for can be indexed at all, so many documents at a time. */
const DOUBT_MS = 2_000;
const DOUBTED_AT_ONCE = 32;
/** A comparison that failed is tried again this much later, or when something changes. */
const RETRY_MS = 5_000;
/** A question waits no longer than this for a comparison of all files. */
const COMPARISON_PATIENCE_MS = 1_000;
const SWEEP = 'comparing';
const LOOK = 'looking';
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
  readonly #watch: DocumentWatch;
  readonly #certainty = new Certainty();
  #unwatch: () => void = () => {};
  #nextIdleLookMs = 0;
  readonly #presence: IndexPresence;
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
    this.#presence = new IndexPresence(parts.store, () => this.#watch.areDocumentsGoing);
    const { filter, debounceMs, problems } = parts;
    this.#watch = new DocumentWatch({
      filter,
      debounceMs,
      problems,
      documentsBelow: (folder) => parts.sync.documentsBelow(folder),
      look: (paths) => this.#lookAt(paths),
      compareAll: () => void this.compareAnew(),
    });
  }

  /** `indexer` while this instance has the lease. */
  get role(): 'indexer' | 'follower' {
    return this.#lease.isHeld ? 'indexer' : 'follower';
  }

  /** True while this instance is the one that gives vectors to passages which have none. */
  get isEmbedder(): boolean {
    return this.role === 'indexer' && (!this.#parts.place.isShared || this.#embeddingLease.isHeld);
  }

  /** Documents that are known to differ from the index, or are told to have changed. */
  get pendingCount(): number {
    return this.#pendingPaths.size;
  }

  /** True if the files hold, or may hold, what the index does not. */
  get isBehind(): boolean {
    const { sync } = this.#parts;
    return sync.pending.count > 0 || this.#watch.isAnythingTold || !this.#certainty.isCertain(this.#watch.isTold);
  }

  /** Begins to watch, compare and follow; returns before any of it is done. */
  start(): void {
    const { store, problems, place } = this.#parts;
    this.#wasHeld = this.#parts.reader.current.hold !== null;
    this.#unwatch = store.watch((_generation, isAnew) => this.#follow(isAnew));
    let isLooking = false;
    const lookAlone = async (): Promise<void> => {
      this.#watch.lookAround();
      // Where nobody answers, a look can take longer than until the next one.
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
    this.#looking = setInterval(() => void lookAlone(), place.lookMs).unref();
    void this.#inTurn(async () => {
      await this.#seekLease();
      // Watch first, compare then, so that nothing falls in between.
      await this.#watch.start();
      await this.#sweep();
    });
  }

  /** Compares all files with the index and indexes what differs. */
  reconcile(): Promise<void> {
    return this.#inTurn(() => this.#sweep());
  }

  /** As `reconcile`, where changes may have gone unseen, or the index is another one: until then it may be behind. */
  compareAnew(): Promise<void> {
    this.#certainty.doubt();
    return this.reconcile();
  }

  /**
   * Where nothing tells of changes, compares all files before a question is answered, unless that was just done. A
   * comparison that takes longer than a second is not waited for. Elsewhere, looks at what no watch tells of.
   */
  async compareIfDue(): Promise<void> {
    this.#watch.lookAround();
    if (!this.#parts.sync.hasSwept || !this.#certainty.isComparisonDue(this.#watch.isTold)) return;
    const ending = new AbortController();
    const patience = pause(COMPARISON_PATIENCE_MS, undefined, { signal: ending.signal }).catch(() => {});
    await Promise.race([this.reconcile(), patience]);
    ending.abort();
  }

  /** Looks at documents that an answer found to differ, unless that is known already. */
  notice(differing: ReadonlyMap<string, FileNow>): void {
    if (differing.size === 0 || this.#parts.reader.current.hold !== null) return;
    const known = this.#pendingPaths;
    const unknown = [...differing.keys()].filter((path) => !known.has(path));
    if (unknown.length === 0) return;
    const isNothingExpected = this.#certainty.isCertain(this.#watch.isTold);
    // Where files are missing, all of them may be: a root that is gone is no reason to remove documents.
    const isAllThere = unknown.every((path) => differing.get(path) === 'changed');
    const looking = isAllThere ? this.#lookAt(new Set(unknown)) : this.reconcile();
    // What was told and indexed since the answer was made differs no more.
    const { pending } = this.#parts.sync;
    if (isNothingExpected)
      void looking.then(() => this.#watch.suspect(unknown.filter((path) => pending.find(path) !== undefined)));
  }

  /** Reads every file and compares it with the index, in turn with what else compares. What fails is the caller's. */
  compareThoroughly(): Promise<void> {
    const comparing = this.#queue.then(async () => {
      const settle = this.#certainty.beginComparison();
      await this.#parts.sync.sweep({ isThorough: true });
      settle();
    });
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
    await this.#watch.close();
    await this.#embeddingLease.close();
    await this.#lease.close();
  }

  get #pendingPaths(): ReadonlySet<string> {
    return new Set([...this.#parts.sync.pending.paths, ...this.#watch.toldPaths]);
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

  #lookAt(paths: ReadonlySet<string>): Promise<void> {
    return this.#inTurn(async () => {
      const { sync } = this.#parts;
      if (this.#isSweepDue || !sync.arePlacesThere) return this.#sweep();
      try {
        await sync.look(paths);
      } catch (error) {
        // Which of them differ is not known, and only a comparison of all files tells.
        this.#isSweepDue = true;
        this.#certainty.doubt();
        this.#scheduleSweep(RETRY_MS);
        throw error;
      }
      this.#workOrWait();
    });
  }

  async #sweep(): Promise<void> {
    const { sync, reader } = this.#parts;
    this.#isSweepDue = true;
    const isNothingExpected = this.#certainty.isCertain(this.#watch.isTold) && reader.current.hold === null;
    // What changes until it is watched again is found by the comparison alone.
    if (this.#watch.isMendDue) this.#certainty.doubt();
    try {
      const settle = this.#certainty.beginComparison();
      await this.#watch.mend();
      const found = await sync.sweep();
      this.#isSweepDue = false;
      settle();
      if (isNothingExpected) this.#watch.suspect(found);
    } finally {
      if (this.#isSweepDue) this.#certainty.doubt();
      this.#scheduleSweep(this.#isSweepDue ? RETRY_MS : LONGEST_TIMER_MS);
    }
    this.#workOrWait();
  }

  #scheduleSweep(mostMs: number): void {
    const { reconciliationIntervalMs } = this.#parts;
    const untoldMs = this.#watch.isTold ? LONGEST_TIMER_MS : this.#certainty.idleMs;
    const waitMs = Math.min(mostMs, reconciliationIntervalMs, untoldMs);
    clearTimeout(this.#reconciling);
    if (waitMs > 0) this.#reconciling = setTimeout(() => void this.reconcile(), waitMs).unref();
  }

  #workOrWait(): void {
    const { sync, indexer } = this.#parts;
    if (sync.pending.count === 0) return;
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
        sync.pending.settle();
        problems.clear('refresh');
        this.#waitingSinceMs = sync.pending.count === 0 ? 0 : performance.now();
        // After a hold everything may differ, whoever ended it; and in another store than before.
        if (isAnew || (wasHeld && index.hold === null)) void this.compareAnew();
        else this.#workOrWait();
      },
      (error: unknown) => problems.set('refresh', problemOf(error)),
    );
  }

  #isLookDue(): boolean {
    const nowMs = performance.now();
    if (!this.isBehind && !this.#presence.isGone && nowMs < this.#nextIdleLookMs) return false;
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
      void this.compareAnew();
    }
    // Whoever had the lease before may have died on a commit that was out of date when it came.
    if (this.role === 'follower' && (await this.#seekLease())) void this.reconcile();
    const { sync, indexer, backfill, reader } = this.#parts;
    if (this.#isClosed || reader.current.hold !== null) return;
    if (this.role === 'indexer' && sync.hasSwept && sync.pending.count === 0 && (await this.#mayEmbed()))
      backfill.runInBackground();
    if (sync.pending.count === 0) return;
    if (this.role === 'follower') {
      if (this.#waitedMs > DOUBT_MS) await sync.readUnread(DOUBTED_AT_ONCE);
      this.#isActing ||= await this.#isIndexerLagging();
    }
    if (this.role === 'indexer' || this.#isActing) indexer.runInBackground();
  }

  /** Only one instance may, so that those that are configured otherwise do not undo each other's work. */
  async #mayEmbed(): Promise<boolean> {
    const { place, backfill } = this.#parts;
    return !place.isShared || (backfill.isDue && (await this.#embeddingLease.take()));
  }

  /** How long this follower has waited for another to index what differs. */
  get #waitedMs(): number {
    return this.#waitingSinceMs === 0 ? 0 : performance.now() - this.#waitingSinceMs;
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
    const waitedMs = this.#waitedMs;
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
}
