import { StoreError } from './errors.js';
import type { JsonValue } from './json.js';
import { requireFileName } from './names.js';
import type { Snapshot } from './snapshot.js';

/** What an update changes, collected in memory until it is staged. */
export interface DraftChanges {
  readonly written: ReadonlyMap<string, Uint8Array>;
  readonly removed: ReadonlySet<string>;
  readonly metadata: { readonly [key: string]: JsonValue } | undefined;
  readonly reason: string | undefined;
}

/** A generation that nobody can see yet: what the base has, plus the changes made here. */
export class Draft {
  readonly #base: Snapshot;
  readonly #written = new Map<string, Uint8Array>();
  readonly #removed = new Set<string>();
  #metadata: { readonly [key: string]: JsonValue } | undefined;
  #reason: string | undefined;

  constructor(base: Snapshot) {
    this.#base = base;
  }

  /**
   * Creates or replaces a file. The bytes must not change until the update is done.
   * @throws StoreError INVALID_NAME; INVALID_OPTION for anything but bytes
   */
  write(name: string, bytes: Uint8Array): void {
    requireBytes(name, bytes);
    this.#written.set(requireFileName(name), bytes);
    this.#removed.delete(name);
  }

  /** Leaves a file out of the new generation; false if it was not in it. */
  remove(name: string): boolean {
    const wasWritten = this.#written.delete(name);
    const wasInBase = this.#base.files.has(name) && !this.#removed.has(name);
    if (wasInBase) this.#removed.add(name);
    return wasWritten || wasInBase;
  }

  /** Replaces what the application says about the generation; without a call the base's words stay. */
  describe(metadata: { readonly [key: string]: JsonValue }): void {
    this.#metadata = metadata;
  }

  /** Why this change is made, for the history. */
  explain(reason: string): void {
    this.#reason = reason;
  }

  /** What was asked for so far. */
  changes(): DraftChanges {
    return { written: this.#written, removed: this.#removed, metadata: this.#metadata, reason: this.#reason };
  }
}

/** Programs without types may give anything. */
function requireBytes(name: string, bytes: unknown): void {
  if (bytes instanceof Uint8Array) return;
  throw new StoreError('INVALID_OPTION', `file ${JSON.stringify(name)}: its content is no Uint8Array`, {
    remedy: 'Give bytes: `Buffer.from(text)` for a text, `Buffer.from(JSON.stringify(value))` for a value.',
  });
}
