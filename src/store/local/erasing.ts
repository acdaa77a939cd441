import path from 'node:path';
import type { Environment } from '../environment.js';
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
