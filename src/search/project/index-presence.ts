import type { SnapshotStore } from '../../store/index.js';

/** An index that is gone is made anew after this long without a document that goes. */
const GONE_FOR_GOOD_MS = 1_500;

/**
 * Whether the index is there. One that was removed under a running instance is made anew, but not while documents go
 * away as well: whoever removes the whole project may come to the index first.
 */
export class IndexPresence {
  readonly #store: SnapshotStore;
  readonly #areDocumentsGoing: () => boolean;
  #goneSinceMs: number | undefined;

  /** @param areDocumentsGoing true while documents are removed */
  constructor(store: SnapshotStore, areDocumentsGoing: () => boolean) {
    this.#store = store;
    this.#areDocumentsGoing = areDocumentsGoing;
  }

  /** True if it was gone at the last look. */
  get isGone(): boolean {
    return this.#goneSinceMs !== undefined;
  }

  /** `made anew` is one without documents. @throws StoreError as `SnapshotStore.revive` */
  async look(): Promise<'there' | 'gone' | 'made anew'> {
    let isGone = false;
    const mayMake = (): boolean => {
      isGone = true;
      return this.#isGoneForGood();
    };
    const isMade = await this.#store.revive({ mayMake });
    if (isGone && !isMade) return 'gone';
    this.#goneSinceMs = undefined;
    return isMade ? 'made anew' : 'there';
  }

  #isGoneForGood(): boolean {
    const nowMs = performance.now();
    if (this.#goneSinceMs === undefined || this.#areDocumentsGoing()) this.#goneSinceMs = nowMs;
    return nowMs - this.#goneSinceMs >= GONE_FOR_GOOD_MS;
  }
}
