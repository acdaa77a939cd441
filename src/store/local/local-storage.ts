import path from 'node:path';
import type { Environment } from '../environment.js';
import { isSystemError, NO_FILE_CODES, storeDamaged, storeIsGone } from '../errors.js';
import type { FileSystem, OpenFile } from '../file-system.js';
import {
  asideName,
  currentContent,
  MANIFEST_FILE,
  parseCurrentContent,
  parseGenerationName,
  RETIRED_FILE,
  type RecordKind,
  SYNCED_FILE,
} from '../names.js';
import type { FileLocation, HeldLock, RecordEntry, Storage, StorageTraits, StoreIdentity } from '../storage.js';
import { readIfPresent, removed } from './directory-tree.js';
import { DraftFiles } from './draft-files.js';
import { eraseDirectory, eraseStore, findRemains, prepareErasing } from './erasing.js';
import { syncGenerations, syncRetirements } from './generation-sync.js';
import { type Layout, layoutOf } from './layout.js';
import { type Litter, litterIn, removeFileLater, removeLater } from './litter.js';
import { LocalLocks } from './local-locks.js';
import { LocalUpkeep } from './local-upkeep.js';
import { explainObstacle, requireGenerations, requirePlaceForDirectory, requireRealDirectories } from './obstacles.js';
import { holdsStore, kindOf, requireOwnDirectory } from './own-directory.js';
import { findErased } from './own-entries.js';
import { inspectLayout, mendLayout, prepareLayout, requireExclusiveRename } from './preparation.js';
import { listRecords, readRecord, removeRecordFile, writeRecord } from './records.js';
import { buryDraft, emptyTrash, sweepGeneration } from './sweep.js';
import { watchIfPossible } from './watching.js';

const GONE_CODES = ['ENOENT', 'ENOTDIR'] as const;

/** Of a link, a pipe or a directory in the place of a file, which holds nothing that was written here. */
const NO_CONTENT = new Uint8Array();

/** A store in a directory of the local file system. */
export class LocalStorage implements Storage {
  readonly location: string;
  readonly upkeep: LocalUpkeep;
  readonly #layout: Layout;
  readonly #environment: Environment;
  readonly #fileSystem: FileSystem;
  readonly #locks: LocalLocks;
  readonly #litter: Litter;
  readonly #drafts: DraftFiles;
  /** Those of the last look: a generation stays retired until it is gone. */
  #syncedRetirements: ReadonlySet<number> = new Set();
  /** True if it was entered without its generations, and they are not back. */
  #lacksGenerations = false;

