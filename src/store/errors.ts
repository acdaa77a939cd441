import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Why a store operation failed. Each code says what the caller can do, and has a line in `docs/errors.md`. */
export type StoreErrorCode =
  | 'FILE_NOT_FOUND'
  | 'FILE_SYSTEM_UNSUPPORTED'
  | 'GENERATION_DAMAGED'
  | 'GENERATION_EXPIRED'
  | 'GENERATION_NOT_FOUND'
  | 'HISTORIES_DIFFER'
  | 'INVALID_CALL'
  | 'INVALID_NAME'
  | 'INVALID_OPTION'
  | 'IO_FAILED'
  | 'LINKS_UNSUPPORTED'
  | 'LOCK_TIMEOUT'
  | 'NO_SPACE'
  | 'OUTCOME_UNKNOWN'
  | 'STORE_BUSY'
  | 'STORE_CLOSED'
  | 'STORE_DAMAGED'
  | 'STORE_FORMAT_NEWER'
  | 'STORE_HELD'
  | 'STORE_NOT_FOUND'
  | 'STORE_READ_ONLY'
  | 'STORE_UNREADABLE'
  | 'TAG_EXISTS'
  | 'TAG_NOT_FOUND'
  | 'TARGET_EXISTS';

/** What is known beside the message of a `StoreError`. */
export interface StoreErrorDetails {
  /** What a person can do about it, as one sentence. */
  readonly remedy: string;
  readonly cause?: unknown;
}

/** An error of the store. Callers branch on `code`; `remedy` says what a person can do about it. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;
  readonly remedy: string;

  constructor(code: StoreErrorCode, message: string, details: StoreErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'StoreError';
    this.code = code;
    this.remedy = details.remedy;
  }
}

/** True if `error` is a `StoreError` with one of `codes` (any code if none is given). */
export function isStoreError(error: unknown, ...codes: readonly StoreErrorCode[]): error is StoreError {
  return error instanceof StoreError && (codes.length === 0 || codes.includes(error.code));
}

/** What a person can do about damage, as the end of a remedy. */
export const REPAIR_REMEDY = '`SnapshotStore.repair` sets it aside and deletes nothing.';

/** Who is alone in a copy of a store that others have open. */
export const COPIED_STORE_REMEDY =
  'If this is a copy of a store that they have open, remove the files in its `instances` instead.';

/** What a person can do about a damaged generation. */
export const DAMAGED_GENERATION_REMEDY =
  'Nothing was deleted; roll back to an intact generation (the history lists them), restore this one from a backup (on S3 its objects, or push the store there from a machine that has it), or, of a store in a local directory, run `SnapshotStore.repair`, which puts the newest complete one in its place and sets the damaged one aside.';

/** What a person can do about a store whose generations are gone. */
export const LOST_HISTORY_REMEDY =
  'Bring what was in `generations` back from a backup (on S3 its objects); without one, the next commit begins a new history.';

/** What a person can do about damage in a bucket, which no repair mends. */
const DAMAGED_OBJECT_REMEDY =
  'Restore the object from a backup or an older version of it, or push the store there from a machine that has it; no repair changes a store on S3.';

/** The error for what needs a generation, of a store without any; `wanted` is the thing that it was needed for. */
export function noGenerationYet(wanted: string): StoreError {
  return new StoreError('GENERATION_NOT_FOUND', `${wanted}: the store has no generation yet`, {
    remedy: 'Ask again once something was committed.',
  });
}

/** The error for something in a store's directory that stands where it cannot stay. */
export function storeDamaged(message: string, cause?: unknown): StoreError {
  return new StoreError('STORE_DAMAGED', message, { remedy: REPAIR_REMEDY, cause });
}

/** The same for an object in a bucket. */
export function objectDamaged(message: string, cause?: unknown): StoreError {
  return new StoreError('STORE_DAMAGED', message, { remedy: DAMAGED_OBJECT_REMEDY, cause });
}

/** The error for a store whose directory is not there any more, though it was once. */
export function storeIsGone(location: string): StoreError {
  return new StoreError('STORE_NOT_FOUND', `store ${location}: it was removed while it was open`, {
    remedy: 'Bring its directory back if it was moved or unmounted. Open it again otherwise, which makes a new one.',
  });
}

