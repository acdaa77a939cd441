/** The files of drafts in their directories. */
import path from 'node:path';
import type { FileSystem, UnsyncedFile } from '../file-system.js';
import { forEachTogether } from '../for-each-together.js';
import { MANIFEST_FILE } from '../names.js';
import { readTree, removed } from './directory-tree.js';

/** Files of one draft that stay open for the last wait; of more, the earlier ones are waited for on the way. */
const OPEN_AT_ONCE = 64;

/**
 * Writes drafts. What is to be durable is all written first and then waited for together, the manifest and the names
 * too: nobody reads a draft, so their order does not count, and each wait for the disk costs as much as all of them.
 */
export class DraftFiles {
  readonly #fileSystem: FileSystem;
  /** By draft directory, then by path. */
  readonly #unsynced = new Map<string, Map<string, UnsyncedFile>>();

  constructor(fileSystem: FileSystem) {
    this.#fileSystem = fileSystem;
  }

  /** Writes one file, with the directories that its name asks for; with `sync` it is durable when the manifest is. */
  async write(
    directory: string,
    file: { readonly name: string; readonly bytes: Uint8Array; readonly sync: boolean },
  ): Promise<void> {
    makeParentsOf(this.#fileSystem, directory, file.name);
    const where = path.join(directory, file.name);
    if (!file.sync) return this.#fileSystem.writeFile(where, file.bytes, { sync: false });
    const written = await this.#fileSystem.writeUnsynced(where, file.bytes);
    // Asked for only now: others that write meanwhile may have waited for all that there was.
    const unsynced = this.#unsyncedIn(directory);
    unsynced.set(where, written);
    if (unsynced.size >= OPEN_AT_ONCE) await this.#sync(directory, []);
  }

  /** Takes one file out again, with the directories that nothing else is in: a file may take the name of one. */
  remove(directory: string, name: string): void {
    const where = path.join(directory, name);
    const unsynced = this.#unsyncedIn(directory);
    unsynced.get(where)?.abandon();
    unsynced.delete(where);
    removed(() => this.#fileSystem.removeFile(where));
    for (let above = path.dirname(where); above !== directory; above = path.dirname(above)) {
      if (!removed(() => this.#fileSystem.removeDirectory(above))) return;
    }
  }

  /** Writes or replaces the manifest; `sync` also makes every file and every name in the draft durable. */
  async writeManifest(
    directory: string,
    bytes: Uint8Array,
    options: { readonly sync: boolean; readonly isFirst: boolean },
  ): Promise<void> {
    const manifest = path.join(directory, MANIFEST_FILE);
    if (!options.isFirst) removed(() => this.#fileSystem.removeFile(manifest));
    if (!options.sync) return this.#fileSystem.writeFile(manifest, bytes, options);
    const written = await this.#fileSystem.writeUnsynced(manifest, bytes);
    this.#unsyncedIn(directory).set(manifest, written);
    const below = readTree(this.#fileSystem, directory).directories;
    await this.#sync(directory, [...below.map((name) => path.join(directory, name)), directory]);
  }

  /** Forgets a draft that is thrown away. */
  abandon(directory: string): void {
    for (const file of this.#unsynced.get(directory)?.values() ?? []) file.abandon();
    this.#unsynced.delete(directory);
  }

  /** Waits for all that was written, and for the names in `directories`. */
  async #sync(directory: string, directories: readonly string[]): Promise<void> {
    const files = this.#unsyncedIn(directory);
    this.#unsynced.delete(directory);
    const waits = [
      ...[...files].map(([where, file]) => () => {
        files.delete(where);
        return file.sync();
      }),
      ...directories.map((name) => () => this.#fileSystem.syncDirectory(name)),
    ];
    try {
      await forEachTogether(waits, (wait) => wait());
    } finally {
      for (const file of files.values()) file.abandon();
    }
  }

  #unsyncedIn(directory: string): Map<string, UnsyncedFile> {
    const known = this.#unsynced.get(directory) ?? new Map<string, UnsyncedFile>();
    this.#unsynced.set(directory, known);
    return known;
  }
}

function makeParentsOf(fileSystem: FileSystem, directory: string, name: string): void {
  let below = directory;
  for (const segment of name.split('/').slice(0, -1)) {
    below = path.join(below, segment);
    if (fileSystem.findStatus(below) === undefined) fileSystem.makeDirectory(below);
  }
}
