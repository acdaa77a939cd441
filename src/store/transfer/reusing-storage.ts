import type { FileEntry } from '../manifest.js';
import type { Storage } from '../storage.js';

/** A storage that sending is expensive to, and that can be spared it. */
export interface ReusingStorage {
  /**
   * Puts a file into a draft without its bytes, if the storage has the same bytes elsewhere: in a generation, or in a
   * draft that was never finished. False if it has not.
   */
  reuseFile(draft: string, name: string, file: Pick<FileEntry, 'sha256' | 'sizeBytes'>): Promise<boolean>;
}

/** True if what was sent to this storage once need not be sent again, also after a death on the way. */
export function isReusing(storage: Storage): storage is Storage & ReusingStorage {
  return 'reuseFile' in storage && typeof storage.reuseFile === 'function';
}
