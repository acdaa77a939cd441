import { setTimeout as pause } from 'node:timers/promises';
import { LONGEST_TIMER_MS, type SnapshotStore } from '../../store/index.js';
import type { DocumentFilter } from '../documents/index.js';
import type { LoadedIndex } from '../indexing/segment-catalog.js';
import type { FileNow } from '../requests/index.js';
import { Certainty } from './certainty.js';
import { readPathsBetween } from './changed-paths.js';
import type { DocumentSync } from './document-sync.js';
import { DocumentWatch } from './document-watch.js';
import { type ProblemList, problemOf } from './problem-list.js';

/** What comparing files with the index needs. */
export interface ComparisonsParts {
  readonly store: SnapshotStore;
  readonly sync: DocumentSync;
  readonly problems: ProblemList;
  readonly filter: DocumentFilter;
  readonly debounceMs: number;
  readonly reconciliationIntervalMs: number;
  /** True while the index is held at an older state than that of the files. */
  readonly isHeld: () => boolean;
  /** Called after each comparison: documents may be pending. */
  readonly onCompared: () => void;
}

/** A comparison that failed is tried again this much later, or when something changes. */
const RETRY_MS = 5_000;
/** A question waits no longer than this for a comparison of all files. */
const PATIENCE_MS = 1_000;
/** The key under which a failure is listed. */
const COMPARING = 'comparing';

/**
 * Knows how far the index is behind the files: compares all of them at the start and wherever changes may have gone
 * unseen, and single documents whose change is told. One comparison is made at a time.
 */
export class Comparisons {
  readonly #parts: ComparisonsParts;
  readonly #watch: DocumentWatch;
  readonly #certainty = new Certainty();
  #queue: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  /** True until a comparison of all files that is due has been made. */
  #isSweepDue = true;
  #isClosed = false;

  constructor(parts: ComparisonsParts) {
    this.#parts = parts;
    const { filter, debounceMs, problems, sync } = parts;
    this.#watch = new DocumentWatch({
      filter,
      debounceMs,
      problems,
      documentsBelow: (folder) => sync.documentsBelow(folder),
      look: (paths) => this.#lookAt(paths),
      compareAll: () => void this.compareAnew(),
    });
  }

  /** Documents that are known to differ from the index, or are told to have changed. */
  get pendingPaths(): ReadonlySet<string> {
    return new Set([...this.#parts.sync.pending.paths, ...this.#watch.toldPaths]);
  }

  /** True if the files hold, or may hold, what the index does not. */
  get isBehind(): boolean {
    return this.#parts.sync.pending.count > 0 || this.#watch.isAnythingTold || !this.#isCertain;
  }

  /** True if documents were told to have changed that are not there any more. */
  get areDocumentsGoing(): boolean {
    return this.#watch.areDocumentsGoing;
  }

  /** Waits for `prepare`, then begins to watch, and then compares, so that nothing falls in between. */
  start(prepare: () => Promise<void>): Promise<void> {
    return this.#inTurn(async () => {
      await prepare();
      await this.#watch.start();
      await this.#sweep();
    });
  }

  /** Compares all files with the index. A failure is listed as a problem and tried again. */
  reconcile(): Promise<void> {
    return this.#inTurn(() => this.#sweep());
  }

  /** As `reconcile`, where changes may have gone unseen, or the index is another one: until then it may be behind. */
  compareAnew(): Promise<void> {
    this.#certainty.doubt();
    return this.reconcile();
  }

  /**
   * The index is another one, and documents may differ from it that it does not name. Where the history says that all of
   * it were commits to the index, be they of another place, what these name is looked at; else all files are compared.
   * The index may be behind until either is done.
   */
  async doubtBetween(before: LoadedIndex, after: LoadedIndex): Promise<void> {
    const { store, sync, onCompared } = this.#parts;
    const answer = this.#certainty.question();
    // What is not there to be read tells nothing.
    const named = await readPathsBetween(store, before, after).catch(() => undefined);
    if (named === undefined) void this.compareAnew();
    else sync.pending.doubt(named);
    answer();
    if (named !== undefined) onCompared();
  }

  /** Notices what no watch tells of, and compares anew if there is any. */
  lookAround(): void {
    this.#watch.lookAround();
  }

  /**
   * Where nothing tells of changes, compares all files before a question is answered, unless that was just done. A
   * comparison that takes longer than a second is not waited for. Elsewhere, looks at what no watch tells of.
   */
  async compareIfDue(): Promise<void> {
    this.lookAround();
    if (!this.#parts.sync.hasSwept || !this.#certainty.isComparisonDue(this.#watch.isTold)) return;
    const ending = new AbortController();
    const patience = pause(PATIENCE_MS, undefined, { signal: ending.signal }).catch(() => {});
    await Promise.race([this.reconcile(), patience]);
    ending.abort();
  }

  /** Looks at documents that an answer found to differ, unless that is known already. */
  notice(differing: ReadonlyMap<string, FileNow>): void {
    if (differing.size === 0 || this.#parts.isHeld()) return;
    const known = this.pendingPaths;
    const unknown = [...differing.keys()].filter((path) => !known.has(path));
    if (unknown.length === 0) return;
    const isNothingExpected = this.#isCertain;
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
    clearTimeout(this.#timer);
    await this.#watch.close();
  }

  get #isCertain(): boolean {
    return this.#certainty.isCertain(this.#watch.isTold);
  }

  /** Comparing is done by one caller at a time; a failure is listed and does not stop the next. */
  #inTurn(action: () => Promise<void>): Promise<void> {
    const { problems } = this.#parts;
    this.#queue = this.#queue.then(async () => {
      if (this.#isClosed) return;
      try {
        await action();
        problems.clear(COMPARING);
      } catch (error) {
        if (!this.#isClosed) problems.set(COMPARING, problemOf(error));
      }
    });
    return this.#queue;
  }

  #lookAt(paths: ReadonlySet<string>): Promise<void> {
    return this.#inTurn(async () => {
      const { sync, onCompared } = this.#parts;
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
      onCompared();
    });
  }

  async #sweep(): Promise<void> {
    const { sync, isHeld, onCompared } = this.#parts;
    this.#isSweepDue = true;
    const isNothingExpected = this.#isCertain && !isHeld();
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
    onCompared();
  }

  #scheduleSweep(mostMs: number): void {
    const { reconciliationIntervalMs } = this.#parts;
    const untoldMs = this.#watch.isTold ? LONGEST_TIMER_MS : this.#certainty.idleMs;
    const waitMs = Math.min(mostMs, reconciliationIntervalMs, untoldMs);
    clearTimeout(this.#timer);
    if (waitMs > 0) this.#timer = setTimeout(() => void this.reconcile(), waitMs).unref();
  }
}
