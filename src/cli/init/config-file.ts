import { constants, copyFileSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { ServerError } from '../../server/index.js';

/** The text of a file; undefined if there is none. @throws ServerError `CONFIG_UNREADABLE` */
export function readConfigFile(path: string): string | undefined {
  try {
    const status = statSync(path, { throwIfNoEntry: false });
    if (status === undefined) return undefined;
    // A pipe would be waited for until somebody writes to it.
    if (!status.isFile()) throw unreadable(path, 'is no regular file');
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch (cause) {
    if (cause instanceof ServerError) throw cause;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    const fault = code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'is not UTF-8' : `cannot be read: ${code}`;
    throw unreadable(path, fault, cause);
  }
}

function unreadable(path: string, fault: string, cause?: unknown): ServerError {
  return new ServerError('CONFIG_UNREADABLE', `${path}: ${fault}`, {
    remedy: 'Make it a UTF-8 text file that this user may read, then run this again; nothing was written.',
    cause,
  });
}

/**
 * Replaces a file by a new text at once, keeping its rights and, where it is a link, the link. A copy of what it was is
 * left beside it.
 *
 * @param before what the new text was made from; undefined if there was no file
 * @returns the path of the copy; undefined if there was no file
 * @throws ServerError `CONFIG_INVALID` if the file is no longer what it was
 */
export async function replaceConfigFile(
  path: string,
  { before, after }: { readonly before: string | undefined; readonly after: string },
): Promise<string | undefined> {
  if (readConfigFile(path) !== before) {
    throw new ServerError('CONFIG_INVALID', `${path}: was changed by another program meanwhile`, {
      remedy: 'Nothing was written; run this again.',
    });
  }
  mkdirSync(dirname(path), { recursive: true });
  const backup = before === undefined ? undefined : copyBeside(path);
  await writeFileAtomic(path, after);
  // The library does not notice a write that was cut short.
  if (readConfigFile(path) !== after) throw cutShort(path, backup);
  return backup;
}

function cutShort(path: string, backup: string | undefined): ServerError {
  return new ServerError('CONFIG_INVALID', `${path}: is not what was written to it`, {
    remedy: `Check the disk${backup === undefined ? '' : `; the file as it was is in ${backup}`}.`,
  });
}

/** Copies a file to the first free name beside it; earlier copies stay. */
function copyBeside(path: string): string {
  for (let number = 1; ; number += 1) {
    const copy = `${path}.before-snapdex${number === 1 ? '' : `-${number}`}`;
    try {
      copyFileSync(path, copy, constants.COPYFILE_EXCL);
      return copy;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}
