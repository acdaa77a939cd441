import path from 'node:path';
import type { Environment } from '../environment.js';
import { isSystemError, READ_ONLY_CODES, StoreError } from '../errors.js';
import type { FileSystem } from '../file-system.js';
import { erasedName } from '../names.js';
import { type DirectoryTree, isBusy, readIfPresent, readTree, removed, removeUnlessBusy } from './directory-tree.js';
import { hasLayout } from './enclosing-store.js';
import { type Layout, layoutOf } from './layout.js';
import { requireRealDirectories } from './obstacles.js';
import { holdsForeignEntry, holdsStore, kindOf } from './own-directory.js';
import { findErased, findForeignEntry, findForeignInStore, isOfTheVolume } from './own-entries.js';
import { makeDirectory } from './preparation.js';
import { mayWrite } from './rights.js';

/**
 * Deletes everything of a store but the lock on it, which the caller holds.
 * @throws StoreError INVALID_OPTION where something is in it that no store has made, STORE_UNREADABLE, STORE_READ_ONLY:
 * nothing was deleted; IO_FAILED where something in it cannot go: a mount, or on Windows what somebody has open
 */
export async function eraseStore(layout: Layout, environment: Environment): Promise<void> {
  const { root, storeLock, generations } = layout;
  const { fileSystem } = environment;
  // 1. All or nothing.
  requireErasable(layout, fileSystem);
  // 2. Without `generations` there is no store. A power cut must not bring it back without its tags.
  const grave = path.join(root, erasedName(environment.uniqueId()));
  setApart(fileSystem, generations, grave);
  await fileSystem.syncDirectory(root);
  // 3. Everything else.
  const entries = listErasable(layout, fileSystem);
  const graves = findErased(layout, fileSystem).map((name) => path.join(root, name));
  removeAll(
    fileSystem,
    entries.filter((entry) => entry !== storeLock && !graves.includes(entry)),
  );
  // 4. What says that there is something left to delete.
  removeAll(fileSystem, graves);
}

/** @throws StoreError INVALID_OPTION, STORE_UNREADABLE, STORE_READ_ONLY */
function requireErasable(layout: Layout, fileSystem: FileSystem): void {
  const foreign = findForeignInStore(layout, fileSystem);
  if (foreign !== undefined) throw holdsForeignEntry(layout, foreign);
  for (const entry of listErasable(layout, fileSystem)) {
    const directories = readTreeOfStore(layout, fileSystem, entry).directories.map((name) => path.join(entry, name));
    // Before a store was refused inside another one, somebody may have made one even in a generation.
    const inner = directories.find((directory) => hasLayout(layoutOf(directory), fileSystem));
    if (inner !== undefined) throw holdsForeignEntry(layout, `a store in ${path.relative(layout.root, inner)}`);
    const kept = directories.find((directory) => !mayWrite(directory));
    if (kept !== undefined) throw notErasable(layout, kept);
  }
}

/** What goes with the store; what a volume keeps at its top stays. */
function listErasable({ root }: Layout, fileSystem: FileSystem): readonly string[] {
  return readIfPresent(fileSystem, root)
    .filter((name) => !isOfTheVolume(name))
    .map((name) => path.join(root, name));
}

function readTreeOfStore(layout: Layout, fileSystem: FileSystem, entry: string): DirectoryTree {
  try {
    return readTree(fileSystem, entry);
  } catch (error) {
    // No store makes paths that the system does not take.
    if (isSystemError(error, 'ENAMETOOLONG')) throw holdsForeignEntry(layout, `below ${path.basename(entry)}`);
    throw error;
  }
}

function notErasable({ root }: Layout, directory: string): StoreError {
  return new StoreError('STORE_READ_ONLY', `store ${root}: not allowed to delete what is in ${directory}`, {
    remedy: 'Let this user write there, or destroy the store as a user who may; nothing was deleted.',
  });
}

/** Nothing has been deleted yet where they cannot be set apart. */
function setApart(fileSystem: FileSystem, generations: string, grave: string): void {
  try {
    fileSystem.rename(generations, grave);
  } catch (error) {
    // Somebody has begun before, or a server answers a repeated request after the first one has succeeded.
    if (fileSystem.findStatus(generations) === undefined) return;
    throw isBusy(error) ? stillInUse(generations, error) : error;
  }
}

/** Removes all of `entries` that can go. */
function removeAll(fileSystem: FileSystem, entries: readonly string[]): void {
  const busy = new Map<string, Error>();
  for (const entry of entries) {
    const error = removeUnlessBusy(fileSystem, entry);
    if (error !== undefined) busy.set(entry, error);
  }
  for (const [entry, error] of busy) throw stillInUse(entry, error);
}

function stillInUse(entry: string, cause: Error): StoreError {
  return new StoreError('IO_FAILED', `${entry}: something is mounted in it, or has it open (${cause.message})`, {
    remedy: 'Unmount it, or end the programs that have it open; then destroy the store again.',
    cause,
  });
}

/** What a deletion that was interrupted has left. @throws StoreError INVALID_OPTION */
export function findRemains(layout: Layout, fileSystem: FileSystem): string | undefined {
  if (kindOf(fileSystem, layout.generations) !== undefined) return undefined;
  const [remains] = findErased(layout, fileSystem);
  if (remains === undefined) return undefined;
  const foreign = findForeignEntry(layout, fileSystem);
  // Another process may have made a store since.
  if (foreign !== undefined && !holdsStore(layout, fileSystem)) throw holdsForeignEntry(layout, foreign);
  return remains;
}

/** Makes what the lock on a store needs, where an interrupted deletion has taken it. */
export function prepareErasing(layout: Layout, fileSystem: FileSystem): void {
  if (findRemains(layout, fileSystem) === undefined) return;
  const needed = [layout.drafts, layout.records('instances')];
  requireRealDirectories(layout, fileSystem, needed);
  for (const directory of needed) makeDirectory(fileSystem, directory);
}

/** Removes the directory of a store that was erased, if nobody has put anything into it since and it is no link. */
export function eraseDirectory(layout: Layout, fileSystem: FileSystem): void {
  // Behind a link, the link and the directory that it leads to are somebody's arrangement, and a new store may come.
  if (fileSystem.findStatus(layout.root)?.kind === 'other') return;
  try {
    removed(() => fileSystem.removeDirectory(layout.root));
  } catch (error) {
    // The directory above may be one that this user may not write in. The store is gone all the same.
    if (!isSystemError(error, ...READ_ONLY_CODES)) throw error;
  }
}
