/** Walking and removing directories, one entry at a time, links never followed. */
import path from 'node:path';
import { isSystemError, systemErrorCode } from '../errors.js';
import type { FileSystem } from '../file-system.js';

/** Everything below a directory: files by their path with `/`, directories deepest first. */
export interface DirectoryTree {
  readonly files: readonly { readonly name: string; readonly sizeBytes: number }[];
  readonly directories: readonly string[];
}

/** What lies below `directory`; empty if it is gone, or is no directory but a link to one. */
export function readTree(fileSystem: FileSystem, directory: string): DirectoryTree {
  const files: { name: string; sizeBytes: number }[] = [];
  const directories: string[] = [];
  const visit = (below: string): void => {
    for (const entry of readIfPresent(fileSystem, path.join(directory, below))) {
      const name = below === '' ? entry : `${below}/${entry}`;
      const status = fileSystem.findStatus(path.join(directory, name));
      if (status?.kind === 'directory') {
        visit(name);
        directories.push(name);
      } else if (status !== undefined) files.push({ name, sizeBytes: status.sizeBytes });
    }
  };
  if (fileSystem.findStatus(directory)?.kind === 'directory') visit('');
  return { files, directories };
}

/** Removes a directory and all below it; answers the bytes freed. What somebody else removes meanwhile is no error. */
export function removeTree(fileSystem: FileSystem, directory: string): number {
  const status = fileSystem.findStatus(directory);
  // A stray file (a desktop's, an editor's) where only directories belong goes the same way.
  if (status !== undefined && status.kind !== 'directory') {
    return removed(() => fileSystem.removeFile(directory)) ? status.sizeBytes : 0;
  }
  const tree = readTree(fileSystem, directory);
  let freedBytes = 0;
  for (const file of tree.files) {
    if (removed(() => fileSystem.removeFile(path.join(directory, file.name)))) freedBytes += file.sizeBytes;
  }
  for (const name of tree.directories) removed(() => fileSystem.removeDirectory(path.join(directory, name)));
  removed(() => fileSystem.removeDirectory(directory));
  return freedBytes;
}

/** As `removeTree` after a failure, which is what the caller has to hear of: what cannot go stays, without a word. */
export function clearAfterFailure(fileSystem: FileSystem, directory: string): void {
  try {
    removeTree(fileSystem, directory);
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
  }
}

/**
 * Removes a directory, or a file, and all below it that can go; answers the first error of what is in use. What somebody
 * else removes or makes meanwhile is no error.
 */
export function removeUnlessBusy(fileSystem: FileSystem, entry: string): Error | undefined {
  let firstBusy: Error | undefined;
  const remove = (action: () => void): void => {
    try {
      action();
    } catch (error) {
      if (!isHarmless(error)) throw error;
      if (isBusy(error)) firstBusy ??= error;
    }
  };
  const { files, directories } = readTree(fileSystem, entry);
  for (const { name } of files) remove(() => fileSystem.removeFile(path.join(entry, name)));
  for (const name of directories) remove(() => fileSystem.removeDirectory(path.join(entry, name)));
  const kind = fileSystem.findStatus(entry)?.kind;
  remove(() => (kind === 'directory' ? fileSystem.removeDirectory(entry) : fileSystem.removeFile(entry)));
  return firstBusy;
}

/** As `removeTree`, without stopping the calling thread for longer than a look at the directories. */
export async function deleteTree(fileSystem: FileSystem, directory: string): Promise<void> {
  const status = fileSystem.findStatus(directory);
  if (status !== undefined && status.kind !== 'directory') return deleted(() => fileSystem.deleteFile(directory));
  const tree = readTree(fileSystem, directory);
  for (const file of tree.files) await deleted(() => fileSystem.deleteFile(path.join(directory, file.name)));
  for (const name of tree.directories) await deleted(() => fileSystem.deleteDirectory(path.join(directory, name)));
  await deleted(() => fileSystem.deleteDirectory(directory));
}

/** The names in a directory; none if it is gone. */
export function readIfPresent(fileSystem: FileSystem, directory: string): readonly string[] {
  try {
    return fileSystem.readDirectory(directory);
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}

/** Does `remove`; false if it was not there, or cannot go yet (an open handle on Windows, a late newcomer inside). */
export function removed(remove: () => void): boolean {
  try {
    remove();
    return true;
  } catch (error) {
    if (isHarmless(error)) return false;
    throw error;
  }
}

async function deleted(remove: () => Promise<void>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (!isHarmless(error)) throw error;
  }
}

function isHarmless(error: unknown): boolean {
  return isSystemError(error, 'ENOENT', 'ENOTEMPTY', 'EEXIST') || isBusy(error);
}

/** True where something is mounted at the name, or Windows has it open. */
export function isBusy(error: unknown): error is Error {
  return isSystemError(error, 'EBUSY') || (process.platform === 'win32' && isSystemError(error, 'EPERM', 'EACCES'));
}
