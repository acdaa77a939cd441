import { z } from 'zod';
import { type Snapshot, SnapshotStore, type StoreOptions } from '../store/index.js';
import { type ChangeEntry, readChanges } from './change-history.js';
import { type ChangeOptions, requireChangeOptions } from './change-options.js';
import { invalidArgument, notADocument } from './errors.js';
import { findLabel, labelled } from './generation-label.js';
import { readGeneration, readNewest } from './newest-readable.js';
import { splitOptions } from './opening-options.js';
import type { StandardSchema } from './standard-schema.js';
import { type Reading, subscribe } from './subscription.js';
import { type KeptJson, type SchemaOptions, VersionedSchema } from './versioned-schema.js';

const DOCUMENT_FILE = 'document.json';
const NAME = 'document';
const labelSchema = z.object({ schemaVersion: z.number().int().min(1) });

/** How a document is opened: the options of the store, and those of its schema. */
export interface DocumentOptions<Input> extends StoreOptions, SchemaOptions {
  /** What is read until the first change. Not written by opening. Default: `undefined` is read. */
  readonly initial?: Input;
}

/** What came of a change. */
export interface DocumentChange<Output> {
  /** The generation that holds the change. */
  readonly generation: number;
  /** False if the document said that already: nothing was written. */
  readonly isNew: boolean;
  /** The document after the change. */
  readonly value: Output;
}

/**
 * Opens the JSON document in a directory of its own, which any number of processes may have open, and makes the
 * directory if it is missing.
 * @param schema any Standard Schema validator. What is kept is its input; what is read is its output
 * @throws DocumentError INVALID_ARGUMENT, DOCUMENT_INVALID (`initial`), NOT_A_DOCUMENT, DOCUMENT_NEWER; and StoreError as
 * `SnapshotStore.open`
 */
export async function openDocument<Input, Output>(
  directory: string,
  schema: StandardSchema<Input, Output>,
  options: DocumentOptions<NoInfer<Input>> & { readonly initial: NoInfer<Input> },
): Promise<StoredDocument<Output, Input, never>>;
export async function openDocument<Input, Output>(
  directory: string,
  schema: StandardSchema<Input, Output>,
  options?: DocumentOptions<NoInfer<Input>>,
): Promise<StoredDocument<Output, Input, undefined>>;
export async function openDocument<Input, Output>(
  directory: string,
  schema: StandardSchema<Input, Output>,
  options: DocumentOptions<Input> = {},
): Promise<StoredDocument<Output, Input, undefined>> {
  const given = splitOptions(options, ['initial']);
  const versioned = new VersionedSchema(schema, given.schema);
  const readInitial = await initialReader(versioned, options.initial);
  const store = await SnapshotStore.open(directory, given.store);
  try {
    findLabel(await store.snapshot(), 'document', directory);
  } catch (error) {
    await store.close();
    throw error;
  }
  return new StoredDocument<Output, Input, undefined>(store, versioned, {
    readInitial,
    onWarning: given.store.onWarning,
  });
}

async function initialReader<Input, Output>(
  schema: VersionedSchema<Input, Output>,
  initial: Input | undefined,
): Promise<() => Promise<Output | undefined>> {
  if (initial === undefined) return async () => undefined;
  const { kept } = await schema.encode(initial, 'initial document');
  return () => schema.decode(kept, 'initial document');
}

/** One JSON document that many processes read and change. Made by `openDocument`. */
export class StoredDocument<Output, Input = Output, Absent = undefined> implements AsyncDisposable {
  /** The store below, for what it can do beyond this: tags, collecting, `verify`, `instances`. */
  readonly store: SnapshotStore;
  readonly #schema: VersionedSchema<Input, Output>;
  readonly #readInitial: () => Promise<Output | Absent>;
  readonly #onWarning: ((message: string) => void) | undefined;

  /** For `openDocument`. */
  constructor(
    store: SnapshotStore,
    schema: VersionedSchema<Input, Output>,
    details: {
      readonly readInitial: () => Promise<Output | Absent>;
      readonly onWarning: ((message: string) => void) | undefined;
    },
  ) {
    this.store = store;
    this.#schema = schema;
    this.#readInitial = details.readInitial;
    this.#onWarning = details.onWarning;
  }

