import { isStoreError, type Snapshot, type SnapshotStore } from '../../store/index.js';
import { SearchError } from '../errors.js';
import { EMPTY_INDEX, type LoadedIndex, SegmentCatalog } from '../indexing/segment-catalog.js';
import type { IndexLocation } from './index-location.js';
import { type ProblemList, problemOf } from './problem-list.js';

/** The key under which damage is listed. */
const DAMAGE = 'damage';

/** @param before `undefined` where it can be read no longer */
type ReplacementListener = (before: LoadedIndex | undefined, after: LoadedIndex) => void;

/** The index of a project as this process has it loaded: the newest generation that can be read. */
export class IndexReader {
  readonly catalog: SegmentCatalog = new SegmentCatalog();
  readonly #store: SnapshotStore | undefined;
  readonly #problems: ProblemList;
  readonly #location: IndexLocation;
  readonly #listeners = new Set<ReplacementListener>();
  #next: Promise<LoadedIndex> | undefined;
  #running: Promise<unknown> = Promise.resolve();

  /**
   * @param store `undefined` where there is no index and none may be made
   * @param options whether generations are checked as a whole before anybody builds on them; else they are piece by piece
   */
  constructor(
    store: SnapshotStore | undefined,
    problems: ProblemList,
    options: { readonly isVerifying: boolean; readonly location: IndexLocation },
  ) {
    this.#store = store;
    this.#problems = problems;
    this.#location = options.location;
    if (options.isVerifying) this.catalog.startVerifying();
  }

  /** What `refresh` has loaded; an empty index before that. */
  get current(): LoadedIndex {
    return this.catalog.current ?? EMPTY_INDEX;
  }

  /** True if the newest generation cannot be read and an older one stands in for it. */
  get isDamaged(): boolean {
    return this.#problems.has(DAMAGE);
  }

  /**
   * Loads the newest generation that can be read. Calls that come while one waits for its turn share it.
   * @throws SearchError INDEX_OF_OTHER_PROJECT; StoreError as `SnapshotStore.snapshot`
   */
  refresh(): Promise<LoadedIndex> {
    this.#next ??= this.#takeTurn(() => {
      this.#next = undefined;
    });
    return this.#next;
  }

  /**
   * Calls `listener` each time that another index takes the place of the one that was loaded, while both can be read.
   * @returns ends that
   */
  onReplacement(listener: ReplacementListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Opens every segment anew and checks it as a whole: one was found damaged. */
  async reopen(): Promise<void> {
    await this.#takeTurn(() => {
      this.catalog.startVerifying();
      this.catalog.forget();
    });
  }

  /** @throws SearchError INDEX_OF_OTHER_PROJECT if the path of the index leads to another directory by now */
  requireSamePlace(): void {
    this.#location.requireSame();
  }

  close(): void {
    this.catalog.close();
  }

  async #takeTurn(prepare: () => void): Promise<LoadedIndex> {
    const turn = this.#running.then(() => {
      prepare();
      return this.#load();
    });
    this.#running = turn.catch(() => {});
    return turn;
  }

  async #load(): Promise<LoadedIndex> {
    if (this.#store === undefined) return this.current;
    this.requireSamePlace();
    const snapshot = await this.#store.snapshot();
    const index = (await this.#loadNewest(this.#store, snapshot)) ?? EMPTY_INDEX;
    const before = this.catalog.current;
    if (index === before) return index;
    for (const listener of this.#listeners) listener(before, index);
    this.catalog.show(index);
    return index;
  }

  async #loadNewest(store: SnapshotStore, snapshot: Snapshot): Promise<LoadedIndex | undefined> {
    try {
      const index = await this.catalog.load(snapshot);
      const [damage] = snapshot.damage;
      if (damage === undefined) this.#problems.clear(DAMAGE);
      else this.#problems.set(DAMAGE, problemOf(damage));
      return index;
    } catch (error) {
      if (isStoreError(error, 'GENERATION_EXPIRED')) return this.#loadNewest(store, await store.snapshot());
      if (!isDamage(error)) throw error;
      const older = await this.#loadOlder(store, snapshot.generation);
      // The store was never an index, so nothing may be put in the place of what is there.
      if (older === undefined && isNotAnIndex(error)) throw error;
      this.#problems.set(DAMAGE, problemOf(error));
      return older;
    }
  }

  /** The newest generation below a damaged one whose segments can all be loaded. */
  async #loadOlder(store: SnapshotStore, below: number): Promise<LoadedIndex | undefined> {
    this.catalog.startVerifying();
    const { generations } = await store.history();
    for (const { generation } of generations) {
      if (generation >= below) continue;
      try {
        // Segments stay readable once they are open, so the pin is needed no longer than the loading takes.
        await using snapshot = await store.openGeneration(generation);
        return await this.catalog.load(snapshot);
      } catch (error) {
        const isGone = isStoreError(error, 'GENERATION_EXPIRED', 'GENERATION_NOT_FOUND');
        if (!isDamage(error) && !isGone) throw error;
      }
    }
    return undefined;
  }
}

/** True if a generation is not what was written, or is no index. */
export function isDamage(error: unknown): boolean {
  const isUnreadable = error instanceof SearchError && error.code === 'SEGMENT_DAMAGED';
  return isUnreadable || isNotAnIndex(error) || isStoreError(error, 'GENERATION_DAMAGED');
}

function isNotAnIndex(error: unknown): boolean {
  return error instanceof SearchError && error.code === 'NOT_AN_INDEX';
}
