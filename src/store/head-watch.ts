import { isStoreError } from './errors.js';
import type { Storage, StoreIdentity } from './storage.js';

/** Where the platform does not tell of a commit, a look does; at a directory it costs some ten microseconds. */
const POLL_MS = 500;
/** One commit makes several directory events. */
const SETTLE_MS = 5;

/**
 * Called with the number of a newer head. With `isAnew` the store was gone meanwhile: it may be another one, whose head
 * may have a lower number, or the same. Never called with 0. What it throws, or what a promise that it returns is rejected
 * with, is told to `onWarning`, and to nobody else: without one it becomes a warning of the process.
 */
export type HeadListener = (generation: number, isAnew: boolean) => void;

/** Tells of commits by any process. Its timers do not keep the process alive. */
export class HeadWatch {
  readonly #storage: Storage;
  readonly #onFailure: (message: string) => void;
  /** Each adding by itself: a function that was added twice is called twice, and ended twice. */
  readonly #listeners = new Set<{ readonly listener: HeadListener }>();
  #last = 0;
  /** Of the store whose head was seen last. */
  #identity: StoreIdentity | undefined;
  /** True from the moment at which it was seen that the store is gone until a head is seen again. */
  #isLost = false;
  #watch: { close(): void } | undefined;
  #poll: NodeJS.Timeout | undefined;
  #settle: NodeJS.Timeout | undefined;

  /** @param onFailure hears of what a listener threw */
  constructor(storage: Storage, onFailure: (message: string) => void) {
    this.#storage = storage;
    this.#onFailure = onFailure;
  }

  /** Calls `listener` for every newer head from now on; the returned function ends that. */
  add(listener: HeadListener): () => void {
    const added = { listener };
    this.#listeners.add(added);
    if (this.#listeners.size === 1) void this.#start();
    return () => {
      if (this.#listeners.delete(added) && this.#listeners.size === 0) this.close();
    };
  }

  /** Tells of a head that this process knows of already. */
  announce(generation: number): void {
    if (generation > this.#last) this.#tell(generation);
  }

  #tell(generation: number): void {
    const isAnew = this.#isLost;
    this.#last = generation;
    this.#isLost = false;
    // In a turn of its own: what a listener throws must not look like the failure of a commit that has succeeded.
    for (const added of this.#listeners)
      queueMicrotask(() => {
        // An earlier listener may have ended it.
        if (this.#listeners.has(added)) void this.#call(added.listener, { generation, isAnew });
      });
  }

  async #call(
    listener: HeadListener,
    { generation, isAnew }: { readonly generation: number; readonly isAnew: boolean },
  ): Promise<void> {
    try {
      await listener(generation, isAnew);
    } catch (error) {
      this.#onFailure(`watch: a listener failed at generation ${generation}: ${String(error)}`);
    }
  }

  close(): void {
    this.#listeners.clear();
    this.#watch?.close();
    clearInterval(this.#poll);
    clearTimeout(this.#settle);
    this.#watch = undefined;
    this.#poll = undefined;
    this.#settle = undefined;
  }

  async #start(): Promise<void> {
    // A directory that cannot be read now is looked at by the polls, whose first finding is then news.
    const highest = await this.#storage.findHighestGeneration().catch(() => 0);
    this.#identity = await this.#findIdentity();
    this.#last = Math.max(this.#last, highest);
    if (this.#listeners.size === 0 || this.#poll !== undefined) return;
    this.#watchAnew();
    this.#poll = setInterval(() => this.#look(), this.#storage.lookEveryMs ?? POLL_MS).unref();
  }

  #watchAnew(): void {
    this.#watch?.close();
    this.#watch = this.#storage.watch(() => {
      this.#settle ??= setTimeout(() => this.#look(), SETTLE_MS).unref();
    });
  }

  #look(): void {
    clearTimeout(this.#settle);
    this.#settle = undefined;
    this.#findHead().then(
      ({ generation, identity }) => this.#see(generation, identity),
      // A directory that is gone, or cannot be read now, is looked at again by the next poll.
      (error: unknown) => {
        if (isStoreError(error, 'STORE_NOT_FOUND')) this.#lose();
      },
    );
  }

  async #findHead(): Promise<{ readonly generation: number; readonly identity: StoreIdentity | undefined }> {
    // In this order: what is put in its place in between has the wrong identity until the next look, not for good.
    const identity = await this.#findIdentity();
    return { generation: await this.#storage.findHighestGeneration(), identity };
  }

  #findIdentity(): Promise<StoreIdentity | undefined> {
    return this.#storage.findIdentity?.().catch(() => undefined) ?? Promise.resolve(undefined);
  }

  #see(generation: number, identity: StoreIdentity | undefined): void {
    if (this.#listeners.size === 0) return;
    // Another store is in the place of the one that was watched: the head never goes back.
    if (generation < this.#last || isAnother(identity, this.#identity)) this.#lose();
    this.#identity = identity ?? this.#identity;
    if (this.#watch === undefined) this.#watchAnew();
    this.announce(generation);
  }

  #lose(): void {
    this.#isLost = true;
    this.#last = 0;
    // What comes in its place is another directory.
    this.#watch?.close();
    this.#watch = undefined;
  }
}

function isAnother(now: StoreIdentity | undefined, before: StoreIdentity | undefined): boolean {
  if (now === undefined || before === undefined) return false;
  return now.inode !== before.inode && now.bornMs !== before.bornMs;
}
