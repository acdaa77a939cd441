import type { Manifest } from './manifest.js';
import type { Storage } from './storage.js';
import { syncOpenGenerations } from './unsynced.js';

/** Commits that follow each other closely wait for the disk once. */
const SYNC_DELAY_MS = 500;

/** Each time that the disk fails, twice the time passes before the next try, up to this. */
const LONGEST_DELAY_MS = 32_000;

/** Makes deferred commits durable behind the caller's back, oldest first, one at a time. */
export class BackgroundSync {
  readonly #storage: Storage;
  readonly #onWarning: (message: string) => void;
  #newest: Manifest | undefined;
  #timer: NodeJS.Timeout | undefined;
  #delayMs = SYNC_DELAY_MS;
  #running: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(storage: Storage, onWarning: (message: string) => void) {
    this.#storage = storage;
    this.#onWarning = onWarning;
  }

  /** Syncs soon what `manifest` says is still open, and until the disk has it. */
  schedule(manifest: Manifest): void {
    this.#newest = manifest;
    this.#arm();
  }

  /** Resolves when everything committed so far is durable. @throws what the disk said; it is tried again by itself */
  async flush(): Promise<void> {
    await this.#run();
  }

  /** The last flush: what it cannot sync stays open. @throws what the disk said */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.flush();
  }

  #arm(): void {
    if (this.#isClosed) return;
    this.#timer ??= setTimeout(() => {
      const isFirstTry = this.#delayMs === SYNC_DELAY_MS;
      this.#run().catch((error: unknown) => {
        if (isFirstTry) this.#onWarning(`a deferred commit could not be synced: ${String(error)}`);
      });
    }, this.#delayMs).unref();
  }

  #run(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const manifest = this.#newest;
    this.#newest = undefined;
    const turn = this.#running.then(() => syncOpenGenerations(this.#storage, manifest));
    this.#running = turn.then(
      () => {
        this.#delayMs = SYNC_DELAY_MS;
      },
      () => this.#tryAgain(manifest),
    );
    return turn;
  }

  /** A failure belongs to the caller of that turn; what it left open is for the next one, which comes by itself. */
  #tryAgain(manifest: Manifest | undefined): void {
    this.#newest ??= manifest;
    this.#delayMs = Math.min(LONGEST_DELAY_MS, 2 * this.#delayMs);
    this.#arm();
  }
}
