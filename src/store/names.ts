/** Every name on disk is made and parsed here; `docs/format.md` lists them. */
import { inspect } from 'node:util';
import { StoreError } from './errors.js';

export const CURRENT_FILE = 'CURRENT';
export const GENERATIONS_DIRECTORY = 'generations';
export const DRAFTS_DIRECTORY = 'drafts';
export const TRASH_DIRECTORY = 'trash';
/** What `generations` is renamed to when a store is being deleted; it goes last. */
export function erasedName(id: string): string {
  return `${GENERATIONS_DIRECTORY}-${id}`;
}

/** True for a name that `erasedName` makes. */
export function isErasedName(name: string): boolean {
  return /^generations-[0-9a-f]{16}$/.test(name);
}

/** The directory in which an export builds a store before it gets its name. */
export function unfinishedExportName(id: string): string {
  return `snapdex-export-${id}.partial`;
}

/** True for a name that `unfinishedExportName` makes. */
export function isUnfinishedExport(name: string): boolean {
  return /^snapdex-export-[0-9a-f]{16}\.partial$/.test(name);
}

/** What a repair has set aside; nothing but a person reads or deletes it. */
export const DAMAGED_DIRECTORY = 'damaged';
export const COMMIT_LOCK = 'commit.lock';
export const STORE_LOCK = 'store.lock';

export const MANIFEST_FILE = 'manifest.json';
/** What a manifest is renamed to when its generation is retired. */
export const RETIRED_FILE = 'retired.json';
/** An empty file: everything this generation wrote has reached the disk although it was committed `deferred`. */
export const SYNCED_FILE = 'synced';

const UNIQUE_ID = '[0-9a-f]{16}';
const UNIQUE_ID_PATTERN = new RegExp(`^${UNIQUE_ID}$`);

/** True for an id that no two have (`Environment.uniqueId`), as instances and second copies of files are named. */
export function isUniqueId(name: string): boolean {
  return UNIQUE_ID_PATTERN.test(name);
}

/** What a generation or a draft of that name is called in the trash. */
export function graveName(name: string, id: string): string {
  return `${name}-${id}`;
}

const GRAVE_PATTERN = new RegExp(`^(\\d{10}|${UNIQUE_ID}(-\\d+)?)-${UNIQUE_ID}$`);

/** True for a name that `graveName` makes. */
export function isGraveName(name: string): boolean {
  return GRAVE_PATTERN.test(name);
}

/** What is set aside is called by its path in the store and an id. */
export function asideName(entry: string, id: string): string {
  return `${entry.replaceAll('/', '-')}-${id}`;
}

const ASIDE_PATTERN = new RegExp(`.-${UNIQUE_ID}$`);

/** True for a name that a repair gives to what it sets aside. */
export function isAsideName(name: string): boolean {
  return ASIDE_PATTERN.test(name);
}

/** True for the name under which a pointer is written before it replaces `CURRENT`: write-file-atomic adds a number. */
export function isUnfinishedPointer(name: string): boolean {
  return /^CURRENT\.\d+$/.test(name);
}

/** Files that desktops put into every directory that somebody looks at. */
const FILES_OF_THE_SYSTEM: ReadonlySet<string> = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini']);

/** True for a file that nobody has chosen to keep where it is. */
export function isSystemFileName(name: string): boolean {
  return FILES_OF_THE_SYSTEM.has(name);
}

/** The file in a lock's directory is named as a draft, in which it is prepared. */
export function isHolderName(name: string): boolean {
  return draftOwner(name) !== undefined;
}

const SURVEY_PREFIX = '.snapdex-survey-';

/** The folder in which a file system is tried out where there is no store yet; `draft` as a draft is named. */
export function surveyName(draft: string): string {
  return `${SURVEY_PREFIX}${draft}`;
}

/** True for a name that `surveyName` makes. */
export function isSurveyName(name: string): boolean {
  return name.startsWith(SURVEY_PREFIX) && draftOwner(name.slice(SURVEY_PREFIX.length)) !== undefined;
}

const LOCK_SUFFIX = '.lock';

/** The directory of a lease of that name. */
export function leaseName(name: string): string {
  return `${name}${LOCK_SUFFIX}`;
}

/** True if a name at the top of a store is that of a lock. */
export function isLockName(name: string): boolean {
  return name.endsWith(LOCK_SUFFIX) && isRecordId(name.slice(0, -LOCK_SUFFIX.length));
}

/** Kinds of small records that live beside the generations, one directory each. */
export type RecordKind = 'pins' | 'tags' | 'instances';
export const RECORD_KINDS: readonly RecordKind[] = ['pins', 'tags', 'instances'];

const GENERATION_DIGITS = 10;
const GENERATION_PATTERN = /^\d{10}$/;
/** The largest number that fits the ten digits of a generation's name. */
export const LARGEST_GENERATION = 9_999_999_999;

/** The directory name of a generation: `0000000042`. */
export function generationName(generation: number): string {
  return String(generation).padStart(GENERATION_DIGITS, '0');
}

/** The generation that a directory name stands for, or `undefined` for any other name. */
export function parseGenerationName(name: string): number | undefined {
  if (!GENERATION_PATTERN.test(name)) return undefined;
  const generation = Number(name);
  return generation > 0 ? generation : undefined;
}

/** The content of `CURRENT` for a generation. */
export function currentContent(generation: number): string {
  return `${generationName(generation)}\n`;
}

/** The generation that the bytes of `CURRENT` name, or `undefined` if they are damaged. */
export function parseCurrentContent(bytes: Uint8Array): number | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return text.length === GENERATION_DIGITS + 1 && text.endsWith('\n')
    ? parseGenerationName(text.slice(0, GENERATION_DIGITS))
    : undefined;
}

