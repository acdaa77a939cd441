/** Where an export goes: a place that is free and in no store, and the way into it. */
import fs from 'node:fs';
import path from 'node:path';
import type { Environment } from './environment.js';
import { isSystemError, READ_ONLY_CODES, StoreError, storeErrorFrom, systemErrorCode } from './errors.js';
import type { FileSystem } from './file-system.js';
import { clearAfterFailure } from './local/directory-tree.js';
import { findEnclosingStore } from './local/enclosing-store.js';
import { GENERATIONS_DIRECTORY, isUnfinishedExport, unfinishedExportName } from './names.js';
import { clearBeside, clearTarget } from './unfinished-export.js';

/** A free place, and the directory beside it (or in it, where an empty directory is there) that becomes a store first. */
export interface ExportTarget {
  readonly place: string;
  readonly building: string;
}

/**
 * The target of an export.
 * @throws StoreError TARGET_EXISTS (also what an export that may still be under way has in it), INVALID_OPTION (no name
 * for a directory, inside a store, or its parent is missing), STORE_READ_ONLY, IO_FAILED
 */
export function requireTarget(environment: Environment, target: string): ExportTarget {
  const { fileSystem } = environment;
  try {
    const place = path.resolve(target);
    const parent = path.dirname(place);
    requireFolder(fileSystem, place, parent);
    requireOutsideOfStores(fileSystem, place);
    const isDirectory = fileSystem.findStatus(place)?.kind === 'directory';
    if (isDirectory) clearTarget(environment, place);
    else clearBeside(environment, parent);
    const names = isDirectory ? fileSystem.readDirectory(place) : [];
    if (names.length > 0 || (!isDirectory && fileSystem.findStatus(place) !== undefined))
      throw targetExists(place, names.find(isUnfinishedExport));
    return {
      place,
      building: path.join(isDirectory ? place : parent, unfinishedExportName(environment.uniqueId())),
    };
  } catch (error) {
    throw explainTarget(target, error);
  }
}

/** What was built, and the file in it that says by whom, which the new store is not to have. */
interface Built extends ExportTarget {
  readonly holder: string;
}

/** Gives what was built its name. @throws StoreError TARGET_EXISTS */
export async function moveIntoPlace(fileSystem: FileSystem, built: Built): Promise<void> {
  const { place, building, holder } = built;
  const isInside = path.dirname(building) === place;
  try {
    if (isInside) await moveUp(fileSystem, built);
    else {
      fileSystem.removeFile(holder);
      fileSystem.rename(building, place);
    }
  } catch (error) {
    if (isSystemError(error, 'ENOTEMPTY', 'EEXIST', 'ENOTDIR')) throw targetExists(place);
    throw error;
  }
  await fileSystem.syncDirectory(isInside ? place : path.dirname(place));
}

/** The error that a caller sees for what the operating system said about a target. */
export function explainTarget(target: string, error: unknown): StoreError {
  if (isSystemError(error, ...READ_ONLY_CODES)) return notWritable(target, error);
  if (isSystemError(error, 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE', 'ERR_INVALID_ARG_TYPE')) {
    return new StoreError('INVALID_OPTION', `export to ${JSON.stringify(target)}: no directory can have this name`, {
      remedy: 'Choose a shorter name of plain characters.',
      cause: error,
    });
  }
  return storeErrorFrom(error, `export to ${target}`);
}

/** Whoever made the empty directory has chosen its rights, and it may be a mount point; so it stays what it is. */
async function moveUp(fileSystem: FileSystem, { place, building, holder }: Built): Promise<void> {
  if (fileSystem.readDirectory(place).length > 1) throw targetExists(place);
  const last = [path.relative(building, path.dirname(holder)), GENERATIONS_DIRECTORY];
  const names = fileSystem.readDirectory(building).filter((name) => !last.includes(name));
  const moved: string[] = [];
  const move = (name: string): void => {
    fileSystem.rename(path.join(building, name), path.join(place, name));
    moved.push(path.join(place, name));
  };
  try {
    for (const name of names) move(name);
    await fileSystem.syncDirectory(place);
    // Until here the next export sees whose it is. With its generations, which come last, it becomes a store.
    fileSystem.removeFile(holder);
    for (const name of last) move(name);
    fileSystem.removeDirectory(building);
  } catch (error) {
    for (const file of moved) clearAfterFailure(fileSystem, file);
    throw error;
  }
}

/** Made for the caller, a folder with a typing error in its name would hold the export. */
function requireFolder(fileSystem: FileSystem, target: string, parent: string): void {
  try {
    if (fileSystem.findStatus(fs.realpathSync.native(parent))?.kind === 'directory') return;
  } catch (error) {
    if (!isSystemError(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) throw error;
  }
  throw new StoreError('INVALID_OPTION', `export to ${target}: there is no folder ${parent}`, {
    remedy: 'Check the spelling, or make that folder first.',
  });
}

/** Collecting would delete what lies in the trash, and leave alone what lies elsewhere in a store. */
function requireOutsideOfStores(fileSystem: FileSystem, target: string): void {
  const around = findEnclosingStore(fileSystem, target);
  if (around === undefined) return;
  throw new StoreError('INVALID_OPTION', `export to ${target}: it lies inside the store ${around}`, {
    remedy: 'Name a directory outside of every store.',
  });
}

function targetExists(target: string, unfinished?: string): StoreError {
  if (unfinished !== undefined) {
    return new StoreError('TARGET_EXISTS', `export to ${target}: another export has begun there: ${unfinished}`, {
      remedy: 'Wait until it has ended. If nothing exports to there any more, delete what it has left.',
    });
  }
  return new StoreError('TARGET_EXISTS', `export to ${target}: it is there already, and not an empty directory`, {
    remedy: 'Name a directory that does not exist or is empty; an export never replaces anything.',
  });
}

function notWritable(target: string, cause: unknown): StoreError {
  return new StoreError(
    'STORE_READ_ONLY',
    `export to ${target}: not allowed to write there (${systemErrorCode(cause)})`,
    {
      remedy: 'Name a target in a folder that this user may write to; the exported store is untouched.',
      cause,
    },
  );
}
