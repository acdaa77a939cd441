import path from 'node:path';
import type { Environment } from '../environment.js';
import { isSystemError } from '../errors.js';
import type { FileSystem, OpenFile } from '../file-system.js';
import { sha256 } from '../manifest.js';

/** A file that is kept elsewhere and never changes. */
export interface CachedFile {
  /** The draft that wrote it. */
  readonly draft: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Unfinished downloads of processes that have ended are removed after so long. */
const UNFINISHED_AFTER_MS = 3_600_000;
const UNFINISHED_PREFIX = '~';
/** How far below its limit the cache is brought once it is over it. */
const SHRUNK_TO = 0.9;

/**
 * Files of one store on the local disk, up to a size. Any number of processes may share the directory. What a process
 * has not seen before it compares with its checksum, for a power cut may have taken bytes that nobody synced.
 */
export class FileCache {
  readonly #directory: string;
  readonly #limitBytes: number;
  readonly #environment: Environment;
  readonly #fileSystem: FileSystem;
  readonly #checked = new Set<string>();
  /** Paths that a caller has: they stay while this process runs. */
  readonly #lent = new Set<string>();
  readonly #downloads = new Map<string, Promise<string | undefined>>();
  /** What is there, as last counted, and what came since. */
  #sizeBytes: number | undefined;

  /** @param directory absolute; made when the first file comes */
  constructor(directory: string, limitBytes: number, environment: Environment) {
    this.#directory = directory;
    this.#limitBytes = limitBytes;
    this.#environment = environment;
    this.#fileSystem = environment.fileSystem;
  }

  /** The file, fetched if it is not there; `undefined` if `download` has none. */
  async open(file: CachedFile, download: () => Promise<Uint8Array | undefined>): Promise<OpenFile | undefined> {
    for (;;) {
      const place = await this.#place(file, download);
      if (place === undefined) return undefined;
      try {
        return this.#fileSystem.openFile(place);
      } catch (error) {
        // Another process has made room in between.
        if (!isSystemError(error, 'ENOENT')) throw error;
      }
    }
  }

  /** Its path; it stays while this process runs, and no other needs the room. */
  async path(file: CachedFile, download: () => Promise<Uint8Array | undefined>): Promise<string | undefined> {
    this.#lent.add(this.#pathOf(file));
    return this.#place(file, download);
  }

  /** Forgets a file that nobody needs any more. */
  drop(file: Pick<CachedFile, 'draft' | 'sha256'>): void {
    if (!this.#lent.has(this.#pathOf(file))) this.#remove(this.#pathOf(file));
  }

  async #place(file: CachedFile, download: () => Promise<Uint8Array | undefined>): Promise<string | undefined> {
    const place = this.#pathOf(file);
    if (this.#isThere(place, file)) return place;
    // Many may want one file at once.
    const fetching = this.#downloads.get(place) ?? this.#fetch(place, file, download);
    this.#downloads.set(place, fetching);
    try {
      return await fetching;
    } finally {
      this.#downloads.delete(place);
    }
  }

  #isThere(place: string, file: CachedFile): boolean {
    if (this.#fileSystem.findStatus(place)?.sizeBytes !== file.sizeBytes) return false;
    try {
      if (!this.#checked.has(place) && sha256(this.#fileSystem.readFile(place)) !== file.sha256) return false;
      this.#checked.add(place);
      this.#fileSystem.touch(place, this.#environment.now());
      return true;
    } catch (error) {
      if (isSystemError(error, 'ENOENT')) return false;
      throw error;
    }
  }

  async #fetch(
    place: string,
    file: CachedFile,
    download: () => Promise<Uint8Array | undefined>,
  ): Promise<string | undefined> {
    const bytes = await download();
    if (bytes === undefined) return undefined;
    makeDirectories(this.#fileSystem, this.#directory);
    this.#makeRoom(bytes.byteLength);
    const unfinished = path.join(this.#directory, `${UNFINISHED_PREFIX}${this.#environment.uniqueId()}`);
    try {
      await this.#fileSystem.writeFile(unfinished, bytes, { sync: false });
      this.#fileSystem.rename(unfinished, place);
    } catch (error) {
      this.#remove(unfinished);
      throw error;
    }
    // Damage is found by whoever reads it, as on any storage; it is fetched anew by the next process.
    if (sha256(bytes) === file.sha256) this.#checked.add(place);
    return place;
  }

  #makeRoom(neededBytes: number): void {
    if (this.#sizeBytes !== undefined) this.#sizeBytes += neededBytes;
    if (this.#sizeBytes !== undefined && this.#sizeBytes <= this.#limitBytes) return;
    const files = this.#list();
    let sizeBytes = neededBytes + files.reduce((sum, file) => sum + file.sizeBytes, 0);
    if (sizeBytes > this.#limitBytes) {
      for (const file of files.sort((a, b) => a.modifiedMs - b.modifiedMs)) {
        if (sizeBytes <= this.#limitBytes * SHRUNK_TO) break;
        if (this.#lent.has(file.place)) continue;
        this.#remove(file.place);
        sizeBytes -= file.sizeBytes;
      }
    }
    this.#sizeBytes = sizeBytes;
  }

  #list(): { readonly place: string; readonly sizeBytes: number; readonly modifiedMs: number }[] {
    return this.#fileSystem.readDirectory(this.#directory).flatMap((name) => {
      const place = path.join(this.#directory, name);
      const status = this.#fileSystem.findStatus(place);
      if (status?.kind !== 'file') return [];
      const isUnfinished = name.startsWith(UNFINISHED_PREFIX);
      if (isUnfinished && this.#environment.now() - status.modifiedMs > UNFINISHED_AFTER_MS) this.#remove(place);
      return isUnfinished ? [] : [{ place, sizeBytes: status.sizeBytes, modifiedMs: status.modifiedMs }];
    });
  }

  #remove(place: string): void {
    this.#checked.delete(place);
    try {
      this.#fileSystem.removeFile(place);
    } catch (error) {
      if (!isSystemError(error, 'ENOENT')) throw error;
    }
  }

  #pathOf({ draft, sha256: checksum }: Pick<CachedFile, 'draft' | 'sha256'>): string {
    return path.join(this.#directory, `${draft}-${checksum}`);
  }
}

function makeDirectories(fileSystem: FileSystem, directory: string): void {
  if (fileSystem.findStatus(directory) !== undefined) return;
  makeDirectories(fileSystem, path.dirname(directory));
  try {
    fileSystem.makeDirectory(directory);
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error;
  }
}
