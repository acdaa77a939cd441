import path from 'node:path';
import { isSystemError, type StoreError, storeDamaged, storeIsGone } from '../errors.js';
import type { FileSystem } from '../file-system.js';
import { RECORD_KINDS } from '../names.js';
import type { Layout } from './layout.js';

/**
 * What to throw for `error`: if a call failed because something else stands in the place of one of the store's
 * directories, the error that says so; otherwise `error` itself.
 */
export function explainObstacle(layout: Layout, fileSystem: FileSystem, error: unknown): unknown {
  if (!isSystemError(error, 'ENOTDIR', 'ELOOP')) return error;
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
