/** Whether entries of directories can be made durable. */
import { isSystemError, systemErrorCode } from '../errors.js';
import type { FileSystem } from '../file-system.js';
import { isNetworkType } from './file-system-names.js';

/** What a file system says that has no such call. */
export const NO_DIRECTORY_SYNC = ['EINVAL', 'ENOTSUP', 'ENOSYS'] as const;

/** Whether it is worth asking: the disks of this machine all can, and Windows has no such call anywhere. */
export function mayLackDirectorySync(type: string): boolean {
  return process.platform !== 'win32' && (isNetworkType(type) || type === 'unknown');
}

/** Tries it; `undefined` if the system gave another reason. */
export async function canSyncDirectory(fileSystem: FileSystem, directory: string): Promise<boolean | undefined> {
  if (process.platform === 'win32') return false;
  try {
    // Asked as of a file: `syncDirectory` does not tell that there is no such call.
    await fileSystem.syncFile(directory);
    return true;
  } catch (error) {
    if (isSystemError(error, ...NO_DIRECTORY_SYNC)) return false;
    if (systemErrorCode(error) === undefined) throw error;
    return undefined;
  }
}
