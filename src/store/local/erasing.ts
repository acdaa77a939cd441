import path from 'node:path';
import type { Environment } from '../environment.js';
import { isSystemError, READ_ONLY_CODES } from '../errors.js';
import type { FileSystem } from '../file-system.js';
import { readIfPresent, removed, removeTree } from './directory-tree.js';
import type { Layout } from './layout.js';

/** Deletes everything of a store but the lock on it, which the caller holds. */
export function eraseStore(layout: Layout, environment: Environment): void {
  const { root, storeLock, generations } = layout;
  const { fileSystem } = environment;
  // Without `generations` there is no store, so this goes first and at once.
  const grave = path.join(root, `${path.basename(generations)}-${environment.uniqueId()}`);
  removed(() => fileSystem.rename(generations, grave));
  for (const name of readIfPresent(fileSystem, root)) {
    const entry = path.join(root, name);
    if (entry === storeLock) continue;
    if (fileSystem.findStatus(entry)?.kind === 'directory') removeTree(fileSystem, entry);
    else removed(() => fileSystem.removeFile(entry));
  }
}

/** Removes the directory of a store that was erased, if nobody has put anything into it since. */
export function eraseDirectory(layout: Layout, fileSystem: FileSystem): void {
  try {
    removed(() => fileSystem.removeDirectory(layout.root));
  } catch (error) {
    // The directory above may be one that this user may not write in. The store is gone all the same.
    if (!isSystemError(error, ...READ_ONLY_CODES)) throw error;
  }
}
