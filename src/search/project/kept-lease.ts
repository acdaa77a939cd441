import type { HeldLock, SnapshotStore } from '../../store/index.js';

/** A lease that an instance keeps once it has it. */
export class KeptLease {
  readonly #store: SnapshotStore;
  readonly #name: string;
  #held: HeldLock | undefined;
  #isClosed = false;

  constructor(store: SnapshotStore, name: string) {
    this.#store = store;
    this.#name = name;
  }

  get isHeld(): boolean {
    return this.#held !== undefined && !this.#held.isLost;
  }

  /** Takes the lease unless another has it; true if it is held. @throws StoreError as `SnapshotStore.tryLease` */
  async take(): Promise<boolean> {
    if (this.isHeld) return true;
    const lease = await this.#store.tryLease(this.#name);
    if (this.#isClosed) await lease?.release();
    else this.#held = lease;
    return this.isHeld;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#held?.release();
    this.#held = undefined;
  }
}
