import { isSystemError } from '../errors.js';
import type { FileSystem } from '../file-system.js';
import { removeTree } from './directory-tree.js';

/** While anything is left it is tried again this often, so that nobody waits for what a live process forgot. */
const RETRY_MS = 500;

/**
 * What this process made and could not remove, because the disk said no: drafts, pins, records, a lock. Others leave
 * it alone as long as this process lives, so this process has to try again.
 */
export class Litter {
  readonly #removals = new Map<string, () => void>();
  #timer: NodeJS.Timeout | undefined;

  /** Does `remove` now or, if that fails, later. Never throws. @param path what it removes; a second wish replaces the first */
  remove(path: string, remove: () => void): void {
    this.#removals.set(path, remove);
    this.clear();
  }

  /** Tries again to remove all that is left. Never throws. */
  clear(): void {
    for (const [path, remove] of this.#removals) {
      try {
        remove();
        this.#removals.delete(path);
      } catch (error) {
        // Gone already; whatever else the reason is, it is tried again.
        if (isSystemError(error, 'ENOENT', 'ENOTDIR')) this.#removals.delete(path);
      }
    }
    if (this.#removals.size > 0) this.#timer ??= setInterval(() => this.clear(), RETRY_MS).unref();
    else this.#stop();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

const everywhere = new WeakMap<FileSystem, Map<string, Litter>>();

/** The litter of this process in one store: any store object that opens the same directory clears it away. */
export function litterIn(fileSystem: FileSystem, draftsPath: string): Litter {
  const known = everywhere.get(fileSystem) ?? new Map<string, Litter>();
  everywhere.set(fileSystem, known);
  const litter = known.get(draftsPath) ?? new Litter();
  known.set(draftsPath, litter);
  return litter;
}

/** Removes a file, now or later. Never throws. */
export function removeFileLater(fileSystem: FileSystem, litter: Litter, file: string): void {
  litter.remove(file, () => fileSystem.removeFile(file));
}

/** Removes a directory and all below it, now or later. Never throws. */
export function removeLater(fileSystem: FileSystem, litter: Litter, directory: string): void {
  litter.remove(directory, () => {
    removeTree(fileSystem, directory);
    if (fileSystem.findStatus(directory) !== undefined) throw new Error(`${directory} is still there`);
  });
}
