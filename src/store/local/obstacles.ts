import path from 'node:path';
import { isSystemError, StoreError, storeDamaged, storeIsGone, systemErrorCode } from '../errors.js';
import type { FileSystem } from '../file-system.js';
import { RECORD_KINDS } from '../names.js';
import type { Layout } from './layout.js';

/**
 * What to throw for `error`: if a call failed because something else stands in the place of one of the store's
 * directories, the error that says so; otherwise `error` itself.
 */
export function explainObstacle(layout: Layout, fileSystem: FileSystem, error: unknown): unknown {
  // ENOENT below a link to something that is not there.
  if (!isSystemError(error, 'ENOTDIR', 'ELOOP', 'ENOENT')) return error;
  return findObstacle(layout, fileSystem, { directories: directoriesOf(layout), cause: error }) ?? error;
}

const directoriesOf = (layout: Layout): readonly string[] => [
  layout.generations,
  layout.drafts,
  layout.trash,
  ...RECORD_KINDS.map(layout.records),
];

/**
 * Links are not followed: whoever clears up in a directory that is a link would delete what is none of the store's. A
 * version control system can bring such a link, also in the place of a directory that was empty.
 * @throws StoreError STORE_DAMAGED
 */
export function requireRealDirectories(
  layout: Layout,
  fileSystem: FileSystem,
  directories: readonly string[] = directoriesOf(layout),
): void {
  const obstacle = findObstacle(layout, fileSystem, { directories });
  if (obstacle !== undefined) throw obstacle;
}

/**
 * A link to a directory is a place for a store like any other; one that leads nowhere, a pipe, a socket or a device is
 * none, and neither is what is below it. `own-directory.ts` tells of files.
 * @throws StoreError INVALID_OPTION
 */
export function requirePlaceForDirectory({ root }: Layout, fileSystem: FileSystem): void {
  const place = nearestExisting(fileSystem, root);
  if (fileSystem.findStatus(place)?.kind !== 'other') return;
  const found = whatStandsThere(fileSystem, place);
  if (found === undefined) return;
  const text = place === root ? `${root}: is ${found}` : `${root}: cannot be there, ${place} is ${found}`;
  throw new StoreError('INVALID_OPTION', text, {
    remedy: 'Name a directory for the store, or move away what stands there.',
  });
}

/** The path itself, or what of it is there. */
export function nearestExisting(fileSystem: FileSystem, place: string): string {
  const above = path.dirname(place);
  try {
    if (above === place || fileSystem.findStatus(place) !== undefined) return place;
  } catch (error) {
    if (!isSystemError(error, 'ENOTDIR', 'ELOOP')) throw error;
  }
  return nearestExisting(fileSystem, above);
}

/** What is neither a file nor a directory; `undefined` for a link to a directory. */
function whatStandsThere(fileSystem: FileSystem, place: string): string | undefined {
  try {
    fileSystem.readDirectory(place);
    return undefined;
  } catch (error) {
    switch (systemErrorCode(error)) {
      case 'ENOENT':
        return 'a link to something that is not there';
      case 'ELOOP':
        return 'a link that leads back to itself';
      case 'ENOTDIR':
        return 'a pipe, a socket or a device, or a link to something that is no directory';
      default:
        return undefined;
    }
  }
}

/** @throws StoreError STORE_NOT_FOUND where the store is not there any more */
export function requireGenerations(layout: Layout, fileSystem: FileSystem): void {
  if (fileSystem.findStatus(layout.generations) === undefined) throw storeIsGone(layout.root);
}

function findObstacle(
  layout: Layout,
  fileSystem: FileSystem,
  { directories, cause }: { readonly directories: readonly string[]; readonly cause?: unknown },
): StoreError | undefined {
  for (const directory of directories) {
    const kind = fileSystem.findStatus(directory)?.kind;
    if (kind === undefined || kind === 'directory') continue;
    const found = kind === 'file' ? 'a file' : 'a link or a special file';
    return storeDamaged(`${path.basename(directory)} in ${layout.root}: expected a directory, found ${found}`, cause);
  }
  return undefined;
}
