/** Telling a directory that may become a store from one that is somebody else's. */
import path from 'node:path';
import { isSystemError, StoreError } from '../errors.js';
import type { FileStatus, FileSystem } from '../file-system.js';
import {
  CURRENT_FILE,
  DAMAGED_DIRECTORY,
  draftOwner,
  isErasedName,
  isLockName,
  isRecordId,
  parseGenerationName,
} from '../names.js';
import { pinOwner } from '../pins.js';
import { readIfPresent } from './directory-tree.js';
import type { Layout } from './layout.js';

/** What file systems and desktops put into every directory. */
const OF_THE_SYSTEM: ReadonlySet<string> = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini', 'lost+found']);

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

/** True if a store was ever made there. @throws StoreError INVALID_OPTION as `requireNoFile` */
export function holdsStore(layout: Layout, fileSystem: FileSystem): boolean {
  if (kindOf(fileSystem, layout.generations) === 'directory') return true;
  requireNoFile(layout, fileSystem);
  return false;
}

/** @throws StoreError INVALID_OPTION where the store would be in the place of a file, or below one */
export function requireNoFile({ root }: Layout, fileSystem: FileSystem): void {
  const [place, kind] = nearestExisting(fileSystem, root);
  if (kind !== 'file') return;
  const text = place === root ? `${root}: is a file` : `${root}: cannot be there, ${place} is a file`;
  throw new StoreError('INVALID_OPTION', text, {
    remedy: 'Name a directory for it (`index_path` of an index), or move the file away.',
  });
}

function nearestExisting(fileSystem: FileSystem, place: string): readonly [string, FileStatus['kind'] | undefined] {
  const kind = kindOf(fileSystem, place);
  const above = path.dirname(place);
  return kind !== undefined || above === place ? [place, kind] : nearestExisting(fileSystem, above);
}

/** What is there; nothing is below a file. */
export function kindOf(fileSystem: FileSystem, place: string): FileStatus['kind'] | undefined {
  try {
    return fileSystem.findStatus(place)?.kind;
  } catch (error) {
    if (isSystemError(error, 'ENOTDIR')) return undefined;
    throw error;
  }
}

/**
 * The directories that a deletion of the store has begun with. Whatever else has such a name is somebody's: nothing but
 * generations is in them.
 */
export function findErased(layout: Layout, fileSystem: FileSystem): readonly string[] {
  return readIfPresent(fileSystem, layout.root).filter(
    (name) => isErasedName(name) && isErased(layout, fileSystem, name),
  );
}

function isErased({ root }: Layout, fileSystem: FileSystem, name: string): boolean {
  const directory = path.join(root, name);
  if (fileSystem.findStatus(directory)?.kind !== 'directory') return false;
  return readIfPresent(fileSystem, directory).every(
    (inside) => OF_THE_SYSTEM.has(inside) || parseGenerationName(inside) !== undefined,
  );
}

function findForeignEntry(layout: Layout, fileSystem: FileSystem): string | undefined {
  const insides: ReadonlyMap<string, (name: string) => boolean> = new Map([
    [path.basename(layout.drafts), isDraftName],
    [path.basename(layout.trash), isGraveName],
    [path.basename(layout.records('instances')), isInstanceId],
    [path.basename(layout.records('pins')), isPinId],
    [path.basename(layout.records('tags')), isRecordId],
  ]);
  const erased = findErased(layout, fileSystem);
  for (const entry of readIfPresent(fileSystem, layout.root)) {
    if (erased.includes(entry) || isOfTheStore(layout, entry) || OF_THE_SYSTEM.has(entry)) continue;
    const isOwnName = insides.get(entry);
    if (isOwnName === undefined) return entry;
    const inside = readIfPresent(fileSystem, path.join(layout.root, entry)).find((name) => !isOwnName(name));
    if (inside !== undefined) return `${entry}/${inside}`;
  }
  return undefined;
}

function isOfTheStore(layout: Layout, entry: string): boolean {
  if (entry === CURRENT_FILE || entry.startsWith(`${CURRENT_FILE}.`) || entry === DAMAGED_DIRECTORY) return true;
  return entry === path.basename(layout.ignoreFile) || isLockName(entry);
}

const isDraftName = (name: string): boolean => draftOwner(name) !== undefined || /^[0-9a-f]{16}$/.test(name);
const isGraveName = (name: string): boolean => parseGenerationName(name.split('-', 1)[0] ?? '') !== undefined;
const isInstanceId = (name: string): boolean => /^~?[0-9a-f]{16}$/.test(name);
const isPinId = (name: string): boolean => pinOwner(name) !== undefined;
