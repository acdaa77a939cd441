import { isStoreError, type SnapshotStore } from '../store/index.js';
import { merge, writeMerged } from './collection-changes.js';
import { planMerge, type Run } from './merging.js';
import type { LayersReader, SegmentLayers } from './segment-layers.js';

/** At most one process merges at a time; that two do costs work, not documents. */
const LEASE = 'merge';

/** Merges segments behind the changes of one process. */
export class SegmentMerger {
  readonly #store: SnapshotStore;
  readonly #reader: LayersReader;
  readonly #onWarning: ((message: string) => void) | undefined;
  #running: Promise<void> | undefined;
  #isClosing = false;

  constructor(store: SnapshotStore, reader: LayersReader, onWarning: ((message: string) => void) | undefined) {
    this.#store = store;
    this.#reader = reader;
    this.#onWarning = onWarning;
  }

  /** Looks whether a merge is due, in the background. */
  start(): void {
    if (this.#isClosing || this.#running !== undefined) return;
    this.#running = this.#mergeAll()
      .catch((error: unknown) => {
        // Held: whoever looks at an older state does not want a newer generation. The next change tries again.
        if (!isStoreError(error, 'STORE_HELD', 'LOCK_TIMEOUT'))
          this.#onWarning?.(`segments could not be merged: ${String(error)}`);
      })
      .finally(() => {
        this.#running = undefined;
      });
  }

  /** Begins no more, and waits for the merge under way. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#running;
  }

  async #mergeAll(): Promise<void> {
    if (!(await this.#isDue())) return;
    const lease = await this.#store.tryLease(LEASE);
    if (lease === undefined) return;
    try {
      while (await this.#mergeOnce());
    } finally {
      await lease.release();
    }
  }

  async #isDue(): Promise<boolean> {
    return (await this.#plan()).run !== undefined;
  }

  async #plan(): Promise<{ readonly layers: SegmentLayers; readonly run: Run | undefined }> {
    const layers = await this.#reader.readNewest(await this.#store.snapshot());
    const sizes = layers.segments.map(({ sizeBytes, lineCount }) => ({ sizeBytes, lineCount }));
    return { layers, run: planMerge(sizes, layers.label.count) };
  }

  /** True if there may be more to merge. */
  async #mergeOnce(): Promise<boolean> {
    const { layers, run } = await this.#plan();
    if (run === undefined) return false;
    const merged = merge(layers, run);
    const outcome = { isWritten: false };
    await this.#store.update(async (draft, base) => {
      outcome.isWritten = writeMerged(draft, await this.#reader.readToChange(base), merged);
    });
    return outcome.isWritten;
  }
}