  /**
   * A fresh copy of the document: the newest, or that of a generation of the history. Without a lock. Where the newest
   * is damaged, the one below it, and `onWarning` is told.
   * @throws DocumentError DOCUMENT_INVALID (another program wrote it, or the schema changed without its version),
   * DOCUMENT_NEWER, DOCUMENT_NOT_MIGRATED, NOT_A_DOCUMENT; StoreError GENERATION_DAMAGED (nothing intact is left),
   * GENERATION_NOT_FOUND, GENERATION_EXPIRED
   */
  async read(generation?: number): Promise<Output | Absent> {
    if (generation === undefined) return (await this.#readNewest()).value;
    return readGeneration(this.store, generation, (snapshot) => this.#valueIn(snapshot));
  }

  /**
   * Makes the document what `change` returns, as one atomic step: after a lost race `change` is called again with what
   * the winner wrote, so it should do nothing else. Resolves when the change is durable (or visible: `durability`).
   * `change` gets a copy of its own, which it may alter and return.
   * @throws DocumentError as `read`, and DOCUMENT_INVALID if what `change` returns does not match the schema; StoreError
   * as `SnapshotStore.update`; and whatever `change` throws, as it is. The document is as before then.
   */
  async update(
    change: (current: Output | Absent) => Input | Promise<Input>,
    options: ChangeOptions = {},
  ): Promise<DocumentChange<Output>> {
    if (typeof change !== 'function') throw invalidArgument('change', 'a function');
    const { reason } = requireChangeOptions(options);
    const outcome: { value?: { readonly now: Output } } = {};
    const { generation, isNew } = await this.store.update(async (draft, base) => {
      const before = await this.#keptIn(base);
      const { kept, output } = await this.#schema.encode(await change(await this.#valueOf(before)), NAME);
      outcome.value = { now: output };
      if (before?.text === kept.text && before.version === kept.version) return;
      draft.write(DOCUMENT_FILE, Buffer.from(kept.text));
      draft.describe(labelled('document', { schemaVersion: kept.version }));
      if (reason !== undefined) draft.explain(reason);
    });
    if (outcome.value === undefined) throw new Error('the store has updated without calling the change');
    return { generation, isNew, value: outcome.value.now };
  }

  /**
   * Calls `listener` with the document now and after changes by any process, until the returned function is called. Of
   * changes that follow each other quickly it gets the last. Why a change cannot be read, and what
   * `listener` throws, is told to `onWarning`, or, without one, a warning of the process says it.
   */
  subscribe(listener: (value: Output | Absent, generation: number) => void): () => void {
    if (typeof listener !== 'function') throw invalidArgument('listener', 'a function');
    return subscribe(this.store, () => this.#readNewest(), {
      listener,
      name: NAME,
      onWarning: this.#onWarning,
    });
  }

  /** The generations that can be read and rolled back to, newest first, at most `limit` (default all). */
  async history(options: { readonly limit?: number } = {}): Promise<readonly ChangeEntry[]> {
    return readChanges(this.store, options);
  }

  /**
   * Makes the document what it was in a generation of the history, as a new generation. The way out of a damaged one.
   * @throws DocumentError as `read`: what this program could not read does not become the newest; StoreError as
   * `SnapshotStore.rollback`
   */
  async rollback(generation: number, options: ChangeOptions = {}): Promise<DocumentChange<Output | Absent>> {
    requireChangeOptions(options);
    const value = await this.read(generation);
    const { generation: made, isNew } = await this.store.rollback(generation, options);
    return { generation: made, isNew, value };
  }

  /** Waits for changes under way, makes them durable, and leaves. */
  async close(): Promise<void> {
    await this.store.close();
  }

  /** As `close`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #readNewest(): Promise<Reading<Output | Absent>> {
    const readOne = async (snapshot: Snapshot): Promise<Reading<Output | Absent>> => {
      return { generation: snapshot.generation, value: await this.#valueIn(snapshot) };
    };
    return readNewest(this.store, readOne, (problem) => this.#onWarning?.(`${NAME}: an older one is read: ${problem}`));
  }

  async #valueIn(snapshot: Snapshot): Promise<Output | Absent> {
    return this.#valueOf(await this.#keptIn(snapshot));
  }

  async #valueOf(kept: KeptJson | undefined): Promise<Output | Absent> {
    return kept === undefined ? this.#readInitial() : this.#schema.decode(kept, NAME);
  }

  /** What a generation holds; `undefined` in a store in which nothing was written yet. */
  async #keptIn(snapshot: Snapshot): Promise<KeptJson | undefined> {
    const { location } = this.store.describe();
    const label = findLabel(snapshot, 'document', location);
    if (label === undefined) return undefined;
    const parsed = labelSchema.safeParse(label);
    if (!parsed.success || !snapshot.files.has(DOCUMENT_FILE)) throw notADocument(location, 'its document is missing');
    const bytes = await snapshot.read(DOCUMENT_FILE);
    return { text: Buffer.from(bytes).toString(), version: parsed.data.schemaVersion };
  }
}
