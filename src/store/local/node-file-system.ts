import fs from 'node:fs';
import writeFileAtomic from 'write-file-atomic';
import { isSystemError, systemErrorCode, whileReading } from '../errors.js';
import {
  type FileCopying,
  type FileStatus,
  type FileSystem,
  LARGEST_WHOLE_FILE_BYTES,
  type OpenFile,
  type UnsyncedFile,
} from '../file-system.js';
import { NO_DIRECTORY_SYNC } from './directory-sync.js';
import { fileSystemTypeName, NETWORK_SHARE } from './file-system-names.js';

/** Up to this size a write into the page cache is quicker than a trip through the thread pool. */
const SYNCHRONOUS_WRITE_BYTES = 256 * 1024;

/** Windows lets go of a name late when a virus scanner or an indexer has it open; the wait stays below 150 ms. */
const BUSY_RETRY_DELAYS_MS: readonly number[] = process.platform === 'win32' ? [1, 2, 5, 10, 20, 40, 60] : [];
const BUSY_CODES = ['EPERM', 'EBUSY', 'EACCES'] as const;

/** The real file system. This is the one place of the store that writes files. */
export const nodeFileSystem: FileSystem = {
  readDirectory: (path) => whileReading(() => fs.readdirSync(path)),
  readFile,
  findStatus,
  openFile,
  makeDirectory: (path) => fs.mkdirSync(path),
  removeDirectory: (path) => retryWhileBusy(() => fs.rmdirSync(path)),
  removeFile: (path) => retryWhileBusy(() => fs.unlinkSync(path)),
  deleteFile: (path) => calling((done) => fs.unlink(path, done)),
  deleteDirectory: (path) => calling((done) => fs.rmdir(path, done)),
  rename: (from, to) => retryWhileBusy(() => fs.renameSync(from, to)),
  linkFile,
  touch: (path, modifiedMs) => fs.utimesSync(path, modifiedMs / 1000, modifiedMs / 1000),
  createFile,
  writeFile,
  writeUnsynced,
  syncFile,
  syncDirectory,
  replaceFile,
  typeOf,
  watchDirectory,
};

/** The real file system's links and clones. */
export const nodeFileCopying: FileCopying = {
  linkFile,
  cloneFile: (from, to) => fs.copyFileSync(from, to, fs.constants.COPYFILE_EXCL | fs.constants.COPYFILE_FICLONE_FORCE),
};

function findStatus(path: string): FileStatus | undefined {
  const status = whileReading(() => fs.lstatSync(path, { throwIfNoEntry: false }));
  if (status === undefined) return undefined;
  const kind = status.isFile() ? 'file' : status.isDirectory() ? 'directory' : 'other';
  return {
    kind,
    sizeBytes: status.size,
    modifiedMs: status.mtimeMs,
    inode: status.ino,
    bornMs: status.birthtimeMs,
  };
}

/** Nothing inside a store is a link or a pipe; one that appears there is not followed and never waited for. */
const READ_FLAGS = fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0) | (fs.constants.O_NONBLOCK ?? 0);

function openRegularFile(path: string): { readonly descriptor: number; readonly sizeBytes: number } {
  const descriptor = whileReading(() => fs.openSync(path, READ_FLAGS));
  try {
    const status = fs.fstatSync(descriptor);
    if (status.isFile()) return { descriptor, sizeBytes: status.size };
  } catch (error) {
    closeQuietly(descriptor);
    throw error;
  }
  closeQuietly(descriptor);
  throw Object.assign(new Error(`EISDIR: ${path} is not a regular file`), { code: 'EISDIR' });
}

function readFile(path: string): Uint8Array {
  const { descriptor, sizeBytes } = openRegularFile(path);
  try {
    return sizeBytes > LARGEST_WHOLE_FILE_BYTES ? new Uint8Array() : readExactly(descriptor, 0, sizeBytes);
  } finally {
    closeQuietly(descriptor);
  }
}

/** What closing says can only concern bytes that were written through the descriptor, and here nobody counts on any. */
function closeQuietly(descriptor: number): void {
  try {
    fs.closeSync(descriptor);
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
  }
}

function replaceFile(path: string, content: string, onTemporary: (path: string) => void): void {
  // The library writes through a link, so one that somebody put there goes first.
  const kind = findStatus(path)?.kind;
  if (kind === 'other') fs.unlinkSync(path);
  if (kind === 'directory') fs.rmdirSync(path);
  writeFileAtomic.sync(path, content, { fsync: false, tmpfileCreated: onTemporary });
}

function linkFile(from: string, to: string): void {
  try {
    fs.linkSync(from, to);
  } catch (error) {
    // A server may answer a repeated request with "exists" after the first one has succeeded.
    if (!isSystemError(error, 'EEXIST') || !isSameFile(from, to)) throw error;
  }
}

function isSameFile(one: string, other: string): boolean {
  const [first, second] = [one, other].map((path) => fs.lstatSync(path, { bigint: true, throwIfNoEntry: false }));
  return first !== undefined && first.ino === second?.ino && first.dev === second.dev;
}

