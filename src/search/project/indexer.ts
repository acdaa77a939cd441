import { isStoreError, type SnapshotStore } from '../../store/index.js';
import type { AnalysedBatch } from '../indexing/analysed-batch.js';
import type { DocumentChange } from '../indexing/changeset.js';
import { commitChanges, hashesOf } from '../indexing/commit-changes.js';
import { isOutOfReach, readingTimes } from '../indexing/file-reading.js';
import type { IndexingPool } from '../indexing/indexing-pool.js';
import type { FileReading } from '../indexing/worker-protocol.js';
import type { IndexWrites } from '../requests/index.js';
import { Turns } from '../turns.js';
import type { DocumentSync } from './document-sync.js';
import { healFiles, healIndex } from './healing.js';
import { type IndexReader, isDamage } from './index-reader.js';
import { mergeWhileDue } from './merging.js';
import type { IndexProgress } from './options.js';
import { recordedRoot, requireOwnIndex } from './other-project.js';
import { COMMIT_WARNING, type ProblemList, problemOf } from './problem-list.js';
import type { ProjectEmbedder } from './project-embedder.js';
import { Retries } from './retries.js';

/** What an indexer works with. */
export interface IndexerParts {
  readonly store: SnapshotStore;
  readonly reader: IndexReader;
  readonly sync: DocumentSync;
  readonly pool: IndexingPool;
  readonly embedder: ProjectEmbedder;
  readonly problems: ProblemList;
  readonly root: string;
  readonly indexPath: string;
  readonly maximumBytes: number;
  readonly onProgress: (progress: IndexProgress) => void;
}

/** What one run of the indexer came to. */
export interface IndexingTotals {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

/** The keys under which failures are listed. */
const PERSIST = 'persist';
const MERGE = 'merge';
const RETRIES = { firstMs: 200, longestMs: 30_000 } as const;

/** What changes at once is one generation, unless it is more than this. */
const BATCH = { count: 512, sizeBytes: 4 * 1024 * 1024 } as const;
/** Where an index is begun with more than that, the first batch is small, so that the first answers come soon. */
const FIRST_BATCH = { count: 64, sizeBytes: 512 * 1024 } as const;

/** Brings the index to what the files hold, batch by batch, each one generation. What fails stays pending. */
export class Indexer {
  readonly #parts: IndexerParts;
  #running: Promise<IndexingTotals> | undefined;
  #merging: Promise<boolean> | undefined;
  #retry: NodeJS.Timeout | undefined;
  readonly #retries = new Retries(RETRIES);
  #mergeRetry: NodeJS.Timeout | undefined;
  readonly #mergeRetries = new Retries(RETRIES);
  #writes: IndexWrites = { commits: 0, rebases: 0 };
  #isClosed = false;

  constructor(parts: IndexerParts) {
    this.#parts = parts;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  get writes(): IndexWrites {
    return this.#writes;
  }

