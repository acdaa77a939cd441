/** Where an export goes: a place that is free and in no store, and the way into it. */
import fs from 'node:fs';
import path from 'node:path';
import { isSystemError, READ_ONLY_CODES, StoreError, storeErrorFrom, systemErrorCode } from './errors.js';
import type { FileSystem } from './file-system.js';
import { removeTree } from './local/directory-tree.js';
import { findEnclosingStore } from './local/enclosing-store.js';
import { GENERATIONS_DIRECTORY } from './names.js';

/** A free place, and the directory beside it (or in it, where an empty directory is there) that becomes a store first. */
export interface ExportTarget {
  readonly place: string;
  readonly building: string;
}

/**
 * The target of an export.
 * @param unique part of a name that nobody else has
 * @throws StoreError TARGET_EXISTS, INVALID_OPTION (no name for a directory, inside a store, or its parent is missing),
 * STORE_READ_ONLY, IO_FAILED
 */
export function requireTarget(fileSystem: FileSystem, target: string, unique: string): ExportTarget {
  try {
    const place = path.resolve(target);
    const parent = path.dirname(place);
    requireFolder(fileSystem, place, parent);
    const status = fileSystem.findStatus(place);
    const isEmpty = status?.kind === 'directory' && fileSystem.readDirectory(place).length === 0;
    if (status !== undefined && !isEmpty) throw targetExists(place);
    requireOutsideOfStores(fileSystem, place);
    return { place, building: path.join(isEmpty ? place : parent, `snapdex-export-${unique}.partial`) };
  } catch (error) {
    throw explainTarget(target, error);
  }
}

/** Gives what was built its name. @throws StoreError TARGET_EXISTS */
export async function moveIntoPlace(fileSystem: FileSystem, { place, building }: ExportTarget): Promise<void> {
  const isInside = path.dirname(building) === place;
  try {
    if (isInside) await moveUp(fileSystem, place, building);
    else fileSystem.rename(building, place);
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
async function moveUp(fileSystem: FileSystem, place: string, building: string): Promise<void> {
  if (fileSystem.readDirectory(place).length > 1) throw targetExists(place);
  const names = fileSystem.readDirectory(building).filter((name) => name !== GENERATIONS_DIRECTORY);
  const moved: string[] = [];
  const move = (name: string): void => {
    fileSystem.rename(path.join(building, name), path.join(place, name));
    moved.push(path.join(place, name));
  };
  try {
    for (const name of names) move(name);
    await fileSystem.syncDirectory(place);
    // With its generations, which come last, it becomes a store.
    move(GENERATIONS_DIRECTORY);
    fileSystem.removeDirectory(building);
  } catch (error) {
    for (const file of moved) removeTree(fileSystem, file);
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

function targetExists(target: string): StoreError {
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
