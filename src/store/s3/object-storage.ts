import type { Environment } from '../environment.js';
import type { OpenFile } from '../file-system.js';
import type { RecordKind } from '../names.js';
import type { FileLocation, HeldLock, RecordEntry, Storage, StorageTraits } from '../storage.js';
import type { ReusingStorage } from '../transfer/reusing-storage.js';
import { requireConditionalWrites } from './conditional-writes.js';
import { Drafts, outcomeUnknown } from './drafts.js';
import { type CachedFile, FileCache } from './file-cache.js';
import { fileInMemory } from './file-in-memory.js';
import type { GenerationHeader, OwnFile } from './generation-object.js';
import { Generations } from './generations.js';
import { ObjectLocks } from './object-locks.js';
import { rootKeys } from './object-names.js';
import { ObjectRecords } from './object-records.js';
import type { ObjectStore } from './object-store.js';
import { type SweepParts, sweepGeneration, sweepLeftovers } from './object-sweep.js';
import { Pointer } from './pointer.js';
import { Registers } from './registers.js';
import { StoreRoot } from './store-root.js';

/** Where a store on object storage lies. */
export interface ObjectPlace {
  readonly objects: ObjectStore;
  /** What all its keys begin with, without slashes at its ends; may be empty. */
  readonly prefix: string;
  /** Where files are kept on the local disk; absolute. */
  readonly cacheDirectory: string;
  readonly cacheLimitBytes: number;
}

/** Headers are remembered of so many generations. */
const REMEMBERED_HEADERS = 1_000;

/** A look is two requests, which somebody pays for; whoever cannot wait asks for the newest generation. */
const LOOK_EVERY_MS = 2_000;

/** What is left alone for a day need not be looked for each time. */
const LEFTOVERS_EVERY_MS = 3_600_000;

/** A store on object storage with conditional writes. `docs/protocol-s3.md` says what each call becomes there. */
export class ObjectStorage implements Storage, ReusingStorage {
  readonly location: string;
  readonly lookEveryMs: number = LOOK_EVERY_MS;
  readonly #environment: Environment;
  readonly #registers: Registers;
  readonly #root: StoreRoot;
  readonly #pointer: Pointer;
  readonly #generations: Generations;
  readonly #drafts: Drafts;
  readonly #records: ObjectRecords;
  readonly #locks: ObjectLocks;
  readonly #sweeping: SweepParts;
  readonly #cache: FileCache;
  readonly #headers = new Map<string, GenerationHeader>();
  #nextLeftoversMs = Number.NEGATIVE_INFINITY;

  constructor(place: ObjectPlace, environment: Environment) {
    const { objects, prefix, cacheDirectory, cacheLimitBytes } = place;
    this.location = prefix === '' ? objects.location : `${objects.location}/${prefix}`;
    this.#environment = environment;
    const registers = new Registers(objects, environment);
    const root = new StoreRoot(this.location, rootKeys(prefix), registers, environment);
    this.#registers = registers;
    this.#root = root;
    this.#pointer = new Pointer(root, registers);
    this.#generations = new Generations(root, registers, new Pointer(root, registers));
    this.#drafts = new Drafts(root, registers, this.#generations);
    this.#records = new ObjectRecords(root, registers);
    this.#locks = new ObjectLocks({ root, registers, records: this.#records, environment });
    this.#sweeping = { root, registers, generations: this.#generations, drafts: this.#drafts, environment };
    this.#cache = new FileCache(cacheDirectory, cacheLimitBytes, environment);
  }

