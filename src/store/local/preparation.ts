/** Making the layout and finding out what the file system below it can do. */
import path from 'node:path';
import { isSystemError, StoreError } from '../errors.js';
import type { FileSystem } from '../file-system.js';
import { RECORD_KINDS } from '../names.js';
import type { StorageTraits } from '../storage.js';
import { refusesRenameOntoFull } from './directory-claims.js';
import { canSyncDirectory, mayLackDirectorySync } from './directory-sync.js';
import type { Layout } from './layout.js';
import { litterIn, removeLater } from './litter.js';
import { requireRealDirectories } from './obstacles.js';
import { requireOwnDirectory } from './own-directory.js';
import { placeWarnings } from './place-warnings.js';
import { lookForSyncProgram } from './sync-folders.js';

/** Makes what is missing, each directory durable in its parent. */
export async function prepareLayout(layout: Layout, fileSystem: FileSystem): Promise<StorageTraits> {
  requireRealDirectories(layout, fileSystem);
  const isNew = fileSystem.findStatus(layout.generations) === undefined;
  if (isNew) requireOwnDirectory(layout, fileSystem);
  if (isNew) await makeLayout(layout, fileSystem);
  else for (const directory of directoriesOf(layout)) makeDirectory(fileSystem, directory);
  const type = fileSystem.typeOf(layout.root);
  return traitsOf(layout, fileSystem, {
    type,
    syncsDirectories: mayLackDirectorySync(type) ? await canSyncDirectory(fileSystem, layout.root) : undefined,
  });
}

/** Makes the directories that somebody has removed from a store that is there; false if none was missing. */
export function mendLayout(layout: Layout, fileSystem: FileSystem): boolean {
  if (fileSystem.findStatus(layout.generations) === undefined) return false;
  const missing = directoriesOf(layout).filter((directory) => fileSystem.findStatus(directory) === undefined);
  for (const directory of missing) makeDirectory(fileSystem, directory);
  return missing.length > 0;
}

/**
 * The claim rests on one thing: a directory cannot be renamed onto one that holds something. Tried inside `draft`.
 * @throws StoreError FILE_SYSTEM_UNSUPPORTED where it can
 */
export function requireExclusiveRename(layout: Layout, fileSystem: FileSystem, draft: string): void {
  const probe = layout.draft(draft);
  try {
    fileSystem.makeDirectory(probe);
    if (refusesRenameOntoFull(fileSystem, probe)) return;
    throw new StoreError(
      'FILE_SYSTEM_UNSUPPORTED',
      `${layout.root}: this file system (${fileSystem.typeOf(layout.root)}) lets a directory be renamed onto a full one`,
      {
        remedy: 'Put the index on a local disk (`index_path`); two writers could overwrite each other here.',
      },
    );
  } finally {
    removeLater(fileSystem, litterIn(fileSystem, layout.drafts), probe);
  }
}

/** What can be said without writing. */
export function inspectLayout(layout: Layout, fileSystem: FileSystem): StorageTraits {
  return traitsOf(layout, fileSystem, { type: fileSystem.typeOf(layout.root), syncsDirectories: undefined });
}

function traitsOf(
  { root }: Layout,
  fileSystem: FileSystem,
  found: { readonly type: string; readonly syncsDirectories: boolean | undefined },
): StorageTraits {
  // The folder of the store is nobody's topmost one.
  const syncProgram = lookForSyncProgram(path.dirname(root), fileSystem);
  return { fileSystem: found.type, warnings: placeWarnings({ root, syncProgram, ...found }) };
}

async function makeLayout(layout: Layout, fileSystem: FileSystem): Promise<void> {
  for (const parent of makeParents(fileSystem, layout.root)) await fileSystem.syncDirectory(parent);
  createIgnoreFile(layout, fileSystem);
  for (const directory of directoriesOf(layout)) makeDirectory(fileSystem, directory);
  await fileSystem.syncDirectory(layout.root);
}

/** `generations` comes last: where it exists, everything else does. */
function directoriesOf(layout: Layout): readonly string[] {
  return [layout.drafts, layout.trash, ...RECORD_KINDS.map(layout.records), layout.generations];
}

/** Makes `directory` with its parents; answers the directories that got a new entry. */
function makeParents(fileSystem: FileSystem, directory: string): readonly string[] {
  if (fileSystem.findStatus(directory) !== undefined) return [];
  const parent = path.dirname(directory);
  const above = makeParents(fileSystem, parent);
  makeDirectory(fileSystem, directory);
  return [...above, parent];
}

function makeDirectory(fileSystem: FileSystem, directory: string): void {
  try {
    fileSystem.makeDirectory(directory);
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error;
  }
}

function createIgnoreFile(layout: Layout, fileSystem: FileSystem): void {
  try {
    fileSystem.createFile(layout.ignoreFile, Buffer.from('*\n'));
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error;
  }
}
