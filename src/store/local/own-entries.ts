/** Telling what an interrupted making or deleting of a store has left from what is somebody else's, name by name. */
import path from 'node:path';
import type { FileStatus, FileSystem } from '../file-system.js';
import {
  CURRENT_FILE,
  DAMAGED_DIRECTORY,
  DRAFTS_DIRECTORY,
  draftOwner,
  GENERATIONS_DIRECTORY,
  isAsideName,
  isErasedName,
  isGraveName,
  isHolderName,
  isLockName,
  isRecordId,
  isSurveyName,
  isSystemFileName,
  isUnfinishedPointer,
  isUniqueId,
  parseGenerationName,
  TRASH_DIRECTORY,
  unfinishedRecord,
} from '../names.js';
import { pinOwner } from '../pins.js';
import { isTagRecord } from '../tags.js';
import { readIfPresent, readTree } from './directory-tree.js';
import type { Layout } from './layout.js';

/** Something in a directory that may be a store's. */
interface Entry {
  readonly name: string;
  readonly status: FileStatus;
  /** Its bytes, if it is a small file as the store writes them; anything else is longer. */
  readSmall(): Uint8Array | undefined;
  /** True if there is a file in it, at any depth. */
  holdsFiles(): boolean;
}

type Judge = (entry: Entry) => boolean;

/** Tags and pointers are smaller. */
const SMALL_BYTES = 1024;

/** What file systems put into every topmost directory. */
const DIRECTORIES_OF_THE_SYSTEM: ReadonlySet<string> = new Set(['lost+found']);

/** The first entry that no store has made or a repair has set aside, by its path below `root`. */
export function findForeignEntry(layout: Layout, fileSystem: FileSystem): string | undefined {
  // Somebody has begun to delete the store that was here, be its tags and its pointer damaged or not.
  const wasStore = findErased(layout, fileSystem).length > 0;
  return findForeign(layout, fileSystem, wasStore);
}

/** The same where a store is, and is to be deleted. */
export function findForeignInStore(layout: Layout, fileSystem: FileSystem): string | undefined {
  return findForeign(layout, fileSystem, true);
}

function findForeign(layout: Layout, fileSystem: FileSystem, wasStore: boolean): string | undefined {
  const erased = findErased(layout, fileSystem);
  for (const entry of readEntries(fileSystem, layout.root)) {
    if (erased.includes(entry.name) || isOfTheSystem(entry) || isFileOfTheStore(layout, entry, wasStore)) continue;
    const isOwn = entry.status.kind === 'directory' ? judgeInside(entry.name, wasStore) : undefined;
    if (isOwn === undefined) return entry.name;
    const inside = readEntries(fileSystem, path.join(layout.root, entry.name));
    const isHarmless = wasStore ? isFileOfTheSystem : isOfTheSystem;
    const foreign = inside.find((one) => !isOwn(one) && !isHarmless(one));
    if (foreign !== undefined) return `${entry.name}/${foreign.name}`;
  }
  return undefined;
}

/** What the file system itself keeps at the top of a volume; it is nobody's to delete. */
export function isOfTheVolume(name: string): boolean {
  return DIRECTORIES_OF_THE_SYSTEM.has(name);
}

/**
 * The directories that a deletion of the store has begun with. Whatever else has such a name is somebody's: nothing but
 * generations is in them.
 */
export function findErased(layout: Layout, fileSystem: FileSystem): readonly string[] {
  return readIfPresent(fileSystem, layout.root).filter(
    (name) => isErasedName(name) && isErased(layout, fileSystem, name),
  );
}

function isErased({ root }: Layout, fileSystem: FileSystem, name: string): boolean {
  const directory = path.join(root, name);
  if (fileSystem.findStatus(directory)?.kind !== 'directory') return false;
  return readEntries(fileSystem, directory).every(
    (inside) => isOfTheSystem(inside) || parseGenerationName(inside.name) !== undefined,
  );
}

