/** Making durable afterwards what was visible first: deferred commits, in a durable commit's order, and retirements. */
import path from 'node:path';
import { isSystemError } from '../errors.js';
import type { FileSystem } from '../file-system.js';
import { forEachTogether } from '../for-each-together.js';
import { SYNCED_FILE } from '../names.js';
import { readTree } from './directory-tree.js';
import type { Layout } from './layout.js';

/**
 * Syncs the files of all these generations, then their directories, then the claims; then says so in each directory.
 * All at once, because one journal commit of the file system serves every file that waits for it.
 */
export async function syncGenerations(
  layout: Layout,
  fileSystem: FileSystem,
  generations: readonly number[],
): Promise<void> {
  const open = generations
    .map((generation) => ({
      directory: layout.generation(generation),
      ...readTree(fileSystem, layout.generation(generation)),
    }))
    .filter(({ files }) => files.length > 0 && !files.some((file) => file.name === SYNCED_FILE));
  if (open.length === 0) return;
  // 1. what was written
  await forEachTogether(
    open.flatMap(({ directory, files }) => files.map((file) => path.join(directory, file.name))),
    (file) => ifPresent(() => fileSystem.syncFile(file)),
  );
  // 2. the names
  await forEachTogether(
    open.flatMap(({ directory, directories }) => [...directories, ''].map((name) => path.join(directory, name))),
    (directory) => ifPresent(() => fileSystem.syncDirectory(directory)),
  );
  // 3. the claims
  await fileSystem.syncDirectory(layout.generations);
  // 4. the notes; losing one costs a second sync
  for (const { directory } of open) {
    await ifPresent(async () => fileSystem.createFile(path.join(directory, SYNCED_FILE), new Uint8Array()));
  }
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
