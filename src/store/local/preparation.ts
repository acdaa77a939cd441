/** Making the layout and finding out what the file system below it can do. */
import path from 'node:path';
import { isSystemError, StoreError } from '../errors.js';
import type { FileSystem } from '../file-system.js';
import { RECORD_KINDS } from '../names.js';
import type { StorageTraits } from '../storage.js';
import { removed } from './directory-tree.js';
import type { Layout } from './layout.js';
import { litterIn, removeLater } from './litter.js';

/** Network and sync file systems, on which locks and watching are weaker than on a disk. */
const REMOTE_TYPES: ReadonlySet<string> = new Set(['nfs', 'cifs', 'smb2', 'fuse', '9p']);

/** Makes what is missing, each directory durable in its parent. */
export async function prepareLayout(layout: Layout, fileSystem: FileSystem): Promise<StorageTraits> {
  const isNew = fileSystem.findStatus(layout.generations) === undefined;
  if (isNew) await makeLayout(layout, fileSystem);
  else for (const directory of directoriesOf(layout)) makeDirectory(fileSystem, directory);
  return inspectLayout(layout, fileSystem);
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
  const [first, second] = [path.join(probe, 'first'), path.join(probe, 'second')];
  try {
    for (const directory of [probe, first, second]) fileSystem.makeDirectory(directory);
    for (const directory of [first, second]) fileSystem.createFile(path.join(directory, 'held'), new Uint8Array());
    if (!renames(fileSystem, first, second)) return;
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
  const type = fileSystem.typeOf(layout.root);
  const warnings = REMOTE_TYPES.has(type)
    ? [
        `${layout.root} is on ${type}: commits stay safe, but other hosts see them only after a poll and dead writers of other hosts are noticed late`,
      ]
    : [];
  return { fileSystem: type, warnings };
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

function renames(fileSystem: FileSystem, from: string, to: string): boolean {
  try {
    return removed(() => fileSystem.rename(from, to));
  } catch (error) {
    if (isSystemError(error, 'EPERM', 'EACCES')) return false;
    throw error;
  }
}
