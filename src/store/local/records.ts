/** Small records, one file each, created whole. */
import path from 'node:path';
import { isSystemError, NO_FILE_CODES, storeDamaged, systemErrorCode } from '../errors.js';
import type { FileSystem } from '../file-system.js';
import { isRecordId, type RecordKind, UNFINISHED_PREFIX } from '../names.js';
import type { RecordEntry } from '../storage.js';
import { type Litter, removeFileLater } from './litter.js';

/**
 * The records in a directory; `undefined` if it is gone. What stands in the place of a tag or a pin and is no file is
 * among them, for it may have kept a generation; who has the store open leaves nothing but files.
 */
export function listRecords(
  fileSystem: FileSystem,
  directory: string,
  kind: RecordKind,
): readonly RecordEntry[] | undefined {
  return readRecordNames(fileSystem, directory)
    ?.filter(isRecordId)
    .flatMap((id) => {
      const status = fileSystem.findStatus(path.join(directory, id));
      if (status === undefined || (kind === 'instances' && status.kind !== 'file')) return [];
      return [{ id, version: String(status.modifiedMs) }];
    });
}

/** Anything else in the place of the directory is an error, for pins and tags must not seem to be none. */
function readRecordNames(fileSystem: FileSystem, directory: string): readonly string[] | undefined {
  try {
    return fileSystem.readDirectory(directory);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/**
 * The bytes of a record, or `undefined` if it is gone.
 * @throws StoreError STORE_DAMAGED where something that is no file stands in the place of a tag or a pin
 */
export function readRecord(
  fileSystem: FileSystem,
  directory: string,
  { kind, id }: { readonly kind: RecordKind; readonly id: string },
): Uint8Array | undefined {
  try {
    return fileSystem.readFile(path.join(directory, id));
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    if (!isSystemError(error, ...NO_FILE_CODES)) throw error;
    if (kind === 'instances') return undefined;
    throw storeDamaged(`${kind}/${id}: expected a file, found a directory, a link or a special file`, error);
  }
}

/** Removes a record. A directory in its place stays for a repair to set aside, and is not tried again. */
export function removeRecordFile(fileSystem: FileSystem, file: string): void {
  try {
    fileSystem.removeFile(file);
  } catch (error) {
    if (fileSystem.findStatus(file)?.kind !== 'directory') throw error;
  }
}

interface NewRecord {
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly replace: boolean;
  readonly sync: boolean;
  readonly unique: string;
  readonly litter: Litter;
}

/** Writes a record whole; false if the id is taken and `replace` is not set: of many writers one gets it. */
export async function writeRecord(fileSystem: FileSystem, directory: string, record: NewRecord): Promise<boolean> {
  const target = path.join(directory, record.id);
  if (!record.replace && fileSystem.findStatus(target) !== undefined) return false;
  // Without content it cannot be unfinished, so that a pin whose owner dies is a pin or nothing.
  if (!record.replace && !record.sync && record.bytes.byteLength === 0) return createEmpty(fileSystem, target);
  const unfinished = path.join(directory, `${UNFINISHED_PREFIX}${record.id}-${record.unique}`);
  let isWritten = false;
  try {
    await fileSystem.writeFile(unfinished, record.bytes, { sync: record.sync });
    if (record.replace) fileSystem.rename(unfinished, target);
    isWritten = record.replace || giveFreeName(fileSystem, directory, record, unfinished);
  } finally {
    if (!record.replace || !isWritten) removeFileLater(fileSystem, record.litter, unfinished);
  }
  if (isWritten && record.sync) await fileSystem.syncDirectory(directory);
  return isWritten;
}

/** Gives a finished record its name; false if it is taken, which a rename would not notice. */
function giveFreeName(fileSystem: FileSystem, directory: string, record: NewRecord, unfinished: string): boolean {
  try {
    fileSystem.linkFile(unfinished, path.join(directory, record.id));
    return true;
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    if (isSystemError(error, 'EEXIST')) return false;
    // No links here, or something that renaming meets as well.
    return renameAlone(fileSystem, directory, record, unfinished);
  }
}

/**
 * Where files have one name only: who looks and renames has the name to itself meanwhile. Whoever dies in between keeps
 * it taken until collecting removes what is unfinished.
 */
function renameAlone(fileSystem: FileSystem, directory: string, record: NewRecord, unfinished: string): boolean {
  const target = path.join(directory, record.id);
  const turn = path.join(directory, `${UNFINISHED_PREFIX}${record.id}`);
  if (!createEmpty(fileSystem, turn)) return false;
  try {
    if (fileSystem.findStatus(target) !== undefined) return false;
    fileSystem.rename(unfinished, target);
    return true;
  } finally {
    removeFileLater(fileSystem, record.litter, turn);
  }
}

/** False if the name is taken. */
function createEmpty(fileSystem: FileSystem, file: string): boolean {
  try {
    fileSystem.createFile(file, new Uint8Array());
    return true;
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return false;
    throw error;
  }
}
