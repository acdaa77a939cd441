/** Telling a directory that may become a store from one that is somebody else's. */
import { isSystemError, StoreError } from '../errors.js';
import type { FileStatus, FileSystem } from '../file-system.js';
import type { Layout } from './layout.js';
import { nearestExisting } from './obstacles.js';
import { findForeignEntry } from './own-entries.js';

/**
 * A directory becomes a store only if all that it holds may be what an interrupted making, or a removal of its
 * generations, has left: collecting deletes in it, and must never meet what somebody else keeps there.
 * @throws StoreError INVALID_OPTION, which names an entry of somebody else
 */
export function requireOwnDirectory(layout: Layout, fileSystem: FileSystem): void {
  const foreign = findForeignEntry(layout, fileSystem);
  // Another process may have made the store since it was looked for, and works in it: `generations` comes last.
  if (foreign === undefined || holdsStore(layout, fileSystem)) return;
  throw new StoreError('INVALID_OPTION', `${layout.root}: is no store and holds other files (${foreign})`, {
    remedy: 'Give the store a directory of its own, new or empty.',
  });
}

/** The error for a store that is to be deleted with what no store has made beside it. */
export function holdsForeignEntry({ root }: Layout, foreign: string): StoreError {
  return new StoreError('INVALID_OPTION', `store ${root}: it is not deleted with what no store has made (${foreign})`, {
    remedy: 'Move that out of the directory of the store, then destroy the store again.',
  });
}

/** True if a store was ever made there. @throws StoreError INVALID_OPTION as `requireNoFile` */
export function holdsStore(layout: Layout, fileSystem: FileSystem): boolean {
  if (kindOf(fileSystem, layout.generations) === 'directory') return true;
  requireNoFile(layout, fileSystem);
  return false;
}

/** @throws StoreError INVALID_OPTION where the store would be in the place of a file, or below one */
export function requireNoFile({ root }: Layout, fileSystem: FileSystem): void {
  const place = nearestExisting(fileSystem, root);
  if (kindOf(fileSystem, place) !== 'file') return;
  const text = place === root ? `${root}: is a file` : `${root}: cannot be there, ${place} is a file`;
  throw new StoreError('INVALID_OPTION', text, {
    remedy: 'Name a directory for the store, or move the file away.',
  });
}

/** What is there; nothing is below a file, or a link that leads back to itself. */
export function kindOf(fileSystem: FileSystem, place: string): FileStatus['kind'] | undefined {
  try {
    return fileSystem.findStatus(place)?.kind;
  } catch (error) {
    if (isSystemError(error, 'ENOTDIR', 'ELOOP')) return undefined;
    throw error;
  }
}
