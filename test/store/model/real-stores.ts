/** Real stores, opened more than once on one place, and verbs for what happens to the place behind their backs. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import type { Environment, Snapshot, StoreOptions } from '../../../dist/store/index.js';
import { processEnvironment, SnapshotStore } from '../../../dist/store/index.js';
import { LocalStorage } from '../../../dist/store/local/local-storage.js';
import type { Storage } from '../../../dist/store/storage.js';
import { MemoryPlace, MemoryStorage } from '../memory-storage.js';
import { makeTemporaryFolder, textOf } from '../with-store.js';
import type { PlainGeneration, PlainStore } from './plain-store.js';

/** Where stores are kept. */
export interface Place {
  connect(environment: Environment): Storage;
  /** Removes all of it. */
  lose(): void;
  damageManifest(generation: number): void;
  removeGeneration(generation: number): void;
  /** Bytes of all files and manifests that are there. */
  countBytes(): number;
}

/** A snapshot that somebody has open, and what it must show. */
interface OpenSnapshot {
  readonly snapshot: Snapshot;
  readonly expected: PlainGeneration;
  /** Whether it is pinned; else it may be gone once its generation is. */
  readonly isPinned: boolean;
}

/** Everything that is real in a run. */
export class RealStores {
  readonly folder: string = makeTemporaryFolder();
  readonly place: Place;
  readonly #model: PlainStore;
  /** Two stores on one place: one durable with a lock, one deferred without. */
  #stores: readonly SnapshotStore[] = [];
  readonly snapshots: OpenSnapshot[] = [];

  static async open(kind: 'memory' | 'local', model: PlainStore): Promise<RealStores> {
    const real = new RealStores(kind, model);
    await real.reopen();
    return real;
  }

  private constructor(kind: 'memory' | 'local', model: PlainStore) {
    this.#model = model;
    this.place = kind === 'memory' ? memoryPlace(this.folder) : localPlace(path.join(this.folder, 'store'));
  }

  store(index: number): SnapshotStore {
    return this.#stores[index] ?? expect.fail('there are two stores');
  }

  async openStore(options: StoreOptions = {}): Promise<SnapshotStore> {
    const environment = { ...processEnvironment, now: () => this.#model.nowMs };
    const common = { collectAutomatically: false, environment };
    return SnapshotStore.openOn(this.place.connect(environment), { ...common, ...options });
  }

  async reopen(): Promise<void> {
    await this.#closeStores();
    this.#stores = [await this.openStore(), await this.openStore({ durability: 'deferred', coordinationMode: 'none' })];
  }

  /** Lets go of every open snapshot. */
  async closeSnapshots(): Promise<void> {
    for (const { snapshot } of this.snapshots.splice(0)) await snapshot.close();
    this.#model.opened.length = 0;
  }

  /** The last check of a run that went well. */
  async expectWhole(): Promise<void> {
    await this.closeSnapshots();
    expect((await this.store(0).verify()).problems).toEqual([]);
  }

  async end(): Promise<void> {
    await this.#closeStores();
    fs.rmSync(this.folder, { recursive: true });
  }

  async #closeStores(): Promise<void> {
    await this.closeSnapshots();
    for (const store of this.#stores) await store.close();
  }
}

/** Every file has exactly the content that it should have. */
export async function expectContent(snapshot: Snapshot, expected: PlainGeneration): Promise<void> {
  expect([...snapshot.files.keys()].sort()).toEqual([...expected.files.keys()].sort());
  for (const [name, text] of expected.files) expect(await textOf(snapshot, name)).toBe(text);
  expect(snapshot.metadata).toEqual(expected.metadata);
  expect(snapshot.hold !== null).toBe(expected.isHeld);
}

function localPlace(directory: string): Place {
  const pathOf = (generation: number): string =>
    path.join(directory, 'generations', String(generation).padStart(10, '0'));
  return {
    connect: (environment) => new LocalStorage(directory, environment),
    lose: () => fs.rmSync(directory, { recursive: true }),
    damageManifest: (generation) => fs.truncateSync(path.join(pathOf(generation), 'manifest.json'), 100),
    removeGeneration: (generation) => fs.rmSync(pathOf(generation), { recursive: true }),
    countBytes: () =>
      fs
        .readdirSync(path.join(directory, 'generations'), { recursive: true, encoding: 'utf8' })
        .map((name) => fs.statSync(path.join(directory, 'generations', name)))
        .reduce((sum, status) => sum + (status.isFile() ? status.size : 0), 0),
  };
}

function memoryPlace(folder: string): Place {
  const place = new MemoryPlace();
  return {
    connect: () => new MemoryStorage(place, folder),
    lose: () => {
      place.exists = false;
      place.current = undefined;
      place.generations.clear();
      place.drafts.clear();
      for (const records of Object.values(place.records)) records.clear();
    },
    damageManifest: (generation) => {
      const content = place.generations.get(generation);
      if (content !== undefined) content.manifest = content.manifest?.slice(0, 100);
    },
    removeGeneration: (generation) => place.generations.delete(generation),
    countBytes: () =>
      [...place.generations.values()]
        .flatMap(({ manifest, files }) => [manifest?.byteLength ?? 0, ...[...files.values()].map((b) => b.byteLength)])
        .reduce((sum, bytes) => sum + bytes, 0),
  };
}