/** The operating system's code of an error (`ENOENT`, `EEXIST`, …), or `undefined` if it has none. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  if (!('errno' in error) || typeof error.errno !== 'number') return error.code;
  return NAMES_THAT_NODE_LACKS.get(-error.errno) ?? error.code;
}

/** Node calls them `Unknown system error -122`, and the like. */
const NAMES_THAT_NODE_LACKS: ReadonlyMap<number, string> = new Map([
  [os.constants.errno.EDQUOT, 'EDQUOT'],
  [os.constants.errno.ESTALE, 'ESTALE'],
]);

/** True if the operating system said one of `codes`. */
export function isSystemError(error: unknown, ...codes: readonly string[]): boolean {
  const code = systemErrorCode(error);
  return code !== undefined && codes.includes(code);
}

/** What the operating system says where there is no room, or no inode, left. */
export const NO_SPACE_CODES = ['ENOSPC', 'EDQUOT'] as const;
/** True if something was not written because no room, or no inode, is left. */
export function isNoSpace(error: unknown): boolean {
  return isSystemError(error, ...NO_SPACE_CODES) || isStoreError(error, 'NO_SPACE');
}

/** What the operating system says where this user may not write. */
export const READ_ONLY_CODES = ['EROFS', 'EACCES', 'EPERM'] as const;

/** What it says where this user may not touch what another one has made, be everything else as it should. */
export const DENIED_CODES = ['EACCES', 'EPERM'] as const;

/** What the operating system says where something that is no file, or a link, is opened as a file. */
export const NO_FILE_CODES = ['EISDIR', 'ELOOP', 'ENXIO'] as const;

const TOO_MANY_OPEN_CODES = ['EMFILE', 'ENFILE'] as const;

/** What went wrong while something was read: of a file that could not be opened, the system does not say what for. */
const readings = new WeakSet<Error>();

/** What `read` answers; of its errors `storeErrorFrom` knows that nothing was to be written. */
export function whileReading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error) readings.add(error);
    throw error;
  }
}

/** What shuts a user out: the file or folder itself, or the folder above that keeps it from being looked at. */
function findUnreadable(error: Error): string | undefined {
  if (!('path' in error) || typeof error.path !== 'string') return undefined;
  for (let place = error.path; ; place = path.dirname(place)) {
    try {
      fs.lstatSync(place);
      return place;
    } catch {
      if (place === path.dirname(place)) return undefined;
    }
  }
}

/** The error that a caller of the store sees for what the operating system said while `doing` something. */
export function storeErrorFrom(error: unknown, doing: string): StoreError {
  if (error instanceof StoreError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (isSystemError(error, ...NO_SPACE_CODES)) {
    return new StoreError('NO_SPACE', `${doing}: no space left (${text})`, {
      remedy: 'Free some disk space or inodes; nothing was changed, and the same call works again then.',
      cause: error,
    });
  }
  if (isSystemError(error, 'EACCES', 'EPERM') && error instanceof Error && readings.has(error)) {
    const place = findUnreadable(error);
    const named = place === undefined ? '' : ` ${place}`;
    return new StoreError('STORE_UNREADABLE', `${doing}: not allowed to read${named} (${text})`, {
      remedy: `Let this user read ${place ?? 'the store directory'} and all of the store below it. Whoever writes it with a umask of 077 shuts others out.`,
      cause: error,
    });
  }
  if (isSystemError(error, ...READ_ONLY_CODES)) {
    return new StoreError('STORE_READ_ONLY', `${doing}: not allowed to write (${text})`, {
      remedy: 'Make the store directory writable for this user; reading goes on working without.',
      cause: error,
    });
  }
  if (isSystemError(error, 'EXDEV')) {
    return new StoreError('FILE_SYSTEM_UNSUPPORTED', `${doing}: its parts are on different file systems (${text})`, {
      remedy: 'Mount one file system at the directory of the store or above it, and none inside; nothing was changed.',
      cause: error,
    });
  }
  return new StoreError('IO_FAILED', `${doing}: ${text}`, {
    remedy: isSystemError(error, ...TOO_MANY_OPEN_CODES)
      ? 'Raise the limit of open files (`ulimit -n`), or let this process close some; the same call works again then.'
      : 'Check the disk and the file system; the last complete generation is untouched, and the call may be repeated.',
    cause: error,
  });
}
