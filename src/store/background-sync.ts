import type { Manifest } from './manifest.js';
import type { Storage } from './storage.js';
import { syncOpenGenerations } from './unsynced.js';

/** Commits that follow each other closely wait for the disk once. */
const SYNC_DELAY_MS = 500;

/** Makes deferred commits durable behind the caller's back, oldest first, one at a time. */
export class BackgroundSync {
  readonly #storage: Storage;
  readonly #onWarning: (message: string) => void;
  #newest: Manifest | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(storage: Storage, onWarning: (message: string) => void) {
    this.#storage = storage;
    this.#onWarning = onWarning;
  }

  /** Syncs soon what `manifest` says is still open. */
  schedule(manifest: Manifest): void {
    this.#newest = manifest;
    this.#timer ??= setTimeout(() => {
      this.#run().catch((error: unknown) => this.#onWarning(`a deferred commit could not be synced: ${String(error)}`));
    }, SYNC_DELAY_MS).unref();
  }

  /** Resolves when everything committed so far is durable. @throws what the disk said */
  async flush(): Promise<void> {
    await this.#run();
  }

  #run(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const manifest = this.#newest;
    this.#newest = undefined;
    const turn = this.#running.then(() => syncOpenGenerations(this.#storage, manifest));
    // A failure belongs to the caller of this turn; what it left open is tried again by the next one.
    this.#running = turn.catch(() => {
      this.#newest ??= manifest;
    });
    return turn;
  }
}
