/** Making durable afterwards what was visible first: deferred commits, in a durable commit's order, and retirements. */
import path from 'node:path';
import type { Environment } from '../environment.js';
import { isSystemError, NO_SPACE_CODES, READ_ONLY_CODES, systemErrorCode } from '../errors.js';
import type { FileSystem } from '../file-system.js';
import { forEachTogether } from '../for-each-together.js';
import { MANIFEST_FILE, RETIRED_FILE, SYNCED_FILE } from '../names.js';
import { readTree } from './directory-tree.js';
import type { Layout } from './layout.js';
import { syncManifest, syncWritten } from './second-copy.js';

interface Open {
  readonly generation: number;
  readonly directory: string;
  readonly files: readonly string[];
  readonly directories: readonly string[];
}

/**
 * Syncs the files of all these generations, then their directories, then the claims; then says so in each directory.
 * All at once, because one journal commit of the file system serves every file that waits for it.
 * @param isBase the newest is only stood on, so its own manifest need not survive
 */
export async function syncGenerations(
  layout: Layout,
  environment: Environment,
  generations: readonly number[],
  { isBase }: { readonly isBase: boolean },
): Promise<void> {
  const { fileSystem } = environment;
  const open = generations.flatMap((generation) => findOpen(layout, fileSystem, generation) ?? []);
  const newest = open.at(-1);
  if (newest === undefined) return;
  // 1. what was written
  await forEachTogether(
    open.flatMap(({ generation, files }) => files.map((name) => ({ generation, name }))),
    (written) => ifPresent(() => syncWritten(layout, environment, written)),
  );
  const lost = new Map<number, unknown>();
  await forEachTogether(open, ({ generation, directory }) =>
    ifPresent(() => syncManifest(fileSystem, path.join(directory, MANIFEST_FILE))).catch((error: unknown) => {
      lost.set(generation, error);
    }),
  );
  // No generation stands on the manifest of another one.
  if (lost.has(newest.generation) && !isBase) throw lost.get(newest.generation);
  // 2. the names
  await forEachTogether(
    open.flatMap(({ directory, directories }) => [...directories, ''].map((name) => path.join(directory, name))),
    (directory) => ifPresent(() => fileSystem.syncDirectory(directory)),
  );
  // 3. the claims
  await fileSystem.syncDirectory(layout.generations);
  // 4. the notes, oldest first
  for (const [place, { directory }] of open.entries())
    if (!(await note(fileSystem, directory, open[place - 1]?.directory))) return;
}

/**
 * False if a disk that is full or read-only takes no note. Losing one costs a second sync, and collecting, which comes
 * this way, is what makes room.
 */
async function note(fileSystem: FileSystem, directory: string, before: string | undefined): Promise<boolean> {
  const file = path.join(directory, SYNCED_FILE);
  if (before !== undefined && isLinked(fileSystem, path.join(before, SYNCED_FILE), file)) return true;
  try {
    await ifPresent(async () => fileSystem.createFile(file, new Uint8Array()));
    return true;
  } catch (error) {
    if (!isSystemError(error, ...NO_SPACE_CODES, ...READ_ONLY_CODES)) throw error;
    return false;
  }
}

/** One empty file says as much as another, and a second name costs a small part of a second file. */
function isLinked(fileSystem: FileSystem, from: string, to: string): boolean {
  try {
    fileSystem.linkFile(from, to);
    return true;
  } catch (error) {
    // No links here, too many of one file, or one of the two is gone or there already.
    if (systemErrorCode(error) === undefined) throw error;
    return false;
  }
}

/** `undefined` if the generation is gone, or was synced before. */
function findOpen(layout: Layout, fileSystem: FileSystem, generation: number): Open | undefined {
  const directory = layout.generation(generation);
  const tree = readTree(fileSystem, directory);
  const names = tree.files.map((file) => file.name);
  if (names.length === 0 || names.includes(SYNCED_FILE)) return undefined;
  const files = names.filter((name) => name !== MANIFEST_FILE && name !== RETIRED_FILE);
  return { generation, directory, files, directories: tree.directories };
}

/** Syncs the directories in which a manifest was renamed. */
export async function syncRetirements(
  layout: Layout,
  fileSystem: FileSystem,
  generations: readonly number[],
): Promise<void> {
  await forEachTogether(generations, (generation) =>
    ifPresent(() => fileSystem.syncDirectory(layout.generation(generation))),
  );
}

/** What was collected meanwhile needs no sync, and what another process noted no second note. */
async function ifPresent(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!isSystemError(error, 'ENOENT', 'EEXIST')) throw error;
  }
}
