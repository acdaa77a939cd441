import type { Environment } from './environment.js';
import { isStoreError } from './errors.js';
import type { ResolvedOptions } from './options.js';
import type { HeldLock, Storage } from './storage.js';

/** Who waits for a turn. */
interface QueuingWriter {
  readonly storage: Storage;
  readonly environment: Environment;
  readonly options: ResolvedOptions;
  /** A name that nobody else holds a lock under. */
  nextDraftName(): string;
}

/** This commit's turn among the writers that use the lock. */
export class Turn {
  readonly #writer: QueuingWriter;
  #lock: HeldLock | undefined;
  #waitedMs = 0;

  constructor(writer: QueuingWriter) {
    this.#writer = writer;
  }

  /** How long this commit has waited for its turn so far. */
  get waitedMs(): number {
    return this.#waitedMs;
  }

  /** True if nobody else with a lock can be committing. */
  get isHeld(): boolean {
    return this.#lock !== undefined && !this.#lock.isLost;
  }

  /** Waits for the turn, unless this store uses no lock or has the turn. @throws StoreError LOCK_TIMEOUT */
  async begin(): Promise<void> {
    const { storage, options, environment } = this.#writer;
    if (options.coordinationMode === 'none' || this.isHeld) return;
    await this.end();
    const startedMs = environment.monotonicMs();
    try {
      this.#lock = await storage.lockCommits({
        holder: this.#writer.nextDraftName(),
        timeoutMs: options.lockTimeoutMs,
      });
    } catch (error) {
      if (isStoreError(error, 'LOCK_TIMEOUT')) throw error;
      // The claim keeps commits safe; without the lock they only lose more races.
      const remedy = isStoreError(error) ? ` ${error.remedy}` : '';
      options.onWarning(`the commit lock cannot be taken (${String(error)}); going on without it.${remedy}`, 'commit');
    } finally {
      this.#waitedMs += environment.monotonicMs() - startedMs;
    }
  }

  /** Gives the turn up, if it is held. */
  async end(): Promise<void> {
    const lock = this.#lock;
    this.#lock = undefined;
    try {
      await lock?.release();
    } catch (error) {
      this.#writer.options.onWarning(`the commit lock could not be let go (${String(error)})`, 'commit');
    }
  }
}
