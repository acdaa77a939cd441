/** What an entry in a store's directory is there for, told by its name alone. `docs/format.md` lists the names. */
import {
  CURRENT_FILE,
  DAMAGED_DIRECTORY,
  DRAFTS_DIRECTORY,
  draftOwner,
  GENERATIONS_DIRECTORY,
  isGraveName,
  isHolderName,
  isLockName,
  isRecordId,
  isSurveyName,
  isUnfinishedPointer,
  isUniqueId,
  parseGenerationName,
  RECORD_KINDS,
  TRASH_DIRECTORY,
  UNFINISHED_PREFIX,
} from './names.js';
import { pinOwner } from './pins.js';
import type { StoredEntry } from './upkeep.js';

/** What an entry is there for. */
export type EntryRole =
  /** Part of every store, or told of elsewhere. */
  | { readonly is: 'expected' }
  /** It belongs to a generation, if that names it. */
  | { readonly is: 'generationFile'; readonly generation: number; readonly name: string }
  /** Made for the time being. What an instance left is cleared away once that is dead; the rest in any case. */
  | { readonly is: 'temporary'; readonly what: string; readonly instance: string | undefined }
  /** The holder's file of a lock, by the path of the lock. */
  | { readonly is: 'holder'; readonly lock: string }
  /** A repair has put it there. */
  | { readonly is: 'setAside' }
  /** Nobody of ours made it, and it keeps the store from working. */
  | { readonly is: 'obstacle'; readonly why: string }
  /** Nobody of ours made it, and it stands in nobody's way. */
  | { readonly is: 'stray' };

/** An entry and its role; what lies inside something that is not part of a store is not told apart from it. */
export interface JudgedEntry {
  readonly path: string;
  readonly role: EntryRole;
}

const EXPECTED: EntryRole = { is: 'expected' };
const STRAY: EntryRole = { is: 'stray' };

/** Every entry with its role. @param entries parents before what is in them */
export function judgeEntries(entries: readonly StoredEntry[]): readonly JudgedEntry[] {
  const closed = new Set<string>();
  return entries.flatMap((entry) => {
    const parent = entry.path.slice(0, Math.max(0, entry.path.lastIndexOf('/')));
    if (closed.has(parent)) {
      closed.add(entry.path);
      return [];
    }
    const role = judge(entry);
    if (role.is !== 'expected') closed.add(entry.path);
    return [{ path: entry.path, role }];
  });
}

/** True for a directory in which nobody of ours has put anything: whatever is in it is nobody's concern here. */
export function isForeignDirectory(entry: StoredEntry): boolean {
  const { is } = judge(entry);
  return entry.kind === 'directory' && (is === 'stray' || is === 'obstacle');
}

function judge(entry: StoredEntry): EntryRole {
  const [top = '', name, ...deeper] = entry.path.split('/');
  if (name === undefined) return judgeTop(entry);
  if (isLockName(top)) return judgeInLock(entry, top, name);
  if (top === GENERATIONS_DIRECTORY) return judgeGeneration(entry, name, deeper);
  if (top === DRAFTS_DIRECTORY) return judgeDraft(name);
  if (top === TRASH_DIRECTORY) return isGraveName(name) ? temporary('trash', undefined) : STRAY;
  if (top === DAMAGED_DIRECTORY) return { is: 'setAside' };
  return judgeRecord(entry, top, name);
}

const DIRECTORIES: ReadonlySet<string> = new Set([
  GENERATIONS_DIRECTORY,
  DRAFTS_DIRECTORY,
  TRASH_DIRECTORY,
  DAMAGED_DIRECTORY,
  ...RECORD_KINDS,
]);

function judgeTop({ path, kind }: StoredEntry): EntryRole {
  if (DIRECTORIES.has(path) || isLockName(path))
    return kind === 'directory' ? EXPECTED : { is: 'obstacle', why: 'expected a directory' };
  if (path === CURRENT_FILE) return kind === 'file' ? EXPECTED : { is: 'obstacle', why: 'expected a file' };
  if (isSurveyName(path) && kind === 'directory') return temporary('trial of the file system', undefined);
  if (isUnfinishedPointer(path) && kind === 'file') return temporary('unfinished pointer', undefined);
  return ['.gitignore', '.gitkeep'].includes(path) && kind === 'file' ? EXPECTED : STRAY;
}

function judgeDraft(name: string): EntryRole {
  const owner = draftOwner(name);
  return owner === undefined && !isUniqueId(name) ? STRAY : temporary('draft', owner);
}

function judgeInLock({ kind }: StoredEntry, lock: string, name: string): EntryRole {
  const isHolder = kind === 'file' && isHolderName(name);
  return isHolder ? { is: 'holder', lock } : { is: 'obstacle', why: 'it is no holder of the lock' };
}

function judgeGeneration({ kind }: StoredEntry, name: string, deeper: readonly string[]): EntryRole {
  const generation = parseGenerationName(name);
  if (generation === undefined) return STRAY;
  // Something else in the place of a generation is a generation without a manifest, and is told of as one.
  if (deeper.length === 0 || kind === 'directory') return EXPECTED;
  return { is: 'generationFile', generation, name: deeper.join('/') };
}

function judgeRecord({ kind }: StoredEntry, directory: string, name: string): EntryRole {
  if (kind !== 'file') return judgeNoRecord(directory, name);
  if (name.startsWith(UNFINISHED_PREFIX)) return temporary('unfinished record', undefined);
  if (directory === 'pins') return pinOwner(name) === undefined ? STRAY : temporary('pin', pinOwner(name));
  if (directory === 'instances') return isUniqueId(name) ? temporary('record of an instance', name) : STRAY;
  return isRecordId(name) ? EXPECTED : STRAY;
}

/** What stands in the place of a tag is told of with the tags. */
function judgeNoRecord(directory: string, name: string): EntryRole {
  if (directory === 'tags' && isRecordId(name)) return EXPECTED;
  const isPin = directory === 'pins' && pinOwner(name) !== undefined;
  return isPin ? { is: 'obstacle', why: 'expected a file' } : STRAY;
}

function temporary(what: string, instance: string | undefined): EntryRole {
  return { is: 'temporary', what, instance };
}
