/** An export under way says whose it is, so that the next one can clear away what a dead one has left. */
import path from 'node:path';
import type { Environment } from './environment.js';
import type { FileSystem } from './file-system.js';
import { readIfPresent, readTree, removeTree } from './local/directory-tree.js';
import { type Layout, layoutOf } from './local/layout.js';
import { listSharedHolders } from './local/shared-holders.js';
import { GENERATIONS_DIRECTORY, isUnfinishedExport, isUniqueId } from './names.js';
import { judgeProcess } from './process-identity.js';

/** Without a word of whose it is, what nobody has touched for this long is nobody's any more. */
const ABANDONED_AFTER_MS = 24 * 3_600_000;

/** Begins to build a store in the directory of an export; answers the file that says by whom, which goes at the end. */
export function beginBuilding(environment: Environment, layout: Layout): string {
  const { fileSystem } = environment;
  const directory = layout.records('instances');
  const file = path.join(directory, environment.uniqueId());
  const openedAt = new Date(environment.now()).toISOString();
  const record = { identity: environment.identity(), client: 'snapdex', role: 'export', openedAt };
  fileSystem.makeDirectory(layout.root);
  fileSystem.makeDirectory(directory);
  fileSystem.createFile(file, Buffer.from(JSON.stringify(record)));
  return file;
}

/** Clears away what dead exports have left in a directory, if there is nothing else in it but that. */
export function clearTarget(environment: Environment, directory: string): void {
  const { fileSystem } = environment;
  const names = readIfPresent(fileSystem, directory);
  const unfinished = names.filter(isUnfinishedExport);
  // What was moved up already, before the generations, which come last.
  const moved = names.filter((name) => !isUnfinishedExport(name));
  const isAllLeft =
    unfinished.length > 0 &&
    unfinished.every((name) => isAbandoned(environment, path.join(directory, name))) &&
    moved.every((name) => isEmptyPart(fileSystem, directory, name));
  if (!isAllLeft) return;
  // The directory that says what the rest is goes last.
  for (const name of [...moved, ...unfinished]) removeTree(fileSystem, path.join(directory, name));
}

/** Clears away what dead exports have left beside their targets in a directory. */
export function clearBeside(environment: Environment, directory: string): void {
  for (const name of readIfPresent(environment.fileSystem, directory).filter(isUnfinishedExport)) {
    const left = path.join(directory, name);
    if (isAbandoned(environment, left)) removeTree(environment.fileSystem, left);
  }
}

/** True only for what an export has made, and nobody else has put anything into. */
function isAbandoned({ fileSystem, identity, now }: Environment, directory: string): boolean {
  const layout = layoutOf(directory);
  const names =
    fileSystem.findStatus(directory)?.kind === 'directory' ? fileSystem.readDirectory(directory) : undefined;
  if (names?.every((name) => isPart(layout, name)) !== true) return false;
  const holders = names.includes('instances')
    ? listSharedHolders({ fileSystem, directory: layout.records('instances'), isHolder: isUniqueId })
    : [];
  // One without bytes may be about to get them.
  const known = holders.filter((holder) => holder.identity !== 'lost');
  if (known.length > 0) return known.every((holder) => judgeProcess(holder.identity, identity()) === 'dead');
  const entries = [directory, ...readTree(fileSystem, directory).directories.map((name) => path.join(directory, name))];
  return entries.every((entry) => now() - (fileSystem.findStatus(entry)?.modifiedMs ?? 0) > ABANDONED_AFTER_MS);
}

function isEmptyPart(fileSystem: FileSystem, directory: string, name: string): boolean {
  const layout = layoutOf(directory);
  if (name === GENERATIONS_DIRECTORY || !isPart(layout, name)) return false;
  if (name === path.basename(layout.ignoreFile) || name === path.basename(layout.current)) return true;
  const { files, directories } = readTree(fileSystem, path.join(directory, name));
  return files.length + directories.length === 0;
}

function isPart({ root, ignoreFile, current, generations, drafts, trash, records }: Layout, name: string): boolean {
  const parts = [
    ignoreFile,
    current,
    generations,
    drafts,
    trash,
    records('pins'),
    records('tags'),
    records('instances'),
  ];
  return parts.includes(path.join(root, name));
}
