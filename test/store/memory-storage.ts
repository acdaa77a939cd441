/** A second storage, in memory: what it can do without a file system is what the seam really asks for. */
import fs from 'node:fs';
import path from 'node:path';
import { StoreError, storeIsGone } from '../../dist/store/errors.js';
import type { OpenFile } from '../../dist/store/file-system.js';
import type { RecordKind } from '../../dist/store/names.js';
import type { FileLocation, HeldLock, RecordEntry, Storage, StorageTraits } from '../../dist/store/storage.js';

export interface Content {
  manifest: Uint8Array | undefined;
  readonly files: Map<string, Uint8Array>;
  isRetired: boolean;
  isSynced: boolean;
}

interface StoredRecord {
  readonly bytes: Uint8Array;
  version: number;
}

/** The place that several `MemoryStorage`s share, as several processes share a directory. */
export class MemoryPlace {
  exists = false;
  current: number | undefined;
  commitHolder: string | undefined;
  storeHolder: string | undefined;
  ticks = Date.now();
  readonly generations = new Map<number, Content>();
  readonly drafts = new Map<string, Content>();
  readonly records: Readonly<Record<RecordKind, Map<string, StoredRecord>>> = {
    pins: new Map(),
    tags: new Map(),
    instances: new Map(),
  };
  readonly leases = new Map<string, string>();
  readonly watchers = new Set<() => void>();
}

export class MemoryStorage implements Storage {
  readonly location: string = 'memory';
  readonly #place: MemoryPlace;
  readonly #cacheDirectory: string;

  constructor(place: MemoryPlace, cacheDirectory: string) {
    this.#place = place;
    this.#cacheDirectory = cacheDirectory;
  }

  async exists(): Promise<boolean> {
    return this.#place.exists;
  }

  async prepare(): Promise<StorageTraits> {
    this.#place.exists = true;
    return this.inspect();
  }

  /** A map gives a number to one claimer. */
  async probe(): Promise<void> {}

  async inspect(): Promise<StorageTraits> {
    return { fileSystem: 'memory', warnings: [] };
  }

