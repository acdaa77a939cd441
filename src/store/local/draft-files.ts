/** The files of a draft in its directory. */
import path from 'node:path';
import type { FileSystem } from '../file-system.js';
import { forEachTogether } from '../for-each-together.js';
import { MANIFEST_FILE } from '../names.js';
import { readTree, removed } from './directory-tree.js';

/** Writes one file of the draft in `directory`, with the directories that its name asks for. */
export async function writeDraftFile(
  fileSystem: FileSystem,
  directory: string,
  file: { readonly name: string; readonly bytes: Uint8Array; readonly sync: boolean },
): Promise<void> {
  makeParentsOf(fileSystem, directory, file.name);
  await fileSystem.writeFile(path.join(directory, file.name), file.bytes, { sync: file.sync });
}

/** Writes or replaces the manifest; `sync` also makes every name in the draft durable. */
export async function writeDraftManifest(
  fileSystem: FileSystem,
  directory: string,
  bytes: Uint8Array,
  options: { readonly sync: boolean; readonly isFirst: boolean },
): Promise<void> {
  const manifest = path.join(directory, MANIFEST_FILE);
  if (!options.isFirst) removed(() => fileSystem.removeFile(manifest));
  await fileSystem.writeFile(manifest, bytes, options);
  if (!options.sync) return;
  const below = readTree(fileSystem, directory).directories;
  await forEachTogether([...below, ''], (name) => fileSystem.syncDirectory(path.join(directory, name)));
}

function makeParentsOf(fileSystem: FileSystem, directory: string, name: string): void {
  let below = directory;
  for (const segment of name.split('/').slice(0, -1)) {
    below = path.join(below, segment);
    if (fileSystem.findStatus(below) === undefined) fileSystem.makeDirectory(below);
  }
}
