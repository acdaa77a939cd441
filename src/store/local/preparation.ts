/** Making the layout and finding out what the file system below it can do. */
import path from 'node:path';
import { isSystemError, StoreError, systemErrorCode } from '../errors.js';
import type { FileSystem } from '../file-system.js';
import { parseGenerationName, RECORD_KINDS } from '../names.js';
import type { StorageTraits } from '../storage.js';
import { refusesRenameOntoFull } from './directory-claims.js';
import { canSyncDirectory, mayLackDirectorySync } from './directory-sync.js';
import { findEnclosingStore } from './enclosing-store.js';
import type { Layout } from './layout.js';
import { litterIn, removeLater } from './litter.js';
import { requireGenerations, requirePlaceForDirectory, requireRealDirectories } from './obstacles.js';
import { requireNoFile, requireOwnDirectory } from './own-directory.js';
import { findErased } from './own-entries.js';
import { placeWarnings } from './place-warnings.js';
import { lookForSyncProgram } from './sync-folders.js';

/** What the store writes into `.gitignore`: nothing of it belongs into a repository. */
const IGNORE_ALL = '*\n';

/** Makes what is missing, each directory durable in its parent. */
export async function prepareLayout(layout: Layout, fileSystem: FileSystem): Promise<StorageTraits> {
  const isNew = requirePlaceForStore(layout, fileSystem) === 'none yet';
  if (isNew) {
    requireNothingErased(layout, fileSystem);
    makeParents(fileSystem, layout.root);
    createIgnoreFile(layout, fileSystem);
  }
  // Of a store that is there, `generations` is missing only if somebody deletes it this moment.
  const wanted = directoriesOf(layout).filter((directory) => isNew || directory !== layout.generations);
  const made = wanted.filter((directory) => makeDirectory(fileSystem, directory));
  // Who made the others may not have synced them yet, or never came to it. A generation says that somebody has: whoever
  // claimed the first one had opened the store here before.
  const isProven = fileSystem.readDirectory(layout.generations).some((name) => parseGenerationName(name) !== undefined);
  if (!isProven) await syncUpwards(fileSystem, layout.root);
  else if (made.length > 0) await fileSystem.syncDirectory(layout.root);
  const type = fileSystem.typeOf(layout.root);
  return traitsOf(layout, fileSystem, {
    type,
    syncsDirectories: mayLackDirectorySync(type) ? await canSyncDirectory(fileSystem, layout.root) : undefined,
  });
}

/**
 * Whether a store is there, or may be made there; what an interrupted deletion has left is no obstacle.
 * @throws StoreError INVALID_OPTION; STORE_DAMAGED where something else is in the place of one of its directories
 */
export function requirePlaceForStore(layout: Layout, fileSystem: FileSystem): 'a store' | 'none yet' {
  requirePlaceForDirectory(layout, fileSystem);
  requireNoFile(layout, fileSystem);
  requireRealDirectories(layout, fileSystem);
  if (fileSystem.findStatus(layout.generations) !== undefined) return 'a store';
  requireOwnDirectory(layout, fileSystem);
  requireOutsideOfStores(layout, fileSystem);
  return 'none yet';
}

/**
 * Makes the directories that somebody has removed from a store that is there, durably; false if none was missing.
 * @throws StoreError STORE_NOT_FOUND
 */
export async function mendLayout(layout: Layout, fileSystem: FileSystem): Promise<boolean> {
  requireGenerations(layout, fileSystem);
  const made = directoriesOf(layout).filter((directory) => makeDirectory(fileSystem, directory));
  if (made.length > 0) await fileSystem.syncDirectory(layout.root);
  return made.length > 0;
}

/**
 * The claim rests on one thing: a directory cannot be renamed onto one that holds something. Tried inside `probe`, a
 * directory that is made for it and removed again.
 * @throws StoreError FILE_SYSTEM_UNSUPPORTED where it can
 */
