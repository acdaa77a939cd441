import { systemErrorCode } from '../errors.js';
import type { FileSystem } from '../file-system.js';

/** Watches a directory; `undefined` where the system has no watch (left) for it: the caller polls as well. */
export function watchIfPossible(
  fileSystem: FileSystem,
  directory: string,
  onChange: () => void,
): { close(): void } | undefined {
  try {
    return fileSystem.watchDirectory(directory, onChange);
  } catch (error) {
    // No watch left (ENOSPC, EMFILE), none on this file system, or nothing there (any more) that can be watched.
    if (systemErrorCode(error) === undefined) throw error;
    return undefined;
  }
}
