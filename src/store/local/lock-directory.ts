/**
 * A lock as a directory that holds one file named after its holder. Taking it renames a prepared directory onto the
 * lock's name, which fails while anybody's file is inside, so the lock appears together with the holder's identity.
 * A dead holder's file is removed *by its name*: whoever does so late removes nothing of the next holder's. That
 * mends proper-lockfile's take-over, in which two waiters can remove each other's lock.
 */
import path from 'node:path';
import { isSystemError, type StoreError, storeDamaged } from '../errors.js';
import type { FileSystem } from '../file-system.js';
import { isSystemFileName } from '../names.js';
import { type ProcessIdentity, parseRecord, processIdentitySchema } from '../process-identity.js';
import { litterIn } from './litter.js';

/** Who holds a lock, as its holder wrote it; `identity` is missing if it cannot be understood, or has just gone. */
export interface LockHolder {
  readonly name: string;
  readonly identity: ProcessIdentity | 'lost' | undefined;
  /** Changes whenever the holder gives a sign of life. */
  readonly version: string;
}

/** Where a lock and its preparations live, and through what they are reached. */
export interface LockPlace {
  readonly fileSystem: FileSystem;
  readonly path: string;
  /** Prepared lock directories are made here, and cleaned up here after a crash. */
  readonly draftsPath: string;
  /** Whether a file of that name is a holder's; any other is somebody's, and stays. */
  isHolder(name: string): boolean;
}

/** Takes the lock for `holder`; false if somebody has it. */
export function takeLockDirectory(place: LockPlace, holder: string, identity: ProcessIdentity): boolean {
  const prepared = prepareLockDirectory(place, holder, identity);
  return putInPlace(place, prepared, () => removePrepared(place, prepared));
}

/** A lock's directory that is not in its place: what it is, and whose file is inside. */
export interface PreparedLock {
  /** Absolute. */
  readonly directory: string;
  readonly holder: string;
}

/** Makes a lock's directory among the drafts. */
export function prepareLockDirectory(place: LockPlace, holder: string, identity: ProcessIdentity): PreparedLock {
  const directory = path.join(place.draftsPath, holder);
  try {
    place.fileSystem.makeDirectory(directory);
    place.fileSystem.createFile(path.join(directory, holder), Buffer.from(JSON.stringify(identity)));
    return { directory, holder };
  } catch (error) {
    removePrepared(place, { directory, holder });
    throw error;
  }
}

/** Puts a prepared directory in the lock's place; if somebody has the lock, or it cannot be moved, `giveUp` is called. */
export function putInPlace(place: LockPlace, { directory, holder }: PreparedLock, giveUp: () => void): boolean {
  let isTaken = false;
  try {
    // A server may answer a repeated request with "exists" after the first one has succeeded.
    isTaken = renameOntoLock(place, directory) || findHolderName(place) === holder;
    if (!isTaken) requireNoForeignFile(place);
    return isTaken;
  } finally {
    if (!isTaken) giveUp();
  }
}

/** Removes what was prepared, now or later. Never throws. */
export function removePrepared(place: LockPlace, { directory, holder }: PreparedLock): void {
  const { fileSystem, draftsPath } = place;
  litterIn(fileSystem, draftsPath).remove(directory, () => removeLockDirectory(fileSystem, directory, holder));
}

/** Removes a dead holder; whoever has the lock by now keeps it. */
export function removeHolder(place: LockPlace, holder: string): void {
  if (place.fileSystem.findStatus(place.path)?.kind === 'other')
    throw storeDamaged(`lock ${place.path}: expected a directory, found a link or a special file`);
  removeLockDirectory(place.fileSystem, place.path, holder);
}

/** Lets the lock go if `holder` still has it, now or, if that fails, as soon as it can. Never throws. */
export function releaseLockDirectory(place: LockPlace, holder: string): void {
  litterIn(place.fileSystem, place.draftsPath).remove(path.join(place.path, holder), () => removeHolder(place, holder));
}

/** The holder of the lock, or `undefined` if nobody has it. */
export function findLockHolder(place: LockPlace): LockHolder | undefined {
  const name = findHolderName(place);
  if (name === undefined) return undefined;
  const version = place.fileSystem.findStatus(place.path)?.modifiedMs ?? 0;
  return { name, identity: readHolder(place, name), version: `${name} ${version}` };
}

/**
 * The name of the lock's holder, which costs one look; `undefined` if nobody has it.
 * @throws StoreError STORE_DAMAGED where something else is in it, which nobody but a repair moves
 */
export function findHolderName(place: LockPlace): string | undefined {
  const names = readNames(place);
  const holder = names.find(place.isHolder);
  if (holder !== undefined) return holder;
  const foreign = names.find((name) => !isSystemFileName(name));
  if (foreign !== undefined) throw noHolder(place, foreign);
  return undefined;
}

/** Even a desktop's file, which is in nobody's way otherwise, keeps a lock from being taken. */
function requireNoForeignFile(place: LockPlace): void {
  const names = readNames(place);
  const [foreign] = names;
  if (foreign !== undefined && !names.some(place.isHolder)) throw noHolder(place, foreign);
}

function noHolder(place: LockPlace, name: string, cause?: unknown): StoreError {
  return storeDamaged(`lock ${place.path}: ${JSON.stringify(name)} in it is no holder's file`, cause);
}

function readNames(place: LockPlace): readonly string[] {
  try {
    return place.fileSystem.readDirectory(place.path);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return [];
    if (isSystemError(error, 'ENOTDIR')) {
      throw storeDamaged(`lock ${place.path}: expected a directory, found a file`, error);
    }
    throw error;
  }
}

function readHolder(place: LockPlace, name: string): LockHolder['identity'] {
  try {
    return parseRecord(place.fileSystem.readFile(path.join(place.path, name)), processIdentitySchema);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    if (isSystemError(error, 'EISDIR', 'ELOOP', 'ENXIO')) throw noHolder(place, name, error);
    throw error;
  }
}

function renameOntoLock(place: LockPlace, prepared: string): boolean {
  const { fileSystem } = place;
  try {
    fileSystem.rename(prepared, place.path);
    return true;
  } catch (error) {
    if (!isSystemError(error, 'ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES')) throw error;
    // Windows refuses even an empty directory, which a holder killed while letting go leaves behind.
    if (isSystemError(error, 'EPERM', 'EACCES')) {
      if (findLockHolder(place) === undefined) removeIfEmpty(fileSystem, place.path);
      if (fileSystem.findStatus(place.path) === undefined) return retryRename(place, prepared);
    }
    return false;
  }
}

function retryRename(place: LockPlace, prepared: string): boolean {
  try {
    place.fileSystem.rename(prepared, place.path);
    return true;
  } catch (error) {
    if (isSystemError(error, 'ENOTEMPTY', 'EEXIST')) return false;
    throw error;
  }
}

function removeLockDirectory(fileSystem: FileSystem, directory: string, holder: string): void {
  try {
    fileSystem.removeFile(path.join(directory, holder));
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error;
  }
  removeIfEmpty(fileSystem, directory);
}

function removeIfEmpty(fileSystem: FileSystem, directory: string): void {
  try {
    fileSystem.removeDirectory(directory);
  } catch (error) {
    // Gone already, or the next holder's by now.
    if (!isSystemError(error, 'ENOENT', 'ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES')) throw error;
  }
}
