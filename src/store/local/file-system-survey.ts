/** What the file system of a store can and cannot do, found out by trying. */
import path from 'node:path';
import { requireArgument, requirePath } from '../argument-checks.js';
import { ENVIRONMENT, type Environment, processEnvironment } from '../environment.js';
import { isNoSpace, isSystemError, systemErrorCode } from '../errors.js';
import type { FileSystem } from '../file-system.js';
import { draftName, surveyName } from '../names.js';
import { refusesRenameOntoFull } from './directory-claims.js';
import { canSyncDirectory } from './directory-sync.js';
import { isNetworkType } from './file-system-names.js';
import { layoutOf } from './layout.js';
import { litterIn, removeLater } from './litter.js';
import { nodeFileCopying } from './node-file-system.js';
import { lookForSyncProgram } from './sync-folders.js';
import { watchIfPossible } from './watching.js';

/** What a file system can do; `undefined` where it could not be tried, as nothing may be written there. */
export interface FileSystemSurvey {
  /** `ext4`, `nfs`, …; `unknown` where nobody says. */
  readonly type: string;
  /** Files may lie on another machine (NFS, SMB, FUSE, …). */
  readonly isNetwork: boolean;
  /** The program that keeps the directory in step with other machines: `Dropbox`, `Syncthing`, … */
  readonly syncFolder: string | undefined;
  /** The disk, its inodes or a quota are full, so that nothing could be tried. */
  readonly isFull: boolean;
  /** A directory cannot be renamed onto a full one. A store needs it. */
  readonly exclusiveRename: boolean | undefined;
  /** Names of files can be made durable. Without it, a power cut may take back the last commits. */
  readonly directorySync: boolean | undefined;
  /** A file can have two names. Exporting gains by it, and setting a tag; neither needs it. */
  readonly hardLinks: boolean | undefined;
  /** A copy can share its blocks. Only exporting gains by it. */
  readonly reflinks: boolean | undefined;
  /** `a` and `A` are two files. */
  readonly caseSensitive: boolean | undefined;
  /** A change that this machine makes is told to who watches. Without it, changes are noticed by polling. */
  readonly watching: boolean | undefined;
}

/** A disk that is full or read-only says nothing of what it could do otherwise. */
const SAYS_NOTHING = ['ENOSPC', 'EDQUOT', 'EROFS', 'EMFILE', 'ENFILE', 'ENOENT'] as const;
const WATCH_LOOKS = 50;
const WATCH_LOOK_MS = 20;

type Trials = Omit<FileSystemSurvey, 'type' | 'isNetwork' | 'syncFolder'>;

const NOT_TRIED: Trials = {
  isFull: false,
  exclusiveRename: undefined,
  directorySync: undefined,
  hardLinks: undefined,
  reflinks: undefined,
  caseSensitive: undefined,
  watching: undefined,
};

/**
 * What the file system can do in which `directory` is, or would be: tried in a folder that is removed again, among the
 * drafts of the store there, or in the nearest directory that exists. Takes up to a second where watching does not
 * work. Never throws for what the system says.
 * @throws StoreError INVALID_OPTION for what is no path of a local directory, or no environment
 */
export async function surveyFileSystem(
  directory: string,
  environment: Environment = processEnvironment,
): Promise<FileSystemSurvey> {
  requireArgument('environment', environment, ENVIRONMENT);
  const { fileSystem } = environment;
  const place = path.resolve(requirePath('directory', directory));
  const existing = nearestExisting(fileSystem, place);
  const type = fileSystem.typeOf(existing);
  const found = { type, isNetwork: isNetworkType(type), syncFolder: lookForSyncProgram(place, fileSystem) };
  return { ...found, ...(await tryOut(environment, trialFolder(environment, place, existing))) };
}

function nearestExisting(fileSystem: FileSystem, place: string): string {
  const isThere = attempt(() => fileSystem.findStatus(place) !== undefined) ?? false;
  return isThere || path.dirname(place) === place ? place : nearestExisting(fileSystem, path.dirname(place));
}

/**
 * A folder to try things in, at a place of a store of which `existing` is there. Named as a draft where it is among
 * drafts, so that what a crash leaves is cleared away like one.
 */
export function trialFolder({ fileSystem, uniqueId }: Environment, place: string, existing: string): string {
  const name = draftName(uniqueId(), 0);
  const { drafts } = layoutOf(place);
  const isStore = attempt(() => fileSystem.findStatus(drafts)?.kind === 'directory');
  return isStore ? path.join(drafts, name) : path.join(existing, surveyName(name));
}

async function tryOut(environment: Environment, folder: string): Promise<Trials> {
  const { fileSystem } = environment;
  const file = path.join(folder, 'file');
  try {
    fileSystem.makeDirectory(folder);
  } catch (error) {
    return notTried(error);
  }
  try {
    fileSystem.createFile(file, Buffer.from('survey\n'));
    return {
      isFull: false,
      exclusiveRename: attempt(() => refusesRenameOntoFull(fileSystem, folder)),
      directorySync: await canSyncDirectory(fileSystem, folder),
      hardLinks: can(() => nodeFileCopying.linkFile(file, path.join(folder, 'link'))),
      reflinks: can(() => nodeFileCopying.cloneFile(file, path.join(folder, 'clone'))),
      caseSensitive: attempt(() => fileSystem.findStatus(path.join(folder, 'FILE')) === undefined),
      watching: await tellsWatchers(environment, folder),
    };
  } catch (error) {
    return notTried(error);
  } finally {
    removeLater(fileSystem, litterIn(fileSystem, path.dirname(folder)), folder);
  }
}

/** For whatever the system says. */
function notTried(error: unknown): Trials {
  if (systemErrorCode(error) === undefined) throw error;
  return { ...NOT_TRIED, isFull: isNoSpace(error) };
}

async function tellsWatchers(environment: Environment, folder: string): Promise<boolean | undefined> {
  const { fileSystem } = environment;
  let isTold = false;
  const watcher = watchIfPossible(fileSystem, folder, () => {
    isTold = true;
  });
  if (watcher === undefined) return false;
  try {
    if (!can(() => fileSystem.createFile(path.join(folder, 'change'), new Uint8Array()))) return undefined;
    for (let looks = 0; looks < WATCH_LOOKS && !isTold; looks++) await environment.sleep(WATCH_LOOK_MS);
    return isTold;
  } finally {
    watcher.close();
  }
}

/** Whether `action` works; `undefined` if the system gave a reason that says nothing about it. */
function can(action: () => void): boolean | undefined {
  try {
    action();
    return true;
  } catch (error) {
    return verdictOn(error);
  }
}

function verdictOn(error: unknown): false | undefined {
  if (systemErrorCode(error) === undefined) throw error;
  return isSystemError(error, ...SAYS_NOTHING) ? undefined : false;
}

/** What `look` answers; `undefined` for any error of the system, but that there is no room. */
function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (systemErrorCode(error) === undefined || isNoSpace(error)) throw error;
    return undefined;
  }
}