/** A draft's name says whose it is: `<instance id>-<counter>`. */
export function draftName(instanceId: string, counter: number): string {
  return `${instanceId}-${counter}`;
}

const DRAFT_PATTERN = new RegExp(`^(${UNIQUE_ID})-\\d+$`);

/** The instance that a draft's name names, or `undefined` for a name this store never makes. */
export function draftOwner(name: string): string | undefined {
  return DRAFT_PATTERN.exec(name)?.[1];
}

/** Prefix of a record that is still being written; no record id starts with it. */
export const UNFINISHED_PREFIX = '~';

/** The record that a name with that prefix is to become: `~<record>`, or `~<record>-<id>`. */
export function unfinishedRecord(name: string): string | undefined {
  return UNFINISHED_PATTERN.exec(name)?.[1];
}

const UNFINISHED_PATTERN = new RegExp(`^~(.+?)(-${UNIQUE_ID})?$`);

/** Names of records and locks: what an id may look like. */
export function isRecordId(id: unknown): id is string {
  return typeof id === 'string' && /^[0-9A-Za-z][0-9A-Za-z._-]{0,99}$/.test(id);
}

/** @throws StoreError INVALID_NAME */
export function requireTagName(name: unknown): string {
  if (!isRecordId(name)) throw noRecordId('tag', name);
  if (WINDOWS_DEVICE.test(name) || name.endsWith('.')) {
    throw new StoreError('INVALID_NAME', `tag ${JSON.stringify(name)} is a name that Windows cannot store`, {
      remedy: 'Put a word in front, as in `release-con`, and no dot at the end.',
    });
  }
  if (isSystemFileName(name)) {
    throw new StoreError(
      'INVALID_NAME',
      `tag ${JSON.stringify(name)} is a name that desktops give to files of theirs`,
      {
        remedy: 'Choose another name.',
      },
    );
  }
  if (!/^\d+$/.test(name)) return name;
  throw new StoreError('INVALID_NAME', `tag ${JSON.stringify(name)} looks like the number of a generation`, {
    remedy: 'Put a letter in front: `v1` instead of `1`.',
  });
}

/** @throws StoreError INVALID_NAME; so are the names of the store's own locks, in any case: some file systems fold it */
export function requireLeaseName(name: unknown): string {
  if (!isRecordId(name)) throw noRecordId('lease', name);
  if (![COMMIT_LOCK, STORE_LOCK].includes(leaseName(name).toLowerCase())) return name;
  throw new StoreError('INVALID_NAME', `lease ${JSON.stringify(name)} is a lock of the store itself`, {
    remedy: 'Choose another name than `commit` and `store`.',
  });
}

function noRecordId(kind: 'tag' | 'lease', name: unknown): StoreError {
  return new StoreError('INVALID_NAME', `${kind} ${inspect(name)} is not a valid name`, {
    remedy: 'Use up to 100 letters, digits, dots, dashes and underscores, beginning with a letter or digit.',
  });
}

const RESERVED = new Set([MANIFEST_FILE, RETIRED_FILE, SYNCED_FILE]);
const LONGEST_FILE_NAME_BYTES = 512;
const LONGEST_SEGMENT_BYTES = 200;
// Control characters, and what Windows forbids in a name.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what must be kept out
const FORBIDDEN_CHARACTERS = /[\u0000-\u001f\u007f<>:"\\|?*]/;
const WINDOWS_DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** Why `name` cannot name a file of a generation, or `undefined` if it can. */
export function findNameProblem(name: unknown): string | undefined {
  if (typeof name !== 'string') return 'is no text';
  if (name === '') return 'is empty';
  if (Buffer.byteLength(name) > LONGEST_FILE_NAME_BYTES) return `is longer than ${LONGEST_FILE_NAME_BYTES} bytes`;
  if (FORBIDDEN_CHARACTERS.test(name)) return 'has a control character or one of <>:"\\|?*';
  if (!name.isWellFormed()) return 'is not well-formed Unicode';
  // As a directory it would stand in the way just as well.
  if (RESERVED.has(name.split('/', 1)[0]?.toLowerCase() ?? '')) return 'is a name that the store itself uses';
  if (name === '__proto__') return 'is a name that not every JSON reader keeps';
  for (const segment of name.split('/')) {
    if (segment === '' || segment === '.' || segment === '..') return 'has an empty, "." or ".." segment';
    if (Buffer.byteLength(segment) > LONGEST_SEGMENT_BYTES) return `has a segment over ${LONGEST_SEGMENT_BYTES} bytes`;
    if (WINDOWS_DEVICE.test(segment) || /[. ]$/.test(segment)) return 'has a segment that Windows cannot store';
  }
  return undefined;
}

/** The same for names that APFS, NTFS and the like take for one: they tell neither letter case nor Unicode forms apart. */
export function foldedName(name: string): string {
  // Letters that share a capital, as the two small sigmas, are one too; the first step is for a capital of its own (ẞ).
  return name.normalize('NFD').toLowerCase().toUpperCase().toLowerCase().normalize('NFC');
}

/**
 * `name`, checked.
 * @throws StoreError INVALID_NAME if a generation cannot hold a file of that name.
 */
export function requireFileName(name: string): string {
  const problem = findNameProblem(name);
  if (problem === undefined) return name;
  throw new StoreError(
    'INVALID_NAME',
    `file name ${typeof name === 'string' ? JSON.stringify(name) : inspect(name)} ${problem}`,
    {
      remedy: 'Use relative names of letters, digits, dots, dashes and slashes, such as "segments/0001.bin".',
    },
  );
}