  async findHighestGeneration(): Promise<number> {
    this.#requireStore();
    return Math.max(0, ...this.#place.generations.keys());
  }

  async listGenerations(): Promise<readonly number[]> {
    this.#requireStore();
    return [...this.#place.generations.keys()].sort((a, b) => a - b);
  }

  async readManifest(generation: number): Promise<{ bytes: Uint8Array; isRetired: boolean } | undefined> {
    const content = this.#place.generations.get(generation);
    if (content?.manifest === undefined) return undefined;
    return { bytes: content.manifest, isRetired: content.isRetired };
  }

  async openFile({ owner, name }: FileLocation): Promise<OpenFile | undefined> {
    const bytes = this.#place.generations.get(owner)?.files.get(name);
    if (bytes === undefined) return undefined;
    return {
      sizeBytes: bytes.byteLength,
      read: (offset, lengthBytes) => {
        if (offset + lengthBytes > bytes.byteLength) throw new RangeError(`file has ${bytes.byteLength} bytes`);
        return bytes.slice(offset, offset + lengthBytes);
      },
      readInto: (offset, target) => {
        if (offset + target.byteLength > bytes.byteLength) throw new RangeError(`file has ${bytes.byteLength} bytes`);
        target.set(bytes.subarray(offset, offset + target.byteLength));
      },
      close: () => {},
    };
  }

  async localPath({ owner, name }: FileLocation): Promise<string> {
    // Numbers that are lost may be given out again, so each copy has a folder of its own.
    const file = path.join(fs.mkdtempSync(path.join(this.#cacheDirectory, 'copy-')), name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, this.#place.generations.get(owner)?.files.get(name) ?? new Uint8Array());
    return file;
  }

  async createDraft(draft: string): Promise<void> {
    this.#place.drafts.set(draft, { manifest: undefined, files: new Map(), isRetired: false, isSynced: false });
  }

  async writeDraftFile(draft: string, name: string, bytes: Uint8Array): Promise<void> {
    this.#requireDraft(draft).files.set(name, Uint8Array.from(bytes));
  }

  async removeDraftFile(draft: string, name: string): Promise<void> {
    this.#place.drafts.get(draft)?.files.delete(name);
  }

  async writeDraftManifest(draft: string, bytes: Uint8Array): Promise<void> {
    this.#requireDraft(draft).manifest = Uint8Array.from(bytes);
  }

  async claim(draft: string, generation: number): Promise<boolean> {
    const content = this.#requireDraft(draft);
    if (this.#place.generations.has(generation)) return false;
    this.#place.generations.set(generation, content);
    this.#place.drafts.delete(draft);
    for (const watcher of this.#place.watchers) watcher();
    return true;
  }

  async syncClaims(): Promise<void> {}

  async retract(generation: number, draft: string): Promise<void> {
    const content = this.#place.generations.get(generation);
    if (content !== undefined) this.#place.drafts.set(draft, content);
    this.#place.generations.delete(generation);
  }

  async discardDraft(draft: string): Promise<void> {
    this.#place.drafts.delete(draft);
  }

  async buryDraft(draft: string): Promise<boolean> {
    this.#place.drafts.delete(draft);
    return true;
  }

  async listDrafts(): Promise<readonly RecordEntry[]> {
    return [...this.#place.drafts.keys()].map((id) => ({ id, version: String(this.#place.ticks) }));
  }

  async syncGenerations(generations: readonly number[]): Promise<void> {
    for (const generation of generations) {
      const content = this.#place.generations.get(generation);
      if (content !== undefined) content.isSynced = true;
    }
  }

  async isSynced(generation: number): Promise<boolean> {
    return this.#place.generations.get(generation)?.isSynced ?? true;
  }

  async readCurrent(): Promise<number | undefined> {
    return this.#place.current;
  }

  async writeCurrent(generation: number): Promise<void> {
    this.#place.current = generation;
  }

  async removeCurrent(): Promise<void> {
    this.#place.current = undefined;
  }

  async retire(generation: number): Promise<void> {
    const content = this.#place.generations.get(generation);
    if (content !== undefined) content.isRetired = true;
  }

  async syncRetirements(): Promise<void> {}

  async sweepGeneration(generation: number, keep: ReadonlySet<string>): Promise<number> {
    const content = this.#place.generations.get(generation);
    let freedBytes = 0;
    for (const [name, bytes] of content?.files ?? []) {
      if (keep.has(name)) continue;
      content?.files.delete(name);
      freedBytes += bytes.byteLength;
    }
    if (content?.isRetired === true && content.files.size === 0) this.#place.generations.delete(generation);
    return freedBytes;
  }

  async emptyTrash(): Promise<void> {}

  async erase(): Promise<void> {
    this.#place.exists = false;
    this.#place.generations.clear();
    this.#place.drafts.clear();
    for (const records of Object.values(this.#place.records)) records.clear();
    this.#place.current = undefined;
  }

  async eraseRemains(): Promise<void> {}

  /** Erasing is one step. */
  async findRemains(): Promise<undefined> {}

  async listRecords(kind: RecordKind): Promise<readonly RecordEntry[]> {
    this.#requireStore();
    return [...this.#place.records[kind]].map(([id, { version }]) => ({ id, version: String(version) }));
  }

  async readRecord(kind: RecordKind, id: string): Promise<Uint8Array | undefined> {
    this.#requireStore();
    return this.#place.records[kind].get(id)?.bytes;
  }

  async writeRecord(kind: RecordKind, id: string, bytes: Uint8Array, options: { replace: boolean }): Promise<boolean> {
    const records = this.#place.records[kind];
    if (!options.replace && records.has(id)) return false;
    records.set(id, { bytes: Uint8Array.from(bytes), version: this.#place.ticks++ });
    return true;
  }

  async removeRecord(kind: RecordKind, id: string): Promise<void> {
    this.#place.records[kind].delete(id);
  }

  async touchRecord(kind: RecordKind, id: string): Promise<void> {
    const record = this.#place.records[kind].get(id);
    if (record !== undefined) record.version = this.#place.ticks++;
  }

  async lockCommits({ holder, timeoutMs }: { holder: string; timeoutMs: number }): Promise<HeldLock> {
    const place = this.#place;
    await waitUntil(() => place.commitHolder === undefined, timeoutMs);
    place.commitHolder = holder;
    const release = async (): Promise<void> => {
      if (place.commitHolder === holder) place.commitHolder = undefined;
    };
    return { isLost: false, release };
  }

  async lockStore({ holder, timeoutMs }: { holder: string; timeoutMs: number }): Promise<HeldLock> {
    const place = this.#place;
    const isFree = (): boolean => place.storeHolder === undefined && place.records.instances.size === 0;
    await waitUntil(isFree, timeoutMs);
    place.storeHolder = holder;
    const release = async (): Promise<void> => {
      place.storeHolder = undefined;
    };
    return { isLost: false, release };
  }

  async shareStore(options: { holder: string; record: Uint8Array; timeoutMs: number }): Promise<HeldLock> {
    const place = this.#place;
    await waitUntil(() => place.storeHolder === undefined, options.timeoutMs);
    await this.writeRecord('instances', options.holder, options.record, { replace: true });
    return { isLost: false, release: () => this.removeRecord('instances', options.holder) };
  }

  async tryLease(options: { name: string; holder: string }): Promise<HeldLock | undefined> {
    const { leases } = this.#place;
    if (leases.has(options.name)) return undefined;
    leases.set(options.name, options.holder);
    const release = async (): Promise<void> => {
      if (leases.get(options.name) === options.holder) leases.delete(options.name);
    };
    return { isLost: false, release };
  }

  async findLeaseVersion(name: string): Promise<string | undefined> {
    return this.#place.leases.get(name);
  }

  watch(onChange: () => void): { close(): void } {
    this.#place.watchers.add(onChange);
    return { close: () => this.#place.watchers.delete(onChange) };
  }

  #requireStore(): void {
    if (!this.#place.exists) throw storeIsGone(this.location);
  }

  #requireDraft(draft: string): Content {
    const content = this.#place.drafts.get(draft);
    if (content !== undefined) return content;
    throw Object.assign(new Error(`draft ${draft} is gone`), { code: 'ENOENT' });
  }
}

async function waitUntil(isTrue: () => boolean, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!isTrue()) {
    if (performance.now() >= deadline)
      throw new StoreError('LOCK_TIMEOUT', 'the lock was not free', { remedy: 'Call again.' });
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
