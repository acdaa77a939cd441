/** Real stores, opened more than once on one place, and verbs for what happens to the place behind their backs. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import type { Environment, Snapshot, StoreOptions } from '../../../dist/store/index.js';
import { processEnvironment, SnapshotStore } from '../../../dist/store/index.js';
import { LocalStorage } from '../../../dist/store/local/local-storage.js';
import { decodeGeneration, type GenerationObject } from '../../../dist/store/s3/generation-object.js';
import { ObjectStorage } from '../../../dist/store/s3/object-storage.js';
import type { Storage } from '../../../dist/store/storage.js';
import { MemoryPlace, MemoryStorage } from '../memory-storage.js';
import { MemoryBucket, MemoryObjects } from '../s3/memory-objects.js';
import { makeTemporaryFolder, textOf } from '../with-store.js';
import type { PlainGeneration, PlainStore } from './plain-store.js';

/** What stores can be kept on. */
export type Kind = 'memory' | 'local' | 'object storage';

/** What stands before the content of a live object, but for the line feed. */
const NONCE_BYTES = 16;

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

  static async open(kind: Kind, model: PlainStore): Promise<RealStores> {
    const real = new RealStores(kind, model);
    await real.reopen();
    return real;
  }

  private constructor(kind: Kind, model: PlainStore) {
    this.#model = model;
    this.place = PLACES[kind](this.folder);
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

const PLACES: Readonly<Record<Kind, (folder: string) => Place>> = {
  memory: memoryPlace,
  local: (folder) => localPlace(path.join(folder, 'store')),
  'object storage': objectPlace,
};

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

function objectPlace(folder: string): Place {
  const bucket = new MemoryBucket();
  let caches = 0;
  const keyOf = (generation: number): string =>
    bucket.keys(`/generations/${String(generation).padStart(10, '0')}`)[0] ?? expect.fail('it is there');
  const find = (key: string): GenerationObject | undefined => {
    const bytes = bucket.objects.get(key)?.bytes ?? new Uint8Array();
    return bytes.byteLength > NONCE_BYTES ? decodeGeneration(bytes.subarray(NONCE_BYTES + 1), key) : undefined;
  };
  return {
    connect: (environment) => {
      const cacheDirectory = path.join(folder, `cache-${caches++}`);
      const place = { objects: new MemoryObjects(bucket), prefix: '', cacheDirectory, cacheLimitBytes: 10_000 };
      return new ObjectStorage(place, environment);
    },
    lose: () => bucket.objects.clear(),
    damageManifest: (generation) => {
      const key = keyOf(generation);
      const kept = bucket.objects.get(key) ?? expect.fail('it is there');
      const bytes = kept.bytes.slice(0, kept.bytes.lastIndexOf('{'.charCodeAt(0)));
      bucket.objects.set(key, { ...kept, bytes, etag: `${kept.etag}0` });
    },
    removeGeneration: (generation) => {
      const key = keyOf(generation);
      const draft = find(key)?.header.draft;
      for (const file of bucket.keys(`/files/${draft}/`)) bucket.objects.delete(file);
      bucket.objects.delete(key);
    },
    countBytes: () => {
      const sizes = bucket.keys('/generations/').flatMap((key) => {
        const { header, manifest } = find(key) ?? { header: undefined, manifest: new Uint8Array() };
        const files = [...(header?.files.values() ?? [])].filter(
          ({ sha256 }) => bucket.keys(`/files/${header?.draft}/${sha256}`).length > 0,
        );
        return [manifest.byteLength, ...files.map(({ sizeBytes }) => sizeBytes)];
      });
      return sizes.reduce((sum, bytes) => sum + bytes, 0);
    },
  };
}
