/**
 * What nobody reads of a disk after a crash: drafts, what is in the trash, and what was never finished is only deleted,
 * and the ignore file is only written. Disks that differ in nothing else are opened once for all of them, so the disk
 * that is opened gives these bytes to nobody.
 */
import type { Environment } from '../../dist/store/index.js';

type FileSystem = Environment['fileSystem'];

/** Whether the bytes of a file of that name do not count, wherever it lies. */
export function isUnreadFile(name: string): boolean {
  return name.startsWith('~') || name.startsWith('CURRENT.') || name === '.gitignore';
}

/** Whether no bytes below a directory of that name count. */
export function isUnreadDirectory(name: string): boolean {
  return name === 'drafts' || name === 'trash';
}

/** A disk that does not tell what is in the files that nobody reads, nor how long they are. */
export function withoutUnread(disk: FileSystem): FileSystem {
  const requireRead = (path: string): void => {
    if (isUnread(path)) throw new Error(`${path} is read, though the tests say that nobody does`);
  };
  return {
    ...disk,
    readFile: (path) => {
      requireRead(path);
      return disk.readFile(path);
    },
    openFile: (path) => {
      requireRead(path);
      return disk.openFile(path);
    },
    findStatus: (path) => {
      const status = disk.findStatus(path);
      return status?.kind === 'file' && isUnread(path) ? { ...status, sizeBytes: 0 } : status;
    },
  };
}

function isUnread(path: string): boolean {
  if (path.includes('/drafts/') || path.includes('/trash/')) return true;
  return isUnreadFile(path.slice(path.lastIndexOf('/') + 1));
}
