/** Bringing generations of one store into another. `docs/protocol.md` says what each side may rely on. */
import { CallerFailure } from '../caller-failure.js';
import { isStoreError } from '../errors.js';
import type { FileEntry, Manifest } from '../manifest.js';
import type { OpenStore } from '../open-store.js';
import type { Snapshot } from '../snapshot.js';
import { openGeneration } from '../time-travel.js';
import type { FileSource } from './arrival-draft.js';
import { commitArrival, type NextArrival } from './commit-arrival.js';
import type { Wanted } from './next-arrival.js';
import { decideOn, type PullResult, planPull, readWanted } from './plan-pull.js';
import type { PullOptions, PullProgress } from './pull-options.js';

/** See `SnapshotStore.pull`. */
export async function pull(source: OpenStore, target: OpenStore, options: PullOptions): Promise<PullResult> {
  target.requireWritable();
  target.requireOutsideChange();
  const wanted = await source.reading(() => readWanted(source.storage, target.storage, options));
  // It stays until the end; older generations may be collected before it is their turn.
  const pinned = await source.reading(() => openGeneration(source, wanted.source.newest.generation));
  try {
    const planned = await target.reading(() => planPull(wanted, target.storage));
    return await new Pull({ source, target, wanted, planned, pinned, options }).run();
  } catch (error) {
    throw error instanceof CallerFailure ? error.cause : error;
  } finally {
    await pinned.close();
  }
}

interface PullParts {
  readonly source: OpenStore;
  readonly target: OpenStore;
  readonly wanted: Wanted;
  /** For what is told of progress. */
  readonly planned: PullResult;
  /** The generation that is wanted. */
  readonly pinned: Snapshot;
  readonly options: PullOptions;
}

/** A pull under way. */
class Pull {
  readonly #parts: PullParts;
  readonly #tell: (progress: PullProgress) => void;
  readonly #arrived: number[] = [];
  #coming: readonly Manifest[];
  /** An older generation that is being read. */
  #older: Snapshot | undefined;
  #passedOver = 0;
  #files = 0;
  #sentBytes = 0;

  constructor(parts: PullParts) {
    this.#parts = parts;
    this.#coming = parts.wanted.coming;
    this.#tell = CallerFailure.guard(parts.options.onProgress);
  }

  /** Commits one arrival after the other until the target has all of it. */
  async run(): Promise<PullResult> {
    const { target, planned } = this.#parts;
    let isOnTop = false;
    let passed: number | undefined;
    try {
      while (!isOnTop) {
        const next = await target.commitBy((committer) => commitArrival(committer, (base) => this.#decide(base)));
        // What was passed over is collected there too, once something stands above it.
        if (passed !== undefined) await target.storage.retire(passed);
        if (next === undefined) break;
        passed = next.arrival.kind === 'passing' ? next.generation : undefined;
        if (passed === undefined) this.#arrived.push(next.generation);
        else this.#tellPassed();
        isOnTop = next.arrival.kind === 'on-top';
      }
    } finally {
      await this.#older?.close();
    }
    return {
      pulled: planned.pulled,
      generation: this.#arrived.at(-1) ?? planned.generation,
      isNew: this.#arrived.length > 0,
      isOnTop,
      arrived: this.#arrived,
      passedOver: this.#passedOver,
      files: this.#files,
      sentBytes: this.#sentBytes,
    };
  }

  async #decide(base: Manifest | undefined): Promise<NextArrival | undefined> {
    const { target, wanted, options } = this.#parts;
    for (;;) {
      if (options.signal?.aborted === true) throw new CallerFailure('interrupted', { cause: options.signal.reason });
      const arrival = await decideOn({ ...wanted, coming: this.#coming }, target.storage, base);
      if (arrival === undefined || arrival.kind === 'passing') return arrival && { arrival, source: undefined };
      const snapshot = await this.#open(arrival.source.generation);
      if (snapshot !== undefined) return { arrival, source: this.#reading(snapshot) };
      this.#coming = this.#coming.filter((one) => one !== arrival.source);
    }
  }

  #reading(snapshot: Snapshot): FileSource {
    const { signal } = this.#parts.options;
    return { snapshot, signal, onPlaced: (file, { isSent }) => this.#tellPlaced(file, isSent) };
  }

  /** `undefined` if it was collected meanwhile: then it is passed over. */
  async #open(generation: number): Promise<Snapshot | undefined> {
    const { source, pinned } = this.#parts;
    if (generation === pinned.generation) return pinned;
    if (generation === this.#older?.generation) return this.#older;
    await this.#older?.close();
    this.#older = undefined;
    try {
      this.#older = await source.reading(() => openGeneration(source, generation));
      return this.#older;
    } catch (error) {
      if (!isStoreError(error, 'GENERATION_EXPIRED')) throw error;
      return undefined;
    }
  }

  #tellPlaced({ sizeBytes }: FileEntry, isSent: boolean): void {
    this.#files += 1;
    if (isSent) this.#sentBytes += sizeBytes;
    this.#tell({ phase: 'files', done: this.#files, total: Math.max(this.#files, this.#parts.planned.files) });
  }

  #tellPassed(): void {
    this.#passedOver += 1;
    const total = Math.max(this.#passedOver, this.#parts.planned.passedOver);
    this.#tell({ phase: 'numbers', done: this.#passedOver, total });
  }
}