/** What is gone by the time of a look at it is nothing that could be in the way. */
function readEntries(fileSystem: FileSystem, directory: string): readonly Entry[] {
  return readIfPresent(fileSystem, directory).flatMap((name) => {
    const place = path.join(directory, name);
    const status = fileSystem.findStatus(place);
    if (status === undefined) return [];
    const readSmall = (): Uint8Array | undefined =>
      status.sizeBytes > SMALL_BYTES ? undefined : fileSystem.readFile(place);
    const holdsFiles = (): boolean => readTree(fileSystem, place).files.length > 0;
    return [{ name, status, readSmall, holdsFiles }];
  });
}

function isOfTheSystem(entry: Entry): boolean {
  const { name, status } = entry;
  return isFileOfTheSystem(entry) || (status.kind === 'directory' && DIRECTORIES_OF_THE_SYSTEM.has(name));
}

function isFileOfTheSystem({ name, status }: Entry): boolean {
  return status.kind === 'file' && isSystemFileName(name);
}

function isFileOfTheStore(layout: Layout, entry: Entry, wasStore: boolean): boolean {
  const { name, status } = entry;
  if (status.kind !== 'file') return false;
  // Many put one of these into a directory that is to stay in a repository, and nothing else.
  if (name === path.basename(layout.ignoreFile) || name === '.gitkeep') return true;
  if (name !== CURRENT_FILE && !isUnfinishedPointer(name)) return false;
  return wasStore || mayBePointer(entry);
}

/** Nobody waits until a pointer is on the disk, so a power cut may leave a part of it, or zeros. */
function mayBePointer({ readSmall }: Entry): boolean {
  const bytes = readSmall();
  return bytes !== undefined && /^[\d\n\0]{0,11}$/.test(Buffer.from(bytes).toString('latin1'));
}

/** What may be in a directory of that name; `undefined` if no store has such a one. */
function judgeInside(directory: string, wasStore: boolean): Judge | undefined {
  if (isLockName(directory)) return isHolder;
  // A trial of the file system that was killed.
  if (isSurveyName(directory)) return () => true;
  switch (directory) {
    case GENERATIONS_DIRECTORY:
      return wasStore ? ({ name }) => parseGenerationName(name) !== undefined : undefined;
    case DRAFTS_DIRECTORY:
      return isDraft;
    case TRASH_DIRECTORY:
      return ({ name }) => isGraveName(name);
    case DAMAGED_DIRECTORY:
      return ({ name }) => isAsideName(name);
    case 'instances':
      return recordJudge(isUniqueId, wasStore, () => true);
    case 'pins':
      return recordJudge(isPinId, wasStore, ({ status }) => status.sizeBytes === 0);
    case 'tags':
      return recordJudge(isRecordId, wasStore, isTag);
    default:
      return undefined;
  }
}

/** A draft, a lock or a probe in its directory, or the second copy of a file. */
const isDraft: Judge = ({ name, status }) =>
  status.kind === 'directory' ? draftOwner(name) !== undefined : status.kind === 'file' && isUniqueId(name);

const isHolder: Judge = ({ name, status }) => status.kind === 'file' && isHolderName(name);

const isTag: Judge = ({ readSmall }) => {
  const bytes = readSmall();
  return bytes !== undefined && isTagRecord(bytes);
};

const isPinId = (id: string): boolean => pinOwner(id) !== undefined;

/** Where a store was, what damage has put into the place of a record goes with it. */
function recordJudge(isId: (id: string) => boolean, wasStore: boolean, isWhole: Judge): Judge {
  return (entry) => {
    const { name, status } = entry;
    if (isId(name)) return (status.kind === 'file' && isWhole(entry)) || (wasStore && mayBeDamage(entry));
    return status.kind === 'file' && isId(unfinishedRecord(name) ?? '');
  };
}

/** A tag loses bytes and gains none, and no damage makes files. */
function mayBeDamage({ status, holdsFiles }: Entry): boolean {
  return status.kind === 'file' ? status.sizeBytes <= SMALL_BYTES : !holdsFiles();
}
