/** Small records, one file each, created whole. */
import path from 'node:path';
import { isSystemError } from '../errors.js';
import type { FileSystem } from '../file-system.js';
import { isRecordId } from '../names.js';
import type { RecordEntry } from '../storage.js';
import { type Litter, removeFileLater } from './litter.js';

/** Prefix of a record that is still being written; no record id starts with it. */
export const UNFINISHED_PREFIX = '~';

/** The records in a directory. */
export function listRecords(fileSystem: FileSystem, directory: string): readonly RecordEntry[] {
  return readRecordNames(fileSystem, directory)
    .filter(isRecordId)
    .flatMap((id) => {
      const status = fileSystem.findStatus(path.join(directory, id));
      return status?.kind === 'file' ? [{ id, version: String(status.modifiedMs) }] : [];
    });
}

/** None if the directory is gone; anything else in its place is an error, for pins and tags must not seem to be none. */
function readRecordNames(fileSystem: FileSystem, directory: string): readonly string[] {
  try {
    return fileSystem.readDirectory(directory);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return [];
    throw error;
  }
}

/** The bytes of a record, or `undefined` if it is gone. */
export function readRecord(fileSystem: FileSystem, directory: string, id: string): Uint8Array | undefined {
  try {
    return fileSystem.readFile(path.join(directory, id));
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Writes a record whole; false if the id is taken and `replace` is not set. */
export async function writeRecord(
  fileSystem: FileSystem,
  directory: string,
  record: {
    readonly id: string;
    readonly bytes: Uint8Array;
    readonly replace: boolean;
    readonly sync: boolean;
    readonly unique: string;
    readonly litter: Litter;
  },
): Promise<boolean> {
  const target = path.join(directory, record.id);
  if (!record.replace && fileSystem.findStatus(target) !== undefined) return false;
  // Without content it cannot be unfinished, so that a pin whose owner dies is a pin or nothing.
  if (!record.replace && !record.sync && record.bytes.byteLength === 0) return createEmpty(fileSystem, target);
  const unfinished = path.join(directory, `${UNFINISHED_PREFIX}${record.id}-${record.unique}`);
  try {
    await fileSystem.writeFile(unfinished, record.bytes, { sync: record.sync });
    fileSystem.rename(unfinished, target);
  } catch (error) {
    removeFileLater(fileSystem, record.litter, unfinished);
    throw error;
  }
  if (record.sync) await fileSystem.syncDirectory(directory);
  return true;
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
