import path from 'node:path';
import type { Environment } from '../environment.js';
import { isSystemError } from '../errors.js';
import type { FileStatus, FileSystem } from '../file-system.js';
import {
  DAMAGED_DIRECTORY,
  GENERATIONS_DIRECTORY,
  generationName,
  isHolderName,
  isLockName,
  MANIFEST_FILE,
  RETIRED_FILE,
  SYNCED_FILE,
} from '../names.js';
import { judgeProcess } from '../process-identity.js';
import { isForeignDirectory } from '../store-entries.js';
import type { LockState, StoredEntry, Upkeep } from '../upkeep.js';
import { readIfPresent } from './directory-tree.js';
import type { Layout } from './layout.js';
import { findLockHolder, type LockHolder } from './lock-directory.js';
import { mayWrite } from './rights.js';

/** Looking after a store in a local directory. */
export class LocalUpkeep implements Upkeep {
  readonly #layout: Layout;
  readonly #environment: Environment;
  readonly #fileSystem: FileSystem;

  constructor(layout: Layout, environment: Environment) {
    this.#layout = layout;
    this.#environment = environment;
    this.#fileSystem = environment.fileSystem;
  }

  async listEntries(): Promise<readonly StoredEntry[]> {
    const entries: StoredEntry[] = [];
    const visit = (below: string): void => {
      for (const name of this.#readNames(below)) {
        const path = below === '' ? name : `${below}/${name}`;
        const status = findStatusAtAnyDepth(this.#fileSystem, this.#at(path));
        if (status === undefined) continue;
        const entry = { path, kind: status.kind, sizeBytes: status.kind === 'file' ? status.sizeBytes : 0 };
        entries.push(entry);
        if (status.kind === 'directory' && !isForeignDirectory(entry)) visit(path);
      }
    };
    visit('');
    return entries;
  }

  async listLocks(): Promise<readonly LockState[]> {
    return readIfPresent(this.#fileSystem, this.#layout.root)
      .filter(isLockName)
      .flatMap((lock) => {
        const holder = this.#findHolder(lock);
        return holder === undefined ? [] : [this.#describe(lock, holder)];
      });
  }

  async isWritable(): Promise<boolean> {
    return [this.#layout.root, this.#layout.generations].every(mayWrite);
  }

  async setAside(entry: string, place: string): Promise<void> {
    if (this.#fileSystem.findStatus(this.#at(entry)) === undefined) return;
    // What is in the place of the folder itself has to leave before the folder can be made.
    const from = entry === DAMAGED_DIRECTORY ? `${this.#at(entry)}.${this.#environment.uniqueId()}` : this.#at(entry);
    if (entry === DAMAGED_DIRECTORY) this.#fileSystem.rename(this.#at(entry), from);
    await this.#prepareDamaged();
    this.#fileSystem.rename(from, this.#at(DAMAGED_DIRECTORY, place));
    await this.#syncMove(path.dirname(from));
  }

  pathOfSetAside(place: string): string {
    return `${DAMAGED_DIRECTORY}/${place}`;
  }

  async setGenerationAside(generation: number, keep: ReadonlySet<string>, place: string): Promise<void> {
    const entry = `${GENERATIONS_DIRECTORY}/${generationName(generation)}`;
    const directory = this.#at(entry);
    // What is no directory holds nothing that others could refer to.
    if (keep.size === 0 || this.#fileSystem.findStatus(directory)?.kind !== 'directory')
      return this.setAside(entry, place);
    // 1. What nobody refers to; while the manifest is where it was, what is left here is damage and not garbage.
    const leaving = this.#listFiles(directory).filter((name) => !keep.has(name) && !isBookkeeping(name));
    for (const name of leaving) await this.#moveInto(place, directory, name);
    // 2. Out of the history: an empty `retired.json` takes the place of whatever manifest there is.
    const retired = path.join(directory, RETIRED_FILE);
    const before = this.#fileSystem.findStatus(retired);
    if (before !== undefined && (before.kind !== 'file' || before.sizeBytes > 0))
      await this.#moveInto(place, directory, RETIRED_FILE);
    if (this.#fileSystem.findStatus(retired) === undefined)
      await this.#fileSystem.writeFile(retired, new Uint8Array(), { sync: true });
    await this.#fileSystem.syncDirectory(directory);
    if (this.#fileSystem.findStatus(path.join(directory, MANIFEST_FILE)) !== undefined)
      await this.#moveInto(place, directory, MANIFEST_FILE);
  }

  /** Moves one file of a generation to the same name below `place`. */
  async #moveInto(place: string, directory: string, name: string): Promise<void> {
    await this.#prepareDamaged();
    let target = this.#at(DAMAGED_DIRECTORY, place);
    const made = [path.dirname(target)];
    for (const segment of ['', ...name.split('/').slice(0, -1)]) {
      target = path.join(target, segment);
      if (this.#fileSystem.findStatus(target) === undefined) this.#fileSystem.makeDirectory(target);
      made.push(target);
    }
    this.#fileSystem.rename(path.join(directory, name), path.join(target, path.basename(name)));
    // The new name first: with both lost, the file would be.
    for (const parent of made.toReversed()) await this.#fileSystem.syncDirectory(parent);
    await this.#fileSystem.syncDirectory(path.dirname(path.join(directory, name)));
  }

  #listFiles(directory: string): readonly string[] {
    const files: string[] = [];
    const visit = (below: string): void => {
      for (const entry of readIfPresent(this.#fileSystem, path.join(directory, below))) {
        const name = below === '' ? entry : `${below}/${entry}`;
        if (this.#fileSystem.findStatus(path.join(directory, name))?.kind === 'directory') visit(name);
        else files.push(name);
      }
    };
    visit('');
    return files;
  }

  async #prepareDamaged(): Promise<void> {
    const damaged = this.#at(DAMAGED_DIRECTORY);
    if (this.#fileSystem.findStatus(damaged) !== undefined) return;
    this.#fileSystem.makeDirectory(damaged);
    await this.#fileSystem.syncDirectory(this.#layout.root);
  }

  async #syncMove(from: string): Promise<void> {
    await this.#fileSystem.syncDirectory(this.#at(DAMAGED_DIRECTORY));
    await this.#fileSystem.syncDirectory(from);
  }

  /**
   * What is in a directory of the store, sorted. Deeper than its own, whatever this user may not list is somebody's, or
   * another user's draft; a file in it that a generation needs is missed where files are checked.
   */
  #readNames(below: string): readonly string[] {
    try {
      return [...readIfPresent(this.#fileSystem, this.#at(below))].sort();
    } catch (error) {
      if (below.includes('/') && isSystemError(error, 'EACCES', 'EPERM', 'ENAMETOOLONG')) return [];
      throw error;
    }
  }

  #findHolder(lock: string): LockHolder | undefined {
    const place = {
      fileSystem: this.#fileSystem,
      path: this.#at(lock),
      draftsPath: this.#layout.drafts,
      isHolder: isHolderName,
    };
    if (this.#fileSystem.findStatus(place.path)?.kind !== 'directory') return undefined;
    const name = readIfPresent(this.#fileSystem, place.path).find(isHolderName);
    const isFile = name !== undefined && this.#fileSystem.findStatus(path.join(place.path, name))?.kind === 'file';
    return isFile ? findLockHolder(place) : undefined;
  }

  #describe(lock: string, { name, identity }: LockHolder): LockState {
    const modifiedMs = this.#fileSystem.findStatus(this.#at(lock))?.modifiedMs ?? 0;
    return {
      lock,
      holder: name,
      process: identity === 'lost' ? undefined : identity,
      state: judgeProcess(identity, this.#environment.identity()),
      lastSignOfLife: new Date(modifiedMs).toISOString(),
    };
  }

  #at(...names: readonly string[]): string {
    return path.join(this.#layout.root, ...names);
  }
}

/** Nothing of a store lies so deep that its path is too long. */
function findStatusAtAnyDepth(fileSystem: FileSystem, place: string): FileStatus | undefined {
  try {
    return fileSystem.findStatus(place);
  } catch (error) {
    if (isSystemError(error, 'ENAMETOOLONG')) return undefined;
    throw error;
  }
}

/** Where a directory stands in the place of a manifest, what is in it moves with it. */
function isBookkeeping(name: string): boolean {
  const [top] = name.split('/', 1);
  return top === MANIFEST_FILE || top === RETIRED_FILE || name === SYNCED_FILE;
}
