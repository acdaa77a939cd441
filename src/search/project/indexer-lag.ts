import type { SnapshotStore } from '../../store/index.js';
import type { IndexPlace } from './index-place.js';

/** A follower does the work itself when the indexer lags, or, whatever signs it gives, makes no generation for this long … */
const STUCK_MS = 120_000;
/** … and up to this much longer, by chance, so that not all of them begin at once. */
const SPREAD_MS = 3_000;

/** How long a follower has waited for another instance to index what differs, and whether it should wait any longer. */
export class IndexerLag {
  readonly #store: SnapshotStore;
  readonly #place: IndexPlace;
  readonly #lagMs: number;
  #waitingSinceMs = 0;
  /** The indexer's last sign of life, and when it was seen. */
  #sign: string | undefined;
  #seenMs = 0;

  constructor(store: SnapshotStore, place: IndexPlace) {
    this.#store = store;
    this.#place = place;
    this.#lagMs = place.lagMs + SPREAD_MS * Math.random();
  }

  /** Milliseconds; 0 while nothing is waited for. */
  get waitedMs(): number {
    return this.#waitingSinceMs === 0 ? 0 : performance.now() - this.#waitingSinceMs;
  }

  /** Begins to wait, unless it waits already. */
  wait(): void {
    if (this.#waitingSinceMs === 0) this.#waitingSinceMs = performance.now();
  }

  /** Somebody has made a generation: the wait is over, or begins anew. */
  restart({ isWaiting }: { readonly isWaiting: boolean }): void {
    this.#waitingSinceMs = isWaiting ? performance.now() : 0;
  }

  /** A busy indexer gives signs of life while its threads work; a stopped one gives none. */
  async isTooLong(): Promise<boolean> {
    const nowMs = performance.now();
    const sign = await this.#store.leaseVersion(this.#place.indexerLease);
    if (sign !== this.#sign) {
      this.#sign = sign;
      this.#seenMs = nowMs;
    }
    const { waitedMs } = this;
    return waitedMs > STUCK_MS || (waitedMs > this.#lagMs && nowMs - this.#seenMs > this.#lagMs);
  }
}
