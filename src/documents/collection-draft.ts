import { DocumentError, invalidArgument } from './errors.js';
import { jsonTextOf } from './json-text.js';
import type { SegmentLayers } from './segment-layers.js';
import type { KeptJson, VersionedSchema } from './versioned-schema.js';

/** How long a key may be. Characters. */
export const LONGEST_KEY = 1000;

/** What a change makes of a collection: its documents, and what was put and deleted so far. */
export class CollectionDraft<Output, Input = Output> {
  readonly #base: SegmentLayers;
  readonly #schema: VersionedSchema<Input, Output>;
  /** `undefined` for a document that was deleted. */
  readonly #changed = new Map<string, KeptJson | undefined>();
  #isEnded = false;

  /** For `StoredCollection`. */
  constructor(base: SegmentLayers, schema: VersionedSchema<Input, Output>) {
    this.#base = base;
    this.#schema = schema;
  }

  /** A fresh copy of a document; `undefined` if there is none. @throws DocumentError as `StoredDocument.read` */
  async get(key: string): Promise<Output | undefined> {
    const kept = this.#find(requireKey(key));
    return kept === undefined ? undefined : this.#schema.decode(kept, nameOf(key));
  }

  /** True if there is a document of that key. */
  has(key: string): boolean {
    return this.#find(requireKey(key)) !== undefined;
  }

  /**
   * Makes a document, or replaces it. Whether it matches the schema is seen when the change ends.
   * @throws DocumentError DOCUMENT_INVALID for what JSON cannot keep, DOCUMENT_NEWER where a program with a later version
   * of the schema wrote what would be replaced, INVALID_ARGUMENT; INVALID_CALL once the function of the update has ended
   */
  put(key: string, value: Input): void {
    this.#requireOpen();
    this.#requireOwn(key);
    this.#changed.set(requireKey(key), { text: jsonTextOf(value, nameOf(key)), version: this.#schema.version });
  }

  /** Deletes a document; false if there is none. @throws DocumentError DOCUMENT_NEWER, INVALID_ARGUMENT, INVALID_CALL as `put` */
  delete(key: string): boolean {
    this.#requireOpen();
    this.#requireOwn(key);
    const isThere = this.has(key);
    if (isThere) this.#changed.set(key, undefined);
    return isThere;
  }

  /**
   * For `StoredCollection`: the change has ended, so nothing can be added to it.
   * @internal
   */
  end(): void {
    this.#isEnded = true;
  }

  /**
   * For `StoredCollection`: what differs from the base, once all of it is valid.
   * @throws DocumentError DOCUMENT_INVALID
   * @internal
   */
  async settle(): Promise<ReadonlyMap<string, KeptJson | undefined>> {
    const differing = new Map<string, KeptJson | undefined>();
    for (const [key, kept] of this.#changed) {
      if (kept !== undefined) await this.#schema.check(kept, nameOf(key));
      const before = this.#base.find(key);
      if (before?.text !== kept?.text || before?.version !== kept?.version) differing.set(key, kept);
    }
    return differing;
  }

  #requireOpen(): void {
    if (!this.#isEnded) return;
    throw new DocumentError('INVALID_CALL', 'draft: the function of its update has ended', {
      remedy: 'Await everything in that function that changes the draft, or call `update` again.',
    });
  }

  /** What this program could not read it must not replace. */
  #requireOwn(key: string): void {
    const kept = this.#find(requireKey(key));
    if (kept !== undefined) this.#schema.requireNotNewer(kept, nameOf(key));
  }

  #find(key: string): KeptJson | undefined {
    return this.#changed.has(key) ? this.#changed.get(key) : this.#base.find(key);
  }
}

/** What a document is called in errors. */
export function nameOf(key: string): string {
  return `document ${JSON.stringify(key)}`;
}

/** @throws DocumentError INVALID_ARGUMENT */
export function requireKey(key: unknown): string {
  if (typeof key === 'string' && key.length > 0 && key.length <= LONGEST_KEY) return key;
  throw invalidArgument('key', `a text of 1 to ${LONGEST_KEY} characters`);
}
