/** What the claim rests on: a directory cannot be renamed onto one that holds something. */
import path from 'node:path';
import { isSystemError } from '../errors.js';
import type { FileSystem } from '../file-system.js';
import { removed } from './directory-tree.js';

/** True if it is refused, as it must be. Makes two directories in `folder`, which the caller removes with all in it. */
export function refusesRenameOntoFull(fileSystem: FileSystem, folder: string): boolean {
  const [first, second] = [path.join(folder, 'first'), path.join(folder, 'second')];
  for (const directory of [first, second]) fileSystem.makeDirectory(directory);
  for (const directory of [first, second]) fileSystem.createFile(path.join(directory, 'held'), new Uint8Array());
  try {
    return !removed(() => fileSystem.rename(first, second));
  } catch (error) {
    if (isSystemError(error, 'EPERM', 'EACCES')) return true;
    throw error;
  }
}
