/** Making the work of a deferred commit durable afterwards, in the order in which a durable commit does it. */
import path from 'node:path';
import { isSystemError } from '../errors.js';
import type { FileSystem } from '../file-system.js';
import { SYNCED_FILE } from '../names.js';
import { readTree } from './directory-tree.js';
import type { Layout } from './layout.js';

/** Syncs files, then their directories, then the claim; then says so in the generation's directory. */
export async function syncGeneration(layout: Layout, fileSystem: FileSystem, generation: number): Promise<void> {
  const directory = layout.generation(generation);
  const tree = readTree(fileSystem, directory);
  if (tree.files.length === 0 || tree.files.some((file) => file.name === SYNCED_FILE)) return;
  try {
    // 1. what was written
    await Promise.all(tree.files.map((file) => fileSystem.syncFile(path.join(directory, file.name))));
    // 2. the names, deepest first
    for (const name of tree.directories) await fileSystem.syncDirectory(path.join(directory, name));
    await fileSystem.syncDirectory(directory);
    // 3. the claim
    await fileSystem.syncDirectory(layout.generations);
    // 4. the note; losing it costs a second sync
    fileSystem.createFile(path.join(directory, SYNCED_FILE), new Uint8Array());
  } catch (error) {
    // Collected meanwhile (nothing left to sync), or another process was quicker.
    if (!isSystemError(error, 'ENOENT', 'EEXIST')) throw error;
  }
}