  async exists(): Promise<boolean> {
    return (await this.#root.find()) !== undefined;
  }

  async prepare(): Promise<StorageTraits> {
    await this.#root.make();
    return this.inspect();
  }

  async probe(draft: string): Promise<void> {
    const key = (await this.#root.store()).probe(`${draft}-${this.#environment.uniqueId()}`);
    await requireConditionalWrites(this.#registers, key);
  }

  /** Whether a store can be written here, or made; nothing is left behind. @throws StoreError as `prepare`, `probe` */
  async requireWritablePlace(): Promise<void> {
    await this.#root.find();
    const key = `${this.#root.keys.root}-probe-${this.#environment.uniqueId()}`;
    await requireConditionalWrites(this.#registers, key);
  }

  async inspect(): Promise<StorageTraits> {
    return { fileSystem: 's3', warnings: [] };
  }

  async findHighestGeneration(): Promise<number> {
    return this.#generations.findHighest();
  }

  async listGenerations(): Promise<readonly number[]> {
    return this.#generations.list();
  }

  async readManifest(
    generation: number,
  ): Promise<{ readonly bytes: Uint8Array; readonly isRetired: boolean } | undefined> {
    try {
      return await this.#generations.readManifest(generation);
    } catch (error) {
      // Whoever asks what became of a claim, and is not told, must not take it for one that was not made.
      if (this.#drafts.isUnsettled(generation)) throw outcomeUnknown(generation, error);
      throw error;
    }
  }

  async openFile(location: FileLocation): Promise<OpenFile | undefined> {
    return this.#withFile(location, (file, download) => this.#cache.open(file, download));
  }

  async openOriginal(location: FileLocation): Promise<OpenFile | undefined> {
    return this.#withFile(location, async (_file, download) => {
      const bytes = await download();
      return bytes && fileInMemory(bytes);
    });
  }

  async distrustCopy(location: FileLocation): Promise<void> {
    await this.#withFile(location, async (file) => {
      this.#cache.distrust(file);
      return file;
    });
  }

  async localPath(location: FileLocation): Promise<string> {
    const found = await this.#withFile(location, (file, download) => this.#cache.path(file, download));
    if (found !== undefined) return found;
    throw Object.assign(new Error(`generation ${location.owner}: file ${JSON.stringify(location.name)} is gone`), {
      code: 'ENOENT',
    });
  }

  async createDraft(draft: string): Promise<void> {
    await this.#drafts.create(draft);
  }

  async writeDraftFile(draft: string, name: string, bytes: Uint8Array): Promise<void> {
    await this.#drafts.writeFile(draft, name, bytes);
  }

  async reuseFile(draft: string, name: string, file: OwnFile): Promise<boolean> {
    return this.#drafts.reuseFile(draft, name, file);
  }

  async removeDraftFile(draft: string, name: string): Promise<void> {
    this.#drafts.removeFile(draft, name);
  }

  async writeDraftManifest(draft: string, bytes: Uint8Array): Promise<void> {
    await this.#drafts.writeManifest(draft, bytes);
  }

  async claim(draft: string, generation: number): Promise<boolean> {
    return this.#drafts.claim(draft, generation);
  }

  /** What was acknowledged is durable. */
  async syncClaims(): Promise<void> {}

  async retract(generation: number, draft: string): Promise<void> {
    await this.#drafts.retract(generation, draft);
  }

  async discardDraft(draft: string): Promise<void> {
    await this.#drafts.discard(draft);
  }

  async buryDraft(draft: string): Promise<boolean> {
    return this.#drafts.bury(draft);
  }

  async listDrafts(): Promise<readonly RecordEntry[]> {
    return this.#drafts.list();
  }

  async syncGenerations(): Promise<void> {}

  async isSynced(): Promise<boolean> {
    return true;
  }

  async readCurrent(): Promise<number | undefined> {
    return this.#pointer.read();
  }

  async writeCurrent(generation: number): Promise<void> {
    await this.#pointer.write(generation);
  }

  async retire(generation: number): Promise<void> {
    await this.#generations.retire(generation);
  }

  async syncRetirements(): Promise<void> {}

  async sweepGeneration(generation: number, keep: ReadonlySet<string>): Promise<number> {
    const { freedBytes, files } = await sweepGeneration(this.#sweeping, generation, keep);
    for (const file of files) this.#cache.drop(file);
    return freedBytes;
  }

  async emptyTrash(): Promise<void> {
    const nowMs = this.#environment.monotonicMs();
    if (nowMs < this.#nextLeftoversMs) return;
    this.#nextLeftoversMs = nowMs + LEFTOVERS_EVERY_MS;
    await sweepLeftovers(this.#sweeping);
  }

  async listRecords(kind: RecordKind): Promise<readonly RecordEntry[]> {
    return this.#records.list(kind);
  }

  async readRecord(kind: RecordKind, id: string): Promise<Uint8Array | undefined> {
    return this.#records.read(kind, id);
  }

  async writeRecord(
    kind: RecordKind,
    id: string,
    bytes: Uint8Array,
    options: { readonly replace: boolean; readonly sync: boolean },
  ): Promise<boolean> {
    return this.#records.write(kind, id, bytes, options);
  }

  async removeRecord(kind: RecordKind, id: string, { sync }: { readonly sync: boolean }): Promise<void> {
    if (sync) await this.#records.remove(kind, id);
    else await this.#records.removeInTime(kind, id);
  }

  async touchRecord(kind: RecordKind, id: string): Promise<void> {
    await this.#records.touch(kind, id);
  }

  async lockCommits(options: { readonly holder: string; readonly timeoutMs: number }): Promise<HeldLock> {
    return this.#locks.lockCommits(options);
  }

  async lockStore(options: { readonly holder: string; readonly timeoutMs: number }): Promise<HeldLock> {
    return this.#locks.lockStore(options);
  }

  async shareStore(options: {
    readonly holder: string;
    readonly record: Uint8Array;
    readonly timeoutMs: number;
  }): Promise<HeldLock> {
    return this.#locks.shareStore(options);
  }

  async erase(): Promise<void> {
    const keys = await this.#root.beginErasing();
    if (keys === undefined) return;
    const { objects } = this.#registers;
    for (const { key } of await objects.list(keys.everything)) await objects.remove(key);
    await this.#root.endErasing();
  }

  async findRemains(): Promise<string | undefined> {
    return this.#root.findErasing();
  }

  /** The root and the lock stay as tombstones, 16 bytes each: their names are used again. */
  async eraseRemains(): Promise<void> {}

  async tryLease(options: {
    readonly name: string;
    readonly holder: string;
    readonly onLost: () => void;
  }): Promise<HeldLock | undefined> {
    return (await this.#locks.lease(options.name)).tryAcquire(options);
  }

  async findLeaseVersion(name: string): Promise<string | undefined> {
    const holder = await (await this.#locks.lease(name)).findHolder();
    return holder && `${holder.name} ${holder.version}`;
  }

  /** Nobody tells: whoever watches looks now and then. */
  watch(): { close(): void } {
    return { close: () => {} };
  }

  /** What `use` makes of a file; `undefined` if there is none. */
  async #withFile<T>(
    { owner, name }: FileLocation,
    use: (file: CachedFile, download: () => Promise<Uint8Array | undefined>) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const keys = await this.#root.store();
    const remembered = keys.generation(owner);
    for (const header of [this.#headers.get(remembered), undefined]) {
      const found = header ?? (await this.#generations.read(owner))?.header;
      const file = found?.files.get(name);
      if (found === undefined || file === undefined) continue;
      this.#remember(remembered, found);
      const { draft } = found;
      const key = keys.file(draft, file.sha256);
      const used = await use({ draft, ...file }, async () => (await this.#registers.objects.get(key))?.bytes);
      if (used !== undefined) return used;
      // Gone, unless the number was another generation's when its header was remembered.
      this.#headers.delete(remembered);
    }
    return undefined;
  }

  #remember(key: string, header: GenerationHeader): void {
    if (this.#headers.size >= REMEMBERED_HEADERS) this.#headers.clear();
    this.#headers.set(key, header);
  }
}
