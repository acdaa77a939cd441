import path from 'node:path';
import type { Environment } from '../environment.js';
import { isNoSpace, isSystemError, StoreError, systemErrorCode } from '../errors.js';
import type { FileSystem, OpenFile } from '../file-system.js';
import { sha256 } from '../manifest.js';
import { fileInMemory } from './file-in-memory.js';

/** A file that is kept elsewhere and never changes. */
export interface CachedFile {
  /** The draft that wrote it. */
  readonly draft: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** What was fetched, and why it could not be kept on the disk. */
interface Fetched {
  readonly bytes: Uint8Array;
  readonly failure?: unknown;
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
  readonly #downloads = new Map<string, Promise<Fetched | undefined>>();
  /** What is there, as last counted, and what came since. */
  #sizeBytes: number | undefined;

  /** @param directory absolute; made when the first file comes */
  constructor(directory: string, limitBytes: number, environment: Environment) {
    this.#directory = directory;
    this.#limitBytes = limitBytes;
    this.#environment = environment;
    this.#fileSystem = environment.fileSystem;
  }

  /** The file, fetched if it is not there; `undefined` if `download` has none. What cannot be kept is held in memory. */
  async open(file: CachedFile, download: () => Promise<Uint8Array | undefined>): Promise<OpenFile | undefined> {
    const place = this.#pathOf(file);
    const kept = this.#isThere(place, file) ? this.#findOpen(place) : undefined;
    if (kept !== undefined) return kept;
    const fetched = await this.#fetchOnce(place, file, download);
    if (fetched === undefined) return undefined;
    // Another process may have made room in between.
    return (fetched.failure === undefined ? this.#findOpen(place) : undefined) ?? fileInMemory(fetched.bytes);
  }

  /**
   * Its path; it stays while this process runs, and no other needs the room.
   * @throws StoreError NO_SPACE, IO_FAILED where the file cannot be kept
   */
  async path(file: CachedFile, download: () => Promise<Uint8Array | undefined>): Promise<string | undefined> {
    const place = this.#pathOf(file);
    this.#lent.add(place);
    if (this.#isThere(place, file)) return place;
    const fetched = await this.#fetchOnce(place, file, download);
    if (fetched?.failure !== undefined) throw this.#cannotKeep(fetched.failure);
    return fetched && place;
  }

  /** Forgets a file that nobody needs any more. */
  drop(file: Pick<CachedFile, 'draft' | 'sha256'>): void {
    if (!this.#lent.has(this.#pathOf(file))) this.#remove(this.#pathOf(file));
  }

  /** Compares a file with its checksum before it is used again, for somebody has found it damaged. */
  distrust(file: Pick<CachedFile, 'draft' | 'sha256'>): void {
    this.#checked.delete(this.#pathOf(file));
  }

  /** Many may want one file at once. */
  async #fetchOnce(
    place: string,
    file: CachedFile,
    download: () => Promise<Uint8Array | undefined>,
  ): Promise<Fetched | undefined> {
    const fetching = this.#downloads.get(place) ?? this.#fetch(place, file, download);
    this.#downloads.set(place, fetching);
    try {
      return await fetching;
    } finally {
      this.#downloads.delete(place);
    }
  }

  /** False too for what cannot be read: it can be fetched. */
  #isThere(place: string, file: CachedFile): boolean {
    try {
      const status = this.#fileSystem.findStatus(place);
      if (status?.kind !== 'file' || status.sizeBytes !== file.sizeBytes) return false;
      if (!this.#checked.has(place) && sha256(this.#fileSystem.readFile(place)) !== file.sha256) return false;
    } catch (error) {
      if (systemErrorCode(error) === undefined) throw error;
      return false;
    }
    this.#checked.add(place);
    return this.#touch(place);
  }

  /** False if it is gone; a cache that may only be read serves without. */
  #touch(place: string): boolean {
    try {
      this.#fileSystem.touch(place, this.#environment.now());
      return true;
    } catch (error) {
      if (systemErrorCode(error) === undefined) throw error;
      return !isSystemError(error, 'ENOENT');
    }
  }

  #findOpen(place: string): OpenFile | undefined {
    try {
      return this.#fileSystem.openFile(place);
    } catch (error) {
      if (systemErrorCode(error) === undefined) throw error;
      return undefined;
    }
  }

  async #fetch(
    place: string,
    file: CachedFile,
    download: () => Promise<Uint8Array | undefined>,
  ): Promise<Fetched | undefined> {
    const bytes = await download();
    if (bytes === undefined) return undefined;
    try {
      await this.#keep(place, bytes);
    } catch (failure) {
      if (systemErrorCode(failure) === undefined) throw failure;
      // What is there now has to be counted.
      this.#sizeBytes = undefined;
      return { bytes, failure };
    }
    // Damage is found by whoever reads it, as on any storage; it is fetched anew by the next process.
    if (sha256(bytes) === file.sha256) this.#checked.add(place);
    return { bytes };
  }

  async #keep(place: string, bytes: Uint8Array): Promise<void> {
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
  }

  #cannotKeep(failure: unknown): StoreError {
    const text = `cache ${this.#directory}: what was fetched cannot be kept there (${String(failure)})`;
    return new StoreError(isNoSpace(failure) ? 'NO_SPACE' : 'IO_FAILED', text, {
      remedy:
        'Let this user write there, and make room; or name another directory by `cache=` in the URL of the store.',
      cause: failure,
    });
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

  /** As far as that goes: what stays is in nobody's way. */
  #remove(place: string): void {
    this.#checked.delete(place);
    try {
      this.#fileSystem.removeFile(place);
    } catch (error) {
      if (systemErrorCode(error) === undefined) throw error;
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
