import type { Environment } from './environment.js';
import type { ResolvedOptions } from './options.js';
import type { Storage } from './storage.js';

/** What a commit needs to know of the open store that makes it. */
export interface Committer {
  readonly storage: Storage;
  readonly environment: Environment;
  readonly options: ResolvedOptions;
  /** The id under which this open store is registered. */
  readonly instance: string;
  /** What the history calls this writer. */
  readonly client: string;
  /** What this store's last commit met. */
  readonly contention: Contention;
  nextDraftName(): string;
  /** Ids in the writer table that may be pruned: their owners are gone. */
  findGoneWriters(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * Registers under another id if somebody has cleared up after this one, or another store is in the place of the one
   * that it was registered in.
   */
  rejoin(): Promise<void>;
  /** Whether an instance is still registered; nobody prunes its table entry while it is. */
  isRegistered(instance: string): Promise<boolean>;
}

/** Whether others are writing too; each commit leaves word for the next ones of the same open store. */
export interface Contention {
  /** So many commits from now on take the lock first: a recent one lost a race, and its work was quick. */
  commitsToQueue: number;
}
