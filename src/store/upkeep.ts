/**
 * Looking after what lies in a storage, whoever put it there: what verifying, repairing and diagnosing ask for beyond
 * the protocol's calls. A storage in which nobody else can put anything has none.
 */
import type { ProcessIdentity } from './process-identity.js';

/** Something in the storage. */
export interface StoredEntry {
  /** Relative to the storage, with `/`. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'other';
  readonly sizeBytes: number;
}

/** A lock that somebody holds, or has held until it died. */
export interface LockState {
  /** `commit.lock`, `store.lock`, or that of a lease. */
  readonly lock: string;
  /** The name of the holder's file. */
  readonly holder: string;
  /** Who that is; `undefined` if it cannot be understood. */
  readonly process: ProcessIdentity | undefined;
  /** As far as can be told from here. */
  readonly state: 'alive' | 'dead' | 'unknown';
  /** Its last sign of life by the file system's clock, ISO 8601. */
  readonly lastSignOfLife: string;
}

/** What can be done about it. */
export interface Upkeep {
  /** Everything that lies there, parents before what is in them; of a directory that no store has made, only that itself. */
  listEntries(): Promise<readonly StoredEntry[]>;
  listLocks(): Promise<readonly LockState[]>;
  /** True if this user may write there, or make it, as far as can be told without writing. */
  isWritable(): Promise<boolean>;
  /** Moves an entry to `place` among what was set aside, durably. */
  setAside(entry: string, place: string): Promise<void>;
  /** Where `place` is, relative to the storage. */
  pathOfSetAside(place: string): string;
  /**
   * Takes a generation out of the history, durably, and moves to `place` what lies in it. Files that `keep` names stay
   * where others refer to them. Done again after a crash, it goes on where it was.
   */
  setGenerationAside(generation: number, keep: ReadonlySet<string>, place: string): Promise<void>;
}
