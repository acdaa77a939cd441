/**
 * One lock directory for many holdings of a lock. To make a directory and a file, and to remove them, is most of what a
 * short holding costs, and more the more often it is done (decision 0011); here both are done once, and taking and
 * letting go are renames.
 */
import path from 'node:path';
import { isSystemError } from '../errors.js';
import type { ProcessIdentity } from '../process-identity.js';
import { litterIn, removeLater } from './litter.js';
import {
  findHolderName,
  type LockPlace,
  type PreparedLock,
  prepareLockDirectory,
  putInPlace,
  releaseLockDirectory,
  removePrepared,
} from './lock-directory.js';

/** Unused for this long, it is removed: nothing of a store that is idle lies among the drafts. */
const UNUSED_MS = 250;

/** Only for a lock that gives order and not safety: where it is taken over in the wrong moment, two hold it for a while. */
export class KeptLockDirectory {
  readonly #place: LockPlace;
  #kept: PreparedLock | undefined;
  /** Whose directory it is, kept or held. */
  #identity = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(place: LockPlace) {
    this.#place = place;
  }

  /** As `takeLockDirectory`; what was prepared in vain is kept for the next try. */
  take(holder: string, identity: ProcessIdentity): boolean {
    const prepared = this.#renamed(holder, identity) ?? prepareLockDirectory(this.#place, holder, identity);
    this.#kept = undefined;
    this.#identity = JSON.stringify(identity);
    return putInPlace(this.#place, prepared, () => this.#keep(prepared));
  }

  /** Lets the lock go if `holder` still has it. Never throws. */
  release(holder: string): void {
    const { fileSystem, draftsPath } = this.#place;
    const directory = path.join(draftsPath, holder);
    try {
      if (this.#moveAway(holder, directory)) this.#keep({ directory, holder });
    } catch {
      releaseLockDirectory(this.#place, holder);
      removeLater(fileSystem, litterIn(fileSystem, draftsPath), directory);
    }
  }

  /** Removes what is kept. Never throws. */
  discard(): void {
    clearTimeout(this.#timer);
    if (this.#kept !== undefined) removePrepared(this.#place, this.#kept);
    this.#kept = undefined;
  }

  /** Whether the lock's directory was `holder`'s, and is in `directory` now. @throws if the lock may still be there */
  #moveAway(holder: string, directory: string): boolean {
    const { fileSystem, path: lockPath } = this.#place;
    if (findHolderName(this.#place) !== holder) return false;
    fileSystem.rename(lockPath, directory);
    if (fileSystem.findStatus(path.join(directory, holder)) !== undefined) return true;
    // Somebody took this process for dead a moment ago, and this is his.
    fileSystem.rename(directory, lockPath);
    return false;
  }

  /** What is kept, in the name of `holder`; `undefined` if it is another's by now, or somebody has cleared it away. */
  #renamed(holder: string, identity: ProcessIdentity): PreparedLock | undefined {
    const kept = this.#kept;
    clearTimeout(this.#timer);
    if (kept === undefined) return undefined;
    if (this.#identity !== JSON.stringify(identity)) {
      this.discard();
      return undefined;
    }
    const { directory } = kept;
    try {
      // A new name for each holding: whoever judges the one before does not judge this one by it.
      this.#place.fileSystem.rename(path.join(directory, kept.holder), path.join(directory, holder));
      return { directory, holder };
    } catch (error) {
      this.discard();
      if (!isSystemError(error, 'ENOENT', 'ENOTDIR')) throw error;
      return undefined;
    }
  }

  #keep(kept: PreparedLock): void {
    this.#kept = kept;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.discard(), UNUSED_MS).unref();
  }
}
