/** Deleting: what collecting has found unmarked, and what crashes left behind. */
import path from 'node:path';
import type { Environment } from '../environment.js';
import { DENIED_CODES, isSystemError } from '../errors.js';
import { forEachTogether } from '../for-each-together.js';
import {
  graveName,
  isGraveName,
  isSurveyName,
  isUnfinishedPointer,
  MANIFEST_FILE,
  RECORD_KINDS,
  RETIRED_FILE,
  SYNCED_FILE,
  UNFINISHED_PREFIX,
} from '../names.js';
import { judgeProcess } from '../process-identity.js';
import { deleteTree, readIfPresent, readTree, removed } from './directory-tree.js';
import type { Layout } from './layout.js';
import { readIdentity } from './shared-holders.js';

const BOOKKEEPING: ReadonlySet<string> = new Set([MANIFEST_FILE, RETIRED_FILE, SYNCED_FILE]);

/** A file that its writer has not finished within an hour never will be. */
const UNFINISHED_AFTER_MS = 3_600_000;

/** Deletes what `keep` does not name; a retired generation with nothing to keep goes to the trash as a whole. */
export function sweepGeneration(
  layout: Layout,
  environment: Environment,
  generation: number,
  keep: ReadonlySet<string>,
): number {
  const { fileSystem } = environment;
  const directory = layout.generation(generation);
  const { files, directories } = readTree(fileSystem, directory);
  const kept = withFolders(keep);
  const isRetired = files.some((file) => file.name === RETIRED_FILE);
  if (isRetired && !files.some((file) => kept.has(file.name))) {
    const grave = path.join(layout.trash, graveName(path.basename(directory), environment.uniqueId()));
    const isBuried = removed(() => fileSystem.rename(directory, grave));
    return isBuried ? files.reduce((sum, file) => sum + file.sizeBytes, 0) : 0;
  }
  const unmarked = files.filter((file) => !BOOKKEEPING.has(file.name) && !kept.has(file.name));
  let freedBytes = 0;
  for (const file of unmarked) {
    if (removed(() => fileSystem.removeFile(path.join(directory, file.name)))) freedBytes += file.sizeBytes;
  }
  if (unmarked.length > 0)
    for (const name of directories) removed(() => fileSystem.removeDirectory(path.join(directory, name)));
  return freedBytes;
}

/** The names and the folders on the way to them: a link in the place of one leads to what somebody needs. */
function withFolders(names: ReadonlySet<string>): ReadonlySet<string> {
  const all = new Set<string>();
  for (let name of names) {
    for (; name !== '.' && !all.has(name); name = path.posix.dirname(name)) all.add(name);
  }
  return all;
}

/**
 * Takes a draft to the trash in one step and deletes it there; false if it is still in its place, be it that another
 * user has made it.
 */
export async function buryDraft(layout: Layout, environment: Environment, draft: string): Promise<boolean> {
  const { fileSystem } = environment;
  const grave = path.join(layout.trash, graveName(draft, environment.uniqueId()));
  try {
    if (!removed(() => fileSystem.rename(layout.draft(draft), grave)))
      return fileSystem.findStatus(layout.draft(draft)) === undefined;
    await deleteTree(fileSystem, grave);
  } catch (error) {
    if (!isSystemError(error, ...DENIED_CODES)) throw error;
  }
  return fileSystem.findStatus(layout.draft(draft)) === undefined;
}

/**
 * Empties the trash and removes unfinished records and pointers of writers that are dead or long gone.
 * @throws what the system says of graves that another user has made, once all else is gone
 */
export async function emptyTrash(layout: Layout, environment: Environment): Promise<void> {
  const { fileSystem } = environment;
  // Whatever else lies there is somebody's.
  const graves = readIfPresent(fileSystem, layout.trash).filter(isGraveName);
  // A power cut may put a grave back to where it came from, so it must not have lost its `retired.json` by then.
  if (graves.length > 0)
    await forEachTogether([layout.generations, layout.trash], (directory) => fileSystem.syncDirectory(directory));
  const denied: unknown[] = [];
  for (const name of graves) {
    try {
      await deleteTree(fileSystem, path.join(layout.trash, name));
    } catch (error) {
      if (!isSystemError(error, ...DENIED_CODES)) throw error;
      denied.push(error);
    }
  }
  await removeSurveys(layout, environment);
  removeUnfinished(environment, layout.root, { isUnfinished: isUnfinishedPointer, namesWriter: false });
  for (const kind of RECORD_KINDS)
    removeUnfinished(environment, layout.records(kind), {
      isUnfinished: (name) => name.startsWith(UNFINISHED_PREFIX),
      // An instance's record says whose it is before it has its name; of everything else only the age is known.
      namesWriter: kind === 'instances',
    });
  if (denied.length > 0) throw denied[0];
}

/** What was tried out before the store was made, by somebody who was killed. */
async function removeSurveys({ root }: Layout, { fileSystem, now }: Environment): Promise<void> {
  for (const name of readIfPresent(fileSystem, root).filter(isSurveyName)) {
    const status = fileSystem.findStatus(path.join(root, name));
    const isOld = status !== undefined && now() - status.modifiedMs > UNFINISHED_AFTER_MS;
    if (isOld && status.kind === 'directory') await deleteTree(fileSystem, path.join(root, name));
  }
}

function removeUnfinished(
  environment: Environment,
  directory: string,
  { isUnfinished, namesWriter }: { readonly isUnfinished: (name: string) => boolean; readonly namesWriter: boolean },
): void {
  const { fileSystem } = environment;
  for (const name of readIfPresent(fileSystem, directory).filter(isUnfinished)) {
    const file = path.join(directory, name);
    const status = fileSystem.findStatus(file);
    // A directory or a link of such a name is none of the store's.
    if (status?.kind !== 'file') continue;
    const isOld = environment.now() - status.modifiedMs > UNFINISHED_AFTER_MS;
    if (isOld || (namesWriter && isOfTheDead(environment, file))) removed(() => fileSystem.removeFile(file));
  }
}

/** What is written only in part says nothing. */
function isOfTheDead(environment: Environment, file: string): boolean {
  const writer = readIdentity(environment.fileSystem, file);
  return writer !== 'lost' && judgeProcess(writer, environment.identity()) === 'dead';
}
