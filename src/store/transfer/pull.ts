/** Bringing generations of one store into another. `docs/protocol.md` says what each side may rely on. */
import { CallerFailure } from '../caller-failure.js';
import { isStoreError, StoreError } from '../errors.js';
import type { FileEntry, Manifest } from '../manifest.js';
import type { OpenStore } from '../open-store.js';
import type { Snapshot } from '../snapshot.js';
import { openGeneration } from '../time-travel.js';
import type { Arrival } from './arrival.js';
import type { FileSource } from './arrival-draft.js';
import type { NextArrival } from './arrival-row.js';
import { commitArrivals } from './commit-arrivals.js';
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
  /** Numbers that were passed over, and are not retired yet. */
  readonly #passed = new Set<number>();
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

  /** Commits one row of arrivals after the other until the target has all of it. */
  async run(): Promise<PullResult> {
    const { planned } = this.#parts;
    let isOnTop = false;
    try {
      for (let isDone = false; !isDone; ) {
        const last = await this.#bringRow();
        isOnTop = last?.kind === 'on-top';
        isDone = last === undefined || isOnTop;
      }
    } catch (error) {
      throw isStoreError(error, 'HISTORIES_DIFFER') ? overtaken(error, this.#arrived) : error;
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

  /** The last that has arrived; `undefined` if nothing was left to. */
  async #bringRow(): Promise<Arrival | undefined> {
    const { target } = this.#parts;
    const last = await target.commitBy((committer) =>
      commitArrivals(
        committer,
        (base) => this.#decide(base),
        (arrival) => this.#note(arrival),
      ),
    );
    // What was passed over is collected there too, once something stands above it.
    for (const number of this.#passed) {
      if (number >= (last?.generation ?? Number.POSITIVE_INFINITY)) continue;
      await target.storage.retire(number);
      this.#passed.delete(number);
    }
    return last?.arrival;
  }

  #note({ kind, generation }: Arrival): void {
    if (kind !== 'passing') {
      this.#arrived.push(generation);
      return;
    }
    this.#passed.add(generation);
    this.#tellPassed();
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

/** They did not differ when the pull began. */
function overtaken(error: StoreError, arrived: readonly number[]): StoreError {
  const [first, last] = [arrived.at(0), arrived.at(-1)];
  const before = first === last ? `generation ${first} had arrived` : `generations ${first} to ${last} had arrived`;
  const text = `${error.message}; it was committed meanwhile, ${first === undefined ? 'and nothing has arrived' : `after ${before}`}`;
  const remedy = `Whoever writes there, a server for example, was quicker. ${error.remedy}`;
  return new StoreError('HISTORIES_DIFFER', text, { remedy, cause: error });
}