function openFile(path: string): OpenFile {
  const { descriptor, sizeBytes } = openRegularFile(path);
  let isOpen = true;
  const openDescriptor = (): number => {
    // A closed descriptor's number may by now belong to another file.
    if (!isOpen) throw new Error(`${path} is closed`);
    return descriptor;
  };
  return {
    sizeBytes,
    read: (offset, lengthBytes) => readExactly(openDescriptor(), offset, lengthBytes),
    readInto: (offset, target) => fill(openDescriptor(), offset, target),
    close: () => {
      if (isOpen) closeQuietly(descriptor);
      isOpen = false;
    },
  };
}

function readExactly(descriptor: number, offset: number, lengthBytes: number): Uint8Array {
  const bytes = Buffer.allocUnsafeSlow(lengthBytes);
  fill(descriptor, offset, bytes);
  return bytes;
}

function fill(descriptor: number, offset: number, target: Uint8Array): void {
  const wanted = target.byteLength;
  let done = 0;
  while (done < wanted) {
    const count = fs.readSync(descriptor, target, done, wanted - done, offset + done);
    if (count === 0) throw new RangeError(`file ends at ${offset + done}, wanted ${offset + wanted} bytes`);
    done += count;
  }
}

function createFile(path: string, bytes: Uint8Array): void {
  const descriptor = fs.openSync(path, 'wx', 0o644);
  try {
    writeFully(descriptor, bytes);
  } finally {
    fs.closeSync(descriptor);
  }
}

async function writeFile(path: string, bytes: Uint8Array, options: { readonly sync: boolean }): Promise<void> {
  await finish(await createWritten(path, bytes), path, bytes, options);
}

async function writeUnsynced(path: string, bytes: Uint8Array): Promise<UnsyncedFile> {
  const descriptor = await createWritten(path, bytes);
  return {
    sync: () => finish(descriptor, path, bytes, { sync: true }),
    abandon: () => closeQuietly(descriptor),
  };
}

async function createWritten(path: string, bytes: Uint8Array): Promise<number> {
  const descriptor = fs.openSync(path, 'wx', 0o644);
  try {
    if (bytes.byteLength <= SYNCHRONOUS_WRITE_BYTES) writeFully(descriptor, bytes);
    else await writeFullyOffThread(descriptor, bytes);
    return descriptor;
  } catch (error) {
    closeQuietly(descriptor);
    throw error;
  }
}

async function finish(
  descriptor: number,
  path: string,
  bytes: Uint8Array,
  options: { readonly sync: boolean },
): Promise<void> {
  try {
    if (options.sync) await fsync(descriptor);
    const { size } = fs.fstatSync(descriptor);
    if (size !== bytes.byteLength)
      throw new RangeError(`${path}: wrote ${bytes.byteLength} bytes, the file has ${size}`);
  } finally {
    fs.closeSync(descriptor);
  }
}

/** A write may take fewer bytes than it was given (a full disk, a signal); only the next call says why. */
function writeFully(descriptor: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.byteLength) done += fs.writeSync(descriptor, bytes, done, bytes.byteLength - done);
}

async function writeFullyOffThread(descriptor: number, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.byteLength) {
    done += await writeChunk(descriptor, bytes, done);
  }
}

function writeChunk(descriptor: number, bytes: Uint8Array, done: number): Promise<number> {
  return new Promise((resolve, reject) =>
    fs.write(descriptor, bytes, done, bytes.byteLength - done, done, (error, written) =>
      error === null ? resolve(written) : reject(error),
    ),
  );
}

function fsync(descriptor: number): Promise<void> {
  return calling((done) => fs.fsync(descriptor, done));
}

function calling(call: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => call((error) => (error === null ? resolve() : reject(error))));
}

async function syncFile(path: string): Promise<void> {
  const descriptor = fs.openSync(path, 'r');
  try {
    await fsync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  try {
    await syncFile(path);
  } catch (error) {
    // FUSE and some network file systems have no fsync for directories; the store says so when it opens.
    if (!isSystemError(error, ...NO_DIRECTORY_SYNC)) throw error;
  }
}

function retryWhileBusy(action: () => void): void {
  for (const delayMs of BUSY_RETRY_DELAYS_MS) {
    try {
      action();
      return;
    } catch (error) {
      if (!isSystemError(error, ...BUSY_CODES)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, delayMs);
    }
  }
  action();
}

function typeOf(path: string): string {
  if (process.platform === 'win32' && path.startsWith('\\\\')) return NETWORK_SHARE;
  try {
    return fileSystemTypeName(fs.statfsSync(path).type);
  } catch (error) {
    if (error instanceof Error) return 'unknown';
    throw error;
  }
}

function watchDirectory(path: string, onChange: () => void): { close(): void } {
  const watcher = fs.watch(path, { persistent: false }, onChange);
  // A watch that fails later (the directory is gone, a mount went away) only costs latency: the caller polls as well.
  watcher.on('error', () => watcher.close());
  return { close: () => watcher.close() };
}
