/** Records of those who hold a lock shared: one file each, named after the holder. */
import path from 'node:path';
import { z } from 'zod';
import { isSystemError } from '../errors.js';
import type { FileSystem } from '../file-system.js';
import { type ProcessIdentity, parseRecord, processIdentitySchema } from '../process-identity.js';
import { type Litter, removeFileLater } from './litter.js';

/** Somebody who holds a lock shared. */
export interface SharedHolder {
  readonly name: string;
  readonly identity: ProcessIdentity | 'lost' | undefined;
  /** Changes whenever the holder gives a sign of life. */
  readonly version: string;
}

/** Where shared holders leave their records, and where what cannot be removed there is remembered. */
export interface SharedPlace {
  readonly fileSystem: FileSystem;
  readonly directory: string;
  readonly litter: Litter;
}

const recordSchema = z.object({ identity: processIdentitySchema });

/** Leaves the record of a holder, whose name nobody else has. */
export function createSharedHolder(
  { fileSystem, directory, litter }: SharedPlace,
  name: string,
  record: Uint8Array,
): void {
  // A reader must never see half a record: it would take a live holder for one of unknown identity.
  const unfinished = path.join(directory, `~${name}`);
  try {
    fileSystem.createFile(unfinished, record);
    fileSystem.rename(unfinished, path.join(directory, name));
  } catch (error) {
    for (const left of [unfinished, path.join(directory, name)]) removeFileLater(fileSystem, litter, left);
    throw error;
  }
}

/** Every holder that left a record, dead ones included; what has no name of a holder is somebody's. */
export function listSharedHolders({
  fileSystem,
  directory,
  isHolder,
}: Omit<SharedPlace, 'litter'> & { isHolder(name: string): boolean }): readonly SharedHolder[] {
  const names = fileSystem.readDirectory(directory).filter(isHolder);
  return names.flatMap((name) => {
    const file = path.join(directory, name);
    const status = fileSystem.findStatus(file);
    // What is no file was left by nobody who holds the lock.
    if (status?.kind !== 'file') return [];
    return [{ name, identity: readIdentity(fileSystem, file), version: String(status.modifiedMs) }];
  });
}

/** Who left the record; `lost` if its bytes are, `undefined` if it says something else, or is gone. */
export function readIdentity(fileSystem: FileSystem, file: string): SharedHolder['identity'] {
  try {
    const record = parseRecord(fileSystem.readFile(file), recordSchema);
    return record === 'lost' ? record : record?.identity;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}