  /** Works until nothing is pending or something stands in the way. A call during a run joins it. */
  run(): Promise<IndexingTotals> {
    clearTimeout(this.#retry);
    this.#running ??= this.#work().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** As `run`, and ends when no segments are left to be merged. */
  async runAndMerge(): Promise<IndexingTotals> {
    const totals = await this.run();
    if (!(await this.#merge())) return totals;
    return sumOf(totals, await this.run());
  }

  /** As `runAndMerge`; a failure is listed as a problem and tried again, later each time. */
  runInBackground(): void {
    if (this.#isClosed || this.isRunning) return;
    this.run().then(
      () => {
        this.#retries.succeeded();
        this.#parts.problems.clear(PERSIST);
        if (this.#parts.sync.pending.count > 0 && this.#parts.reader.current.hold === null) this.#retryLater();
        this.#mergeInBackground();
      },
      (error: unknown) => {
        if (this.#isListed(PERSIST, error)) this.#retryLater();
      },
    );
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    clearTimeout(this.#mergeRetry);
  }

  #retryLater(): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.runInBackground(), this.#retries.failed()).unref();
  }

  /** Whatever is saved meanwhile, a merge that failed is tried again later each time: answers do not wait for it. */
  #mergeInBackground(): void {
    if (this.#mergeRetry !== undefined) return;
    this.#merge().then(
      (isHealed) => {
        this.#mergeRetries.succeeded();
        this.#parts.problems.clear(MERGE);
        if (isHealed) this.runInBackground();
      },
      (error: unknown) => {
        if (!this.#isListed(MERGE, error)) return;
        clearTimeout(this.#mergeRetry);
        this.#mergeRetry = setTimeout(() => {
          this.#mergeRetry = undefined;
          this.runInBackground();
        }, this.#mergeRetries.failed()).unref();
      },
    );
  }

  /** Lists a failure, unless nothing is to be done about it. */
  #isListed(key: string, error: unknown): boolean {
    // While a rollback is held there is nothing to do; `resume` starts it again.
    if (this.#isClosed || isStoreError(error, 'STORE_HELD')) return false;
    this.#parts.problems.set(key, problemOf(error));
    return true;
  }

  async #work(): Promise<IndexingTotals> {
    const totals = { added: 0, changed: 0, removed: 0 };
    let done = 0;
    const lanes = Array.from({ length: this.#parts.pool.size }, async () => {
      for (;;) {
        const batch = this.#takeBatch(done === 0);
        if (batch.length === 0) return;
        try {
          const outcome = await this.#indexWithHealing(batch);
          totals.added += outcome.added;
          totals.changed += outcome.changed;
          totals.removed += outcome.removed;
        } finally {
          this.#parts.sync.pending.giveBack(batch);
        }
        done += batch.length;
        this.#parts.onProgress({ phase: 'indexing', done, total: done + this.#parts.sync.pending.count });
      }
    });
    const outcomes = await Promise.allSettled(lanes);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    return totals;
  }

  /**
   * No part of a run: what is saved while segments are merged need not wait for them. True if the index was damaged and
   * is healed: what it lacks now waits for a run.
   */
  #merge(): Promise<boolean> {
    this.#merging ??= this.#mergeOrHeal().finally(() => {
      this.#merging = undefined;
    });
    return this.#merging;
  }

  async #mergeOrHeal(): Promise<boolean> {
    const { store, reader, sync } = this.#parts;
    try {
      await mergeWhileDue(this.#parts, () => this.#isClosed);
      return false;
    } catch (error) {
      if (!isDamage(error)) throw error;
      if (this.#isClosed || !(await healFiles(store, reader))) return false;
      await sync.sweep();
      return true;
    }
  }

  #takeBatch(isFirst: boolean): readonly string[] {
    if (this.#isClosed) return [];
    const { sync, reader } = this.#parts;
    const isBegun = isFirst && !sync.pending.isBatchTaken && reader.current.view.documentCount === 0;
    return sync.pending.takeBatch(isBegun && sync.pending.count > BATCH.count ? FIRST_BATCH : BATCH);
  }

  async #indexWithHealing(batch: readonly string[]): Promise<IndexingTotals> {
    try {
      return await this.#index(batch);
    } catch (error) {
      if (!isDamage(error)) throw error;
      await healIndex(this.#parts.store, this.#parts.reader);
      // What the damaged generation had and the healed one has not is found by comparing anew.
      await this.#parts.sync.sweep();
      return this.#index(batch);
    }
  }

  async #index(batch: readonly string[]): Promise<IndexingTotals> {
    const { store, reader, sync, embedder, problems } = this.#parts;
    await embedder.loadIfPossible();
    const analysed = await this.#analyse(await sync.documentsOf(batch));
    try {
      // What is excluded or ignored by now leaves the index, whatever its file holds.
      const stillDocuments = new Set(await sync.documentsOf(batch));
      const excluded = batch.filter((path) => !stillDocuments.has(path)).map(nothingAt);
      const readings = [...analysed.readings, ...excluded];
      const changes = await this.#noteChanges(readings);
      const isCurrent = (change: DocumentChange): boolean => sync.hashNow(change.path) === change.contentHash;
      const warning = problems.find(COMMIT_WARNING);
      const outcome = await commitChanges(store, reader.catalog, {
        changes,
        maker: analysed,
        isCurrent,
        reasonFor: reasonOf,
        root: recordedRoot(this.#parts),
        requireAllowed: (base) => {
          reader.requireSamePlace();
          requireOwnIndex(this.#parts, base);
        },
      });
      // What stood in the way of an earlier commit, and not of this one, is over.
      if (outcome.isNew && problems.find(COMMIT_WARNING) === warning) problems.clear(COMMIT_WARNING);
      const { commits, rebases } = this.#writes;
      this.#writes = { commits: commits + (outcome.isNew ? 1 : 0), rebases: rebases + outcome.rebases };
      await reader.refresh();
      return outcome;
    } finally {
      analysed.release();
    }
  }

  async #analyse(documents: readonly string[]): Promise<AnalysedBatch> {
    const { sync, pool, embedder, root, maximumBytes } = this.#parts;
    if (!sync.pending.isSmall(documents)) {
      return pool.analyse(root, documents, maximumBytes, () => embedder.threadEmbedding);
    }
    // Whoever only asks, follows, or leaves the work to threads needs no parsers.
    const { analyseHere } = await import('../indexing/analysed-batch.js');
    return analyseHere({ root, maximumBytes }, documents, embedder.threadEmbedding);
  }

  async #noteChanges(readings: readonly FileReading[]): Promise<readonly DocumentChange[]> {
    const { sync, reader } = this.#parts;
    const turns = new Turns();
    const changes: DocumentChange[] = [];
    for (const reading of readings) {
      if (turns.isOver) await turns.next();
      sync.note(reading);
      // What a folder holds that may not be entered stays as it is.
      if (isOutOfReach(reading)) continue;
      const { path, contentHash } = reading;
      changes.push({ path, contentHash, seenHash: hashesOf(reader.current.view).find(path) });
    }
    return changes;
  }
}

function sumOf(one: IndexingTotals, other: IndexingTotals): IndexingTotals {
  return {
    added: one.added + other.added,
    changed: one.changed + other.changed,
    removed: one.removed + other.removed,
  };
}

function reasonOf({ added, changed, removed }: IndexingTotals): string {
  const parts = [
    ['indexed', added + changed],
    ['removed', removed],
  ] as const;
  const done = parts.filter(([, count]) => count > 0);
  return done.map(([verb, count]) => `${verb} ${count} document${count === 1 ? '' : 's'}`).join(', ');
}

/** A path where no document is. */
function nothingAt(path: string): FileReading {
  return { path, contentHash: undefined, state: undefined, ...readingTimes(), problem: undefined };
}
