import { nameOf, requireKey } from './collection-draft.js';
import type { SegmentLayers } from './segment-layers.js';
import type { VersionedSchema } from './versioned-schema.js';

/** The documents of one generation. It never changes, and needs no closing. */
export class CollectionView<Output> {
  /** 0 for a collection in which nothing was written yet. */
  readonly generation: number;
  /** The generation with which a document last changed; others only put files in order. */
  readonly changedIn: number;
  /** How many documents there are. */
  readonly count: number;
  readonly #layers: SegmentLayers;
  readonly #schema: VersionedSchema<unknown, Output>;

  /** For `StoredCollection`. */
  constructor(layers: SegmentLayers, schema: VersionedSchema<unknown, Output>) {
    this.generation = layers.generation;
    this.changedIn = layers.label.changedIn;
    this.count = layers.label.count;
    this.#layers = layers;
    this.#schema = schema;
  }

  /**
   * A fresh copy of a document; `undefined` if there is none.
   * @throws DocumentError DOCUMENT_INVALID, DOCUMENT_NEWER, DOCUMENT_NOT_MIGRATED, INVALID_ARGUMENT
   */
  async get(key: string): Promise<Output | undefined> {
    const kept = this.#layers.find(requireKey(key));
    return kept === undefined ? undefined : this.#schema.decode(kept, nameOf(key));
  }

  /** True if there is a document of that key. */
  has(key: string): boolean {
    return this.#layers.find(requireKey(key)) !== undefined;
  }

  /** All keys, in the order of their UTF-16 code units. The first call takes time for every document. */
  keys(): readonly string[] {
    return this.#layers.keys();
  }

  /** All documents with their keys, in the order of `keys`, each read when it is its turn. @throws as `get` */
  async *entries(): AsyncGenerator<readonly [string, Output], void> {
    for (const key of this.keys()) {
      const kept = this.#layers.find(key);
      if (kept !== undefined) yield [key, await this.#schema.decode(kept, nameOf(key))];
    }
  }
}
