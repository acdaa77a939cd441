/** Stores in temporary folders for tests; every one is verified when its test ends. */
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import type { Draft, Environment, Snapshot, StoreOptions } from '../../dist/store/index.js';
import { processEnvironment, SnapshotStore } from '../../dist/store/index.js';
import { LocalStorage } from '../../dist/store/local/local-storage.js';
import type { Storage } from '../../dist/store/storage.js';

/** A folder with a store in it, and verbs for what happens to it. */
export class StoreFolder {
  readonly directory: string;
  readonly store: SnapshotStore;
  readonly warnings: string[] = [];
  /** Set by a test that damages the store on purpose. */
  isDamaged = false;
  readonly #opened: SnapshotStore[] = [];
  #isClosed = false;
  #isLost = false;

  static async make(options: StoreOptions): Promise<StoreFolder> {
    const directory = path.join(makeTemporaryFolder(), 'store');
    return new StoreFolder(directory, await SnapshotStore.open(directory, options));
  }

  private constructor(directory: string, store: SnapshotStore) {
    this.directory = directory;
    this.store = store;
  }

  /** Ends the store that the folder was made with, for a test that wants nobody in it. */
  async leave(): Promise<void> {
    this.#isClosed = true;
    await this.store.close();
  }

  /** The same store, opened once more. */
  async open(options: StoreOptions = {}): Promise<SnapshotStore> {
    return this.openOn(this.storage(), options);
  }

  async openOn(storage: Storage, options: StoreOptions = {}): Promise<SnapshotStore> {
    const store = await SnapshotStore.openOn(storage, {
      onWarning: (message) => this.warnings.push(message),
      ...options,
    });
    this.#opened.push(store);
    return store;
  }

  /** The storage below the store, for what only a test does to it. */
  storage(environment: Environment = processEnvironment): LocalStorage {
    return new LocalStorage(this.directory, environment);
  }

  /** Commits `count` generations that all replace the file `last`. */
  async advance(count: number, store: SnapshotStore = this.store): Promise<void> {
    for (let done = 0; done < count; done++) await store.update((draft) => draft.write('last', bytesOf(String(done))));
  }

  /** This process as it would be after the machine was switched off and on. */
  afterReboot(): Environment {
    return { ...processEnvironment, identity: () => ({ ...processEnvironment.identity(), bootId: 'another-boot' }) };
  }

  path(...names: readonly string[]): string {
    return path.join(this.directory, ...names);
  }

  truncate(name: string, sizeBytes: number): void {
    fs.truncateSync(this.path(name), sizeBytes);
    this.isDamaged = true;
  }

  flipByte(name: string, offset: number): void {
    const bytes = fs.readFileSync(this.path(name));
    bytes[offset] = (bytes[offset] ?? 0) ^ 1;
    fs.writeFileSync(this.path(name), bytes);
    this.isDamaged = true;
  }

  removeFile(name: string): void {
    fs.rmSync(this.path(name));
    this.isDamaged = true;
  }

  /** All that was ever committed. */
  removeGenerations(): void {
    fs.rmSync(this.path('generations'), { recursive: true });
    this.#isLost = true;
  }

  list(name: string): readonly string[] {
    return fs.readdirSync(this.path(name)).sort();
  }

  async #verify(store: SnapshotStore): Promise<void> {
    const { problems } = await store.verify();
    if (!this.isDamaged) expect(problems).toEqual([]);
  }

  async end(): Promise<void> {
    for (const store of this.#opened) await store.close();
    const last = this.#isClosed ? await SnapshotStore.openOn(this.storage(), { readOnly: true }) : this.store;
    if (this.#isLost) await expect(last.verify()).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' });
    else await this.#verify(last);
    await last.close();
    fs.rmSync(path.dirname(this.directory), { recursive: true });
  }
}

/** Runs `body` on a new store, then verifies it. */
export async function withStore(
  body: (folder: StoreFolder) => Promise<void>,
  options: StoreOptions = {},
): Promise<void> {
  const folder = await StoreFolder.make({ collectAutomatically: false, ...options });
  await body(folder);
  await folder.end();
}

export function makeTemporaryFolder(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'snapdex-store-'));
}

/** A folder that is not there: a storage in memory makes it if a file has to be somewhere. */
export function unmadeFolder(): string {
  return path.join(os.tmpdir(), `snapdex-store-${randomUUID()}`);
}

export function bytesOf(text: string): Uint8Array {
  return Buffer.from(text);
}

export async function textOf(snapshot: Snapshot, name: string): Promise<string> {
  return Buffer.from(await snapshot.read(name)).toString();
}

/** A change that writes `text` to `name`. */
export function writing(name: string, text: string): (draft: Draft) => void {
  return (draft) => draft.write(name, bytesOf(text));
}

/** A change that adds 1 to the number in `name`. */
export function countingUp(name: string): (draft: Draft, base: Snapshot) => Promise<void> {
  return async (draft, base) => {
    const before = base.files.has(name) ? Number(await textOf(base, name)) : 0;
    draft.write(name, bytesOf(String(before + 1)));
  };
}

/** Keeps nothing but the head. */
export const ONLY_THE_HEAD = { keepGenerations: 1, minimumAgeMs: 0 } as const;
