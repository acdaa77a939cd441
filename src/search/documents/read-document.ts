import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, realpathSync, type Stats } from 'node:fs';
import { join, sep } from 'node:path';
import { SearchError } from '../errors.js';
import { type FileState, fileStateOf, isSameState } from './file-state.js';

/** Bytes of a document together with the state of the file that they belong to. */
export interface ReadDocument extends FileState {
  readonly bytes: Uint8Array;
}

/** 10 MiB: longer markdown is generated data, and would hold up everything behind it. */
export const DEFAULT_MAXIMUM_FILE_BYTES: number = 10 * 1024 * 1024;

const ATTEMPTS = 5;

/** Not blocking: between the look and the opening the file may have been replaced by a pipe. */
const OPENED_WITHOUT_WAITING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/**
 * The bytes of one document as they stood at one moment. A file that changes while it is read is read again, up to
 * five times; if it never rests, the last bytes are given with the state before them, so that the next comparison
 * finds it changed. Blocks the thread; a named pipe or device is refused and never waited for. Which paths are
 * documents is not asked here: see `DocumentFilter`.
 *
 * @param root real absolute path
 * @param path relative to the root, with `/`
 * @param options.maximumBytes default 10 MiB
 * @throws SearchError `INVALID_REQUEST` for a path that is not inside the root, `DOCUMENT_NOT_FOUND`
 *   (also for symlinks, folders and pipes, which are no documents), `DOCUMENT_TOO_LARGE`, `DOCUMENT_UNREADABLE` (no
 *   right to read it)
 */
export function readDocument(
  root: string,
  path: string,
  { maximumBytes = DEFAULT_MAXIMUM_FILE_BYTES }: { readonly maximumBytes?: number } = {},
): ReadDocument {
  requireInside(path);
  try {
    const target = requireExactPath(root, path);
    requireRegular(lstatSync(target), path);
    for (let attempt = 1; ; attempt++) {
      const { before, bytes, after } = readOnce(target, { path, maximumBytes });
      if (attempt === ATTEMPTS || (bytes.byteLength === before.sizeBytes && isSameState(before, after))) {
        return { ...before, sizeBytes: bytes.byteLength, bytes };
      }
    }
  } catch (error) {
    throw error instanceof SearchError ? error : asSearchError(error, path);
  }
}

let readInto = new Uint8Array(64 * 1024);

/**
 * The bytes of a file that was just listed, valid until the next call; undefined if it is no longer a file of that size
 * that can be read. Says nothing of why, or of what else changed: `readDocument` does.
 */
export function findBytes(root: string, path: string, sizeBytes: number): Uint8Array | undefined {
  if (readInto.byteLength <= sizeBytes) readInto = new Uint8Array(2 * sizeBytes);
  let descriptor: number;
  try {
    descriptor = openSync(`${root}${sep}${path}`, OPENED_WITHOUT_WAITING);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
  try {
    // One byte more than it should hold, so that growth shows.
    const count = readSync(descriptor, readInto, 0, sizeBytes + 1, null);
    return count === sizeBytes ? readInto.subarray(0, count) : undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

function requireInside(path: string): void {
  const names = path.split(sep === '\\' ? /[\\/]/ : '/');
  const isInside = !path.includes('\0') && names.every((name) => name !== '' && name !== '.' && name !== '..');
  if (isInside && !(process.platform === 'win32' && path.includes(':'))) return;
  throw new SearchError('INVALID_REQUEST', `document ${JSON.stringify(path)}: is not a path inside the root`, {
    remedy: 'Give the path as search results show it: relative to the root, with "/".',
  });
}

/** Neither the file nor a folder above it is a symlink, and letters have the case that the file system shows. */
function requireExactPath(root: string, path: string): string {
  const target = join(root, path);
  if (realpathSync.native(target) === target) return target;
  throw new SearchError('DOCUMENT_NOT_FOUND', `document ${path}: is a symlink or is spelled differently on disk`, {
    remedy: 'Symlinks are not followed; ask for the file that it leads to, spelled as list_documents shows it.',
  });
}

function requireRegular(stats: Stats, path: string): void {
  if (stats.isFile()) return;
  const kind = stats.isDirectory() ? 'a folder' : stats.isFIFO() ? 'a named pipe' : 'not a regular file';
  // As discovery sees it, which passes over all that is no file.
  throw new SearchError('DOCUMENT_NOT_FOUND', `document ${path}: is ${kind}`, {
    remedy: 'Only regular files are documents; list_documents shows what there is.',
  });
}

function readOnce(
  target: string,
  { path, maximumBytes }: { readonly path: string; readonly maximumBytes: number },
): { readonly before: FileState; readonly bytes: Uint8Array; readonly after: FileState } {
  const descriptor = openSync(target, OPENED_WITHOUT_WAITING);
  try {
    const stats = fstatSync(descriptor);
    requireRegular(stats, path);
    const bytes = readToEnd(descriptor, { sizeBytes: stats.size, path, maximumBytes });
    return { before: fileStateOf(stats), bytes, after: fileStateOf(fstatSync(descriptor)) };
  } finally {
    closeSync(descriptor);
  }
}

function readToEnd(
  descriptor: number,
  {
    sizeBytes,
    path,
    maximumBytes,
  }: { readonly sizeBytes: number; readonly path: string; readonly maximumBytes: number },
): Uint8Array {
  requireSize(sizeBytes, { path, maximumBytes });
  // One byte more than the file holds, so that growth shows without another call. `/proc` and the like claim size 0.
  let buffer = new Uint8Array(sizeBytes + 1);
  let length = 0;
  for (;;) {
    const count = readSync(descriptor, buffer, length, buffer.byteLength - length, null);
    if (count === 0) return buffer.subarray(0, length);
    length += count;
    requireSize(length, { path, maximumBytes });
    if (length === buffer.byteLength) {
      const larger = new Uint8Array(Math.min(length * 2, maximumBytes + 1));
      larger.set(buffer);
      buffer = larger;
    }
  }
}

function requireSize(
  sizeBytes: number,
  { path, maximumBytes }: { readonly path: string; readonly maximumBytes: number },
): void {
  if (sizeBytes <= maximumBytes) return;
  throw new SearchError(
    'DOCUMENT_TOO_LARGE',
    `document ${path}: expected at most ${maximumBytes} bytes, found ${sizeBytes}`,
    {
      remedy: 'Split or exclude the document, or raise maximum_file_bytes.',
    },
  );
}

function asSearchError(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  if (code === undefined) return error;
  // A link that leads to itself leads nowhere.
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') {
    return new SearchError('DOCUMENT_NOT_FOUND', `document ${path}: there is no such file`, {
      remedy: 'It was moved or deleted, or the path is spelled differently; list_documents shows what there is.',
      cause: error,
    });
  }
  return new SearchError('DOCUMENT_UNREADABLE', `document ${path}: cannot be read: ${code}`, {
    remedy: 'Give this user the right to read the file, or exclude it.',
    cause: error,
  });
}
