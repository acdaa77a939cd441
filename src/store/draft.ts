import { TEXT } from '../arguments/index.js';
import { requireArgument } from './argument-checks.js';
import { StoreError } from './errors.js';
import { copyJsonObject, type JsonValue } from './json.js';
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
  #hasEnded = false;

  constructor(base: Snapshot) {
    this.#base = base;
  }

  /**
   * Creates or replaces a file. The bytes must not change until the update is done.
   * @throws StoreError INVALID_NAME; INVALID_OPTION for anything but bytes, and for more than 2,147,483,647 of them;
   * INVALID_CALL once the function of the update has ended
   */
  write(name: string, bytes: Uint8Array): void {
    this.#requireOpen();
    const fileName = requireFileName(name);
    requireBytes(fileName, bytes);
    requireHashable(fileName, bytes.byteLength);
    this.#written.set(fileName, bytes);
    this.#removed.delete(name);
  }

  /**
   * Leaves a file out of the new generation; false if it was not in it.
   * @throws StoreError INVALID_OPTION for a name that is no text; INVALID_CALL as `write`
   */
  remove(name: string): boolean {
    this.#requireOpen();
    requireArgument('file name', name, TEXT);
    const wasWritten = this.#written.delete(name);
    const wasInBase = this.#base.files.has(name) && !this.#removed.has(name);
    if (wasInBase) this.#removed.add(name);
    return wasWritten || wasInBase;
  }

  /**
   * Replaces what the application says about the generation; without a call the base's words stay.
   * @throws StoreError INVALID_OPTION for what JSON would change or lose; INVALID_CALL as `write`
   */
  describe(metadata: { readonly [key: string]: JsonValue }): void {
    this.#requireOpen();
    this.#metadata = copyJsonObject(metadata, 'metadata');
  }

  /** Why this change is made, for the history. @throws StoreError INVALID_OPTION (no text); INVALID_CALL as `write` */
  explain(reason: string): void {
    this.#requireOpen();
    requireArgument('reason', reason, TEXT);
    this.#reason = reason;
  }

  /**
   * What `make` asked for until it ended; nothing more is taken then.
   * @internal
   */
  async change(make: () => void | Promise<void>): Promise<DraftChanges> {
    try {
      await make();
    } finally {
      this.#hasEnded = true;
    }
    return { written: this.#written, removed: this.#removed, metadata: this.#metadata, reason: this.#reason };
  }

  #requireOpen(): void {
    if (!this.#hasEnded) return;
    throw new StoreError('INVALID_CALL', 'draft: the function of its update has ended', {
      remedy: 'Await in that function whatever changes the draft; a later change needs another `update`.',
    });
  }
}

/** Programs without types may give anything. */
function requireBytes(name: string, bytes: unknown): void {
  if (bytes instanceof Uint8Array) return;
  throw new StoreError('INVALID_OPTION', `file ${JSON.stringify(name)}: its content is no Uint8Array`, {
    remedy: 'Give bytes: `Buffer.from(text)` for a text, `Buffer.from(JSON.stringify(value))` for a value.',
  });
}

/** What Node takes in one piece, to hash or to read it. */
const LARGEST_FILE_BYTES = 2 ** 31 - 1;

function requireHashable(name: string, sizeBytes: number): void {
  if (sizeBytes <= LARGEST_FILE_BYTES) return;
  const text = `file ${JSON.stringify(name)}: ${sizeBytes} bytes are more than the ${LARGEST_FILE_BYTES} of the largest file`;
  throw new StoreError('INVALID_OPTION', text, { remedy: 'Divide the content among several files.' });
}
