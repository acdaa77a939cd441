import { SnapshotStore, type StoreOptions } from '../store/index.js';
import { type ChangeEntry, readChanges } from './change-history.js';
import { type ChangeOptions, requireChangeOptions } from './change-options.js';
import { writeChanges } from './collection-changes.js';
import { CollectionDraft } from './collection-draft.js';
import { readCollectionLabel } from './collection-label.js';
import { CollectionView } from './collection-view.js';
import { invalidArgument } from './errors.js';
import { readGeneration, readNewest } from './newest-readable.js';
import { splitOptions } from './opening-options.js';
import { LayersReader } from './segment-layers.js';
import { SegmentMerger } from './segment-merger.js';
import type { StandardSchema } from './standard-schema.js';
import { subscribe } from './subscription.js';
import { type SchemaOptions, VersionedSchema } from './versioned-schema.js';

/** How a collection is opened: the options of the store, and those of the schema of each document. */
export interface CollectionOptions extends StoreOptions, SchemaOptions {}

/** What came of a change. */
export interface CollectionChange {
  /** The generation that holds the change. */
  readonly generation: number;
  /** False if the documents said that already: nothing was written. */
  readonly isNew: boolean;
}

/**
 * Opens the JSON documents in a directory of their own, which any number of processes may have open, and makes the
 * directory if it is missing. A change writes what it changes, however many documents there are; each process keeps the
 * JSON of all of them in memory, and parses a document when it is asked for.
 * @param schema any Standard Schema validator for one document
 * @throws DocumentError INVALID_ARGUMENT, NOT_A_DOCUMENT, DOCUMENT_NEWER; and StoreError as `SnapshotStore.open`
 */
export async function openCollection<Input, Output>(
  directory: string,
  schema: StandardSchema<Input, Output>,
  options: CollectionOptions = {},
): Promise<StoredCollection<Output, Input>> {
  const given = splitOptions(options);
  const versioned = new VersionedSchema(schema, given.schema);
  const store = await SnapshotStore.open(directory, given.store);
  try {
    readCollectionLabel(await store.snapshot(), directory);
  } catch (error) {
    await store.close();
    throw error;
  }
  return new StoredCollection(store, versioned, given.store.onWarning);
}

/** Many keyed JSON documents that many processes read and change. Made by `openCollection`. */
export class StoredCollection<Output, Input = Output> implements AsyncDisposable {
  /** The store below, for what it can do beyond this: tags, collecting, `verify`, `instances`. */
  readonly store: SnapshotStore;
  readonly #schema: VersionedSchema<Input, Output>;
  readonly #reader: LayersReader;
  readonly #merger: SegmentMerger;
  readonly #onWarning: ((message: string) => void) | undefined;

  /** For `openCollection`. */
  constructor(
    store: SnapshotStore,
    schema: VersionedSchema<Input, Output>,
    onWarning: ((message: string) => void) | undefined,
  ) {
    this.store = store;
    this.#schema = schema;
    this.#reader = new LayersReader(store.describe().location);
    this.#onWarning = onWarning;
    this.#merger = new SegmentMerger(store, this.#reader, onWarning);
  }

  /**
   * All documents as they are in one generation: the newest, or one of the history. Where the newest is damaged, in the
   * one below it, and `onWarning` is told.
   * @throws DocumentError NOT_A_DOCUMENT; StoreError GENERATION_DAMAGED (nothing intact is left), GENERATION_NOT_FOUND,
   * GENERATION_EXPIRED
   */
  async read(generation?: number): Promise<CollectionView<Output>> {
    const layers =
      generation === undefined
        ? await readNewest(
            this.store,
            (snapshot) => this.#reader.readNewest(snapshot),
            (problem) => this.#onWarning?.(`collection: an older one is read: ${problem}`),
          )
        : await readGeneration(this.store, generation, (snapshot) => this.#reader.read(snapshot));
    return new CollectionView(layers, this.#schema);
  }

  /** A fresh copy of the newest document of a key; `undefined` if there is none. @throws as `read` and `CollectionView.get` */
  async get(key: string): Promise<Output | undefined> {
    return (await this.read()).get(key);
  }

  /** Makes a document, or replaces it. @throws as `update` */
  async put(key: string, value: Input, options: ChangeOptions = {}): Promise<CollectionChange> {
    return this.update((draft) => draft.put(key, value), options);
  }

  /** Deletes a document, if there is one. @throws as `update` */
  async delete(key: string, options: ChangeOptions = {}): Promise<CollectionChange> {
    return this.update((draft) => void draft.delete(key), options);
  }

  /**
   * Makes all that `change` does to its draft one atomic step: after a lost race `change` is called again on what the
   * winner wrote, so it should do nothing else. Resolves when the change is durable (or visible: `durability`).
   * @throws DocumentError DOCUMENT_INVALID if one of the documents does not match the schema, and as `get`, `put` and
   * `delete` of `CollectionDraft`; StoreError as `SnapshotStore.update`; and whatever `change` throws, as it is. All documents
   * are as before then.
   */
  async update(
    change: (draft: CollectionDraft<Output, Input>) => void | Promise<void>,
    options: ChangeOptions = {},
  ): Promise<CollectionChange> {
    if (typeof change !== 'function') throw invalidArgument('change', 'a function');
    const { reason } = requireChangeOptions(options);
    const { generation, isNew } = await this.store.update(async (storeDraft, base) => {
      const layers = await this.#reader.readToChange(base);
      const draft = new CollectionDraft(layers, this.#schema);
      try {
        await change(draft);
      } finally {
        draft.end();
      }
      const changed = await draft.settle();
      if (changed.size === 0) return;
      writeChanges(storeDraft, layers, changed);
      if (reason !== undefined) storeDraft.explain(reason);
    });
    if (isNew) this.#merger.start();
    return { generation, isNew };
  }

  /**
   * Calls `listener` with the documents now and after changes by any process, until the returned function is called. Of
   * changes that follow each other quickly it gets the last. Why a change cannot be read, and what
   * `listener` throws, is told to `onWarning`, or, without one, a warning of the process says it.
   */
  subscribe(listener: (view: CollectionView<Output>) => void): () => void {
    if (typeof listener !== 'function') throw invalidArgument('listener', 'a function');
    const read = async () => {
      const value = await this.read();
      return { generation: value.changedIn, value };
    };
    return subscribe(this.store, read, {
      listener,
      name: 'collection',
      onWarning: this.#onWarning,
    });
  }

  /**
   * The generations that can be read and rolled back to, newest first, at most `limit` (default all). Merges of
   * segments, which change no document, are among them.
   */
  async history(options: { readonly limit?: number } = {}): Promise<readonly ChangeEntry[]> {
    return readChanges(this.store, options);
  }

  /**
   * Makes all documents what they were in a generation of the history, as a new generation. The way out of a damaged
   * one. Reads every document of it first.
   * @throws DocumentError as `CollectionView.get`: what this program could not read does not become the newest;
   * StoreError as `SnapshotStore.rollback`
   */
  async rollback(generation: number, options: ChangeOptions = {}): Promise<CollectionChange> {
    requireChangeOptions(options);
    for await (const _ of (await this.read(generation)).entries());
    const { generation: made, isNew } = await this.store.rollback(generation, options);
    return { generation: made, isNew };
  }

  /** Waits for changes and merges under way, makes them durable, and leaves. */
  async close(): Promise<void> {
    await this.#merger.close();
    await this.store.close();
  }

  /** As `close`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