  /** @param directory absolute path of the store, which need not exist yet. */
  constructor(directory: string, environment: Environment) {
    this.location = directory;
    this.#layout = layoutOf(directory);
    this.#environment = environment;
    this.upkeep = new LocalUpkeep(this.#layout, environment);
    this.#fileSystem = environment.fileSystem;
    this.#locks = new LocalLocks(this.#layout, environment);
    this.#litter = litterIn(this.#fileSystem, this.#layout.drafts);
    this.#drafts = new DraftFiles(this.#fileSystem);
  }

  async exists(): Promise<boolean> {
    if (this.#atPlace(() => holdsStore(this.#layout, this.#fileSystem))) return true;
    requirePlaceForDirectory(this.#layout, this.#fileSystem);
    requireRealDirectories(this.#layout, this.#fileSystem, [this.#layout.generations]);
    return false;
  }

  async enterWithoutGenerations(): Promise<boolean> {
    const isGone = this.#fileSystem.findStatus(this.#layout.generations) === undefined;
    // In this order: what a destroying has begun with is there until after the pointer is gone.
    const isDestroyed = findErased(this.#layout, this.#fileSystem).length > 0;
    this.#lacksGenerations = isGone && !isDestroyed && (await this.readCurrent()) !== undefined;
    return this.#lacksGenerations;
  }

  requireRoom(): void {
    requireOwnDirectory(this.#layout, this.#fileSystem);
  }

  async prepare(): Promise<StorageTraits> {
    this.#litter.clear();
    return prepareLayout(this.#layout, this.#fileSystem);
  }

  async probe(draft: string): Promise<void> {
    await this.#withDirectories(async () =>
      requireExclusiveRename(this.#layout, this.#fileSystem, this.#layout.draft(draft)),
    );
  }

  async inspect(): Promise<StorageTraits> {
    return inspectLayout(this.#layout, this.#fileSystem);
  }

  async findHighestGeneration(): Promise<number> {
    let highest = 0;
    for (const name of this.#readGenerations()) highest = Math.max(highest, parseGenerationName(name) ?? 0);
    return highest;
  }

  async findIdentity(): Promise<StoreIdentity | undefined> {
    return this.#fileSystem.findStatus(this.#layout.generations);
  }

  async listGenerations(): Promise<readonly number[]> {
    // Where a link leads to are no generations of this store.
    const kind = this.#fileSystem.findStatus(this.#layout.generations)?.kind;
    if (kind === 'file' || kind === 'other') return [];
    return this.#readGenerations()
      .flatMap((name) => parseGenerationName(name) ?? [])
      .sort((a, b) => a - b);
  }

  async readManifest(
    generation: number,
  ): Promise<{ readonly bytes: Uint8Array; readonly isRetired: boolean } | undefined> {
    const directory = this.#layout.generation(generation);
    // What a manifest says decides about deleting, so one behind a link, which is not this store's, is none.
    if (kindOf(this.#fileSystem, directory) !== 'directory') return undefined;
    // Retiring renames the one to the other, so a reader that finds neither looks at the first once more.
    for (const name of [MANIFEST_FILE, RETIRED_FILE, MANIFEST_FILE]) {
      const bytes = this.#readIfPresent(path.join(directory, name));
      if (bytes !== undefined) return { bytes, isRetired: name === RETIRED_FILE && bytes !== NO_CONTENT };
    }
    return undefined;
  }

  async openFile(location: FileLocation): Promise<OpenFile | undefined> {
    try {
      return this.#fileSystem.openFile(this.#pathOf(location));
    } catch (error) {
      // What stands in the place of a file holds nothing that was written here.
      if (isSystemError(error, ...GONE_CODES, ...NO_FILE_CODES)) return undefined;
      throw error;
    }
  }

  async localPath(location: FileLocation): Promise<string> {
    return this.#pathOf(location);
  }

  async createDraft(draft: string): Promise<void> {
    this.#litter.clear();
    await this.#withDirectories(async () => this.#fileSystem.makeDirectory(this.#layout.draft(draft)));
  }

  async writeDraftFile(
    draft: string,
    name: string,
    bytes: Uint8Array,
    options: { readonly sync: boolean },
  ): Promise<void> {
    await this.#drafts.write(this.#layout.draft(draft), { name, bytes, ...options });
  }

  async removeDraftFile(draft: string, name: string): Promise<void> {
    this.#drafts.remove(this.#layout.draft(draft), name);
  }

  async writeDraftManifest(
    draft: string,
    bytes: Uint8Array,
    options: { readonly sync: boolean; readonly isFirst: boolean },
  ): Promise<void> {
    await this.#drafts.writeManifest(this.#layout.draft(draft), bytes, options);
  }

  async claim(draft: string, generation: number): Promise<boolean> {
    try {
      this.#fileSystem.rename(this.#layout.draft(draft), this.#layout.generation(generation));
      return true;
    } catch (error) {
      if (isSystemError(error, 'ENOTEMPTY', 'EEXIST')) return false;
      // Windows says EPERM for a directory that is there.
      const isTaken = this.#fileSystem.findStatus(this.#layout.generation(generation)) !== undefined;
      if (isTaken && isSystemError(error, 'EPERM', 'EACCES')) return false;
      throw error;
    }
  }

  async syncClaims(): Promise<void> {
    await this.#fileSystem.syncDirectory(this.#layout.generations);
  }

  async retract(generation: number, draft: string): Promise<void> {
    removed(() => this.#fileSystem.rename(this.#layout.generation(generation), this.#layout.draft(draft)));
  }

  async discardDraft(draft: string): Promise<void> {
    this.#drafts.abandon(this.#layout.draft(draft));
    removeLater(this.#fileSystem, this.#litter, this.#layout.draft(draft));
  }

  async buryDraft(draft: string): Promise<boolean> {
    return this.#withDirectories(async () => buryDraft(this.#layout, this.#environment, draft));
  }

  async listDrafts(): Promise<readonly RecordEntry[]> {
    requireRealDirectories(this.#layout, this.#fileSystem);
    return readIfPresent(this.#fileSystem, this.#layout.drafts).flatMap((id) => {
      const status = this.#fileSystem.findStatus(this.#layout.draft(id));
      return status === undefined ? [] : [{ id, version: String(status.modifiedMs) }];
    });
  }

  async syncGenerations(generations: readonly number[], options: { readonly isBase: boolean }): Promise<void> {
    await syncGenerations(this.#layout, this.#environment, generations, options);
  }

  async isSynced(generation: number): Promise<boolean> {
    const directory = this.#layout.generation(generation);
    if (this.#fileSystem.findStatus(path.join(directory, SYNCED_FILE)) !== undefined) return true;
    return this.#fileSystem.findStatus(directory) === undefined;
  }

  async readCurrent(): Promise<number | undefined> {
    const bytes = this.#readIfPresent(this.#layout.current);
    return bytes === undefined ? undefined : parseCurrentContent(bytes);
  }

  async writeCurrent(generation: number): Promise<void> {
    let temporary: string | undefined;
    try {
      // Replacing follows links, and where this one leads to is none of the store's.
      if (this.#fileSystem.findStatus(this.#layout.current)?.kind === 'other')
        this.#fileSystem.removeFile(this.#layout.current);
      this.#fileSystem.replaceFile(this.#layout.current, currentContent(generation), (path) => {
        temporary = path;
      });
    } catch (error) {
      if (temporary !== undefined) removeFileLater(this.#fileSystem, this.#litter, temporary);
      throw error;
    }
  }

  async removeCurrent(): Promise<void> {
    removed(() => this.#fileSystem.removeFile(this.#layout.current));
  }

  async retire(generation: number): Promise<void> {
    const directory = this.#layout.generation(generation);
    // Renamed through a link, the manifest would be another store's.
    if (this.#fileSystem.findStatus(directory)?.kind !== 'directory') return;
    const retired = path.join(directory, RETIRED_FILE);
    try {
      removed(() => this.#fileSystem.rename(path.join(directory, MANIFEST_FILE), retired));
    } catch (error) {
      if (!isSystemError(error, 'EISDIR')) throw error;
      throw storeDamaged(`${path.basename(directory)}/${RETIRED_FILE}: expected a file, found a directory`, error);
    }
  }

  async syncRetirements(generations: ReadonlySet<number>): Promise<void> {
    const open = [...generations].filter((generation) => !this.#syncedRetirements.has(generation));
    await syncRetirements(this.#layout, this.#fileSystem, open);
    this.#syncedRetirements = new Set(generations);
  }

  async sweepGeneration(generation: number, keep: ReadonlySet<string>): Promise<number> {
    requireRealDirectories(this.#layout, this.#fileSystem);
    return this.#withDirectories(async () => sweepGeneration(this.#layout, this.#environment, generation, keep));
  }

  async emptyTrash(): Promise<void> {
    this.#litter.clear();
    requireRealDirectories(this.#layout, this.#fileSystem);
    await emptyTrash(this.#layout, this.#environment);
  }

  async listRecords(kind: RecordKind): Promise<readonly RecordEntry[]> {
    requireRealDirectories(this.#layout, this.#fileSystem, [this.#layout.records(kind)]);
    const directory = this.#layout.records(kind);
    const entries = await this.#withDirectories(async () => listRecords(this.#fileSystem, directory, kind));
    if (entries === undefined) this.#requireGenerations();
    return entries ?? [];
  }

  async readRecord(kind: RecordKind, id: string): Promise<Uint8Array | undefined> {
    const directory = this.#layout.records(kind);
    const bytes = await this.#withDirectories(async () => readRecord(this.#fileSystem, directory, { kind, id }));
    if (bytes === undefined) this.#requireGenerations();
    return bytes;
  }

  async writeRecord(
    kind: RecordKind,
    id: string,
    bytes: Uint8Array,
    options: { readonly replace: boolean; readonly sync: boolean },
  ): Promise<boolean> {
    const unique = this.#environment.uniqueId();
    return this.#withDirectories(() =>
      writeRecord(this.#fileSystem, this.#layout.records(kind), {
        id,
        bytes,
        unique,
        litter: this.#litter,
        ...options,
      }),
    );
  }

  async removeRecord(kind: RecordKind, id: string, options: { readonly sync: boolean }): Promise<void> {
    const directory = this.#layout.records(kind);
    const file = path.join(directory, id);
    if (!options.sync) return this.#litter.remove(file, () => removeRecordFile(this.#fileSystem, file));
    const found = this.#fileSystem.findStatus(file);
    // What is in the place of a record may be somebody's.
    if (found !== undefined && found.kind !== 'file')
      return this.upkeep.setAside(`${kind}/${id}`, asideName(`${kind}/${id}`, this.#environment.uniqueId()));
    removed(() => this.#fileSystem.removeFile(file));
    await this.#fileSystem.syncDirectory(directory);
  }

  async touchRecord(kind: RecordKind, id: string): Promise<void> {
    const file = path.join(this.#layout.records(kind), id);
    removed(() => this.#fileSystem.touch(file, this.#environment.now()));
  }

  async lockCommits(options: { readonly holder: string; readonly timeoutMs: number }): Promise<HeldLock> {
    return this.#withDirectories(() => this.#locks.commits.acquire({ mode: 'exclusive', ...options }));
  }

  async lockStore(options: { readonly holder: string; readonly timeoutMs: number }): Promise<HeldLock> {
    if ((await this.findRemains()) !== undefined) {
      await this.#locks.store.waitUntilFree(options.timeoutMs);
      prepareErasing(this.#layout, this.#fileSystem);
    }
    return this.#whileOpen(() => this.#locks.store.acquire({ mode: 'exclusive', ...options }));
  }

  async shareStore(options: {
    readonly holder: string;
    readonly record: Uint8Array;
    readonly timeoutMs: number;
  }): Promise<HeldLock> {
    return this.#whileOpen(() => this.#locks.store.acquire({ mode: 'shared', ...options }));
  }

  async erase(): Promise<void> {
    await eraseStore(this.#layout, this.#environment);
  }

  async findRemains(): Promise<string | undefined> {
    return this.#atPlace(() => findRemains(this.#layout, this.#fileSystem));
  }

  async eraseRemains(): Promise<void> {
    eraseDirectory(this.#layout, this.#fileSystem);
  }

  async tryLease(options: {
    readonly name: string;
    readonly holder: string;
    readonly onLost: () => void;
  }): Promise<HeldLock | undefined> {
    const { name, holder, onLost } = options;
    return this.#withDirectories(() => this.#locks.lease(name).tryAcquire({ mode: 'exclusive', holder, onLost }));
  }

  async findLeaseVersion(name: string): Promise<string | undefined> {
    return this.#locks.lease(name).findHolder()?.version;
  }

  watch(onChange: () => void): { close(): void } {
    // Every claim makes an entry in `generations`, whether or not the pointer follows.
    return watchIfPossible(this.#fileSystem, this.#layout.generations, onChange) ?? { close: () => {} };
  }

  /** A hold on the store as a whole, with whose end nothing of this process is left among the drafts. */
  async #whileOpen(acquire: () => Promise<HeldLock>): Promise<HeldLock> {
    const held = await this.#withDirectories(acquire);
    return {
      get isLost() {
        return held.isLost;
      },
      release: () => {
        this.#locks.commits.discard();
        return held.release();
      },
    };
  }

  /** Does `action`, and once more if a directory of the store was missing: somebody tidied up behind its back. */
  async #withDirectories<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      const isMended = isSystemError(error, 'ENOENT') && (await mendLayout(this.#layout, this.#fileSystem));
      if (!isMended) throw explainObstacle(this.#layout, this.#fileSystem, error);
      return action();
    }
  }

  /** What `look` finds; if it fails where no directory can be, the error says what stands there. */
  #atPlace<Found>(look: () => Found): Found {
    try {
      return look();
    } catch (error) {
      requirePlaceForDirectory(this.#layout, this.#fileSystem);
      throw error;
    }
  }

  #requireGenerations(): void {
    if (!this.#lacksGenerations) requireGenerations(this.#layout, this.#fileSystem);
  }

  #readGenerations(): readonly string[] {
    try {
      const names = this.#fileSystem.readDirectory(this.#layout.generations);
      this.#lacksGenerations = false;
      return names;
    } catch (error) {
      if (isSystemError(error, 'ENOENT')) {
        if (this.#lacksGenerations) return [];
        throw storeIsGone(this.location);
      }
      throw explainObstacle(this.#layout, this.#fileSystem, error);
    }
  }

  #pathOf(location: FileLocation): string {
    return path.join(this.#layout.generation(location.owner), location.name);
  }

  #readIfPresent(file: string): Uint8Array | undefined {
    try {
      return this.#fileSystem.readFile(file);
    } catch (error) {
      if (isSystemError(error, ...GONE_CODES)) return undefined;
      if (isSystemError(error, ...NO_FILE_CODES)) return NO_CONTENT;
      throw error;
    }
  }
}