export function requireExclusiveRename(layout: Layout, fileSystem: FileSystem, probe: string): void {
  try {
    fileSystem.makeDirectory(probe);
    if (refusesRenameOntoFull(fileSystem, probe)) return;
    throw new StoreError(
      'FILE_SYSTEM_UNSUPPORTED',
      `${layout.root}: this file system (${fileSystem.typeOf(layout.root)}) lets a directory be renamed onto a full one`,
      {
        remedy: 'Put the store on a local disk; two writers could overwrite each other here.',
      },
    );
  } finally {
    removeLater(fileSystem, litterIn(fileSystem, path.dirname(probe)), probe);
  }
}

/** @throws StoreError INVALID_OPTION: the store around it may clear it away, and could not be destroyed */
function requireOutsideOfStores({ root }: Layout, fileSystem: FileSystem): void {
  const around = findEnclosingStore(fileSystem, root);
  if (around === undefined) return;
  throw new StoreError('INVALID_OPTION', `${root}: cannot become a store, it lies inside the store ${around}`, {
    remedy: 'Name a directory outside of every store.',
  });
}

/** @throws StoreError STORE_BUSY where somebody has begun to delete a store, of which records and tags may be left */
function requireNothingErased(layout: Layout, fileSystem: FileSystem): void {
  const [remains] = findErased(layout, fileSystem);
  if (remains === undefined) return;
  throw new StoreError('STORE_BUSY', `store ${layout.root}: it is being deleted (${remains})`, {
    remedy: 'Open it again once it is gone.',
  });
}

/** What can be said without writing. */
export function inspectLayout(layout: Layout, fileSystem: FileSystem): StorageTraits {
  return traitsOf(layout, fileSystem, { type: fileSystem.typeOf(layout.root), syncsDirectories: undefined });
}

function traitsOf(
  layout: Layout,
  fileSystem: FileSystem,
  found: { readonly type: string; readonly syncsDirectories: boolean | undefined },
): StorageTraits {
  const { root } = layout;
  const isIgnoredByGit = readIgnoring(layout, fileSystem);
  // The folder of the store is nobody's topmost one.
  const syncProgram = lookForSyncProgram(path.dirname(root), fileSystem);
  return { fileSystem: found.type, warnings: placeWarnings({ root, syncProgram, isIgnoredByGit, ...found }) };
}

/** Many have one in a directory that is to stay in a repository, and most of those ignore all that is in it. */
function readIgnoring({ ignoreFile }: Layout, fileSystem: FileSystem): boolean | undefined {
  try {
    const status = fileSystem.findStatus(ignoreFile);
    // The store's own is no longer, whatever a power cut has left of it, and is not worth a look inside.
    if (status?.kind !== 'file' || status.sizeBytes <= IGNORE_ALL.length) return undefined;
    return /^\/?\*{1,2}\s*$/m.test(Buffer.from(fileSystem.readFile(ignoreFile)).toString('utf8'));
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return undefined;
  }
}

/** `generations` comes last: where it exists, everything else does. */
function directoriesOf(layout: Layout): readonly string[] {
  return [layout.drafts, layout.trash, ...RECORD_KINDS.map(layout.records), layout.generations];
}

/** Makes `directory` with its parents. */
function makeParents(fileSystem: FileSystem, directory: string): void {
  if (fileSystem.findStatus(directory) !== undefined) return;
  makeParents(fileSystem, path.dirname(directory));
  makeDirectory(fileSystem, directory);
}

/** Syncs a directory and all above it; one above that this user may not read is somebody else's to keep. */
async function syncUpwards(fileSystem: FileSystem, directory: string): Promise<void> {
  await fileSystem.syncDirectory(directory);
  for (let above = path.dirname(directory); ; above = path.dirname(above)) {
    try {
      await fileSystem.syncDirectory(above);
    } catch (error) {
      if (!isSystemError(error, 'EACCES', 'EPERM')) throw error;
    }
    if (above === path.dirname(above)) return;
  }
}

/** False if it was there. */
export function makeDirectory(fileSystem: FileSystem, directory: string): boolean {
  try {
    fileSystem.makeDirectory(directory);
    return true;
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error;
    return false;
  }
}

function createIgnoreFile(layout: Layout, fileSystem: FileSystem): void {
  try {
    fileSystem.createFile(layout.ignoreFile, Buffer.from(IGNORE_ALL));
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error;
  }
}
