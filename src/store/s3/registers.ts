/** Objects that change by compare-and-swap only. `docs/protocol-s3.md` has their bytes and the meaning of every answer. */
import type { Environment } from '../environment.js';
import { isStoreError } from '../errors.js';
import { type ListedObject, type ObjectStore, RequestRefused } from './object-store.js';

/** What a register holds. */
export interface RegisterState {
  /** `undefined` if there is no such object. */
  readonly etag: string | undefined;
  /** `undefined` if it is absent or buried. */
  readonly content: Uint8Array | undefined;
}

/** A register that holds something. */
export interface LiveRegister {
  readonly etag: string;
  readonly content: Uint8Array;
}

/** A register as a listing shows it. */
export interface ListedRegister extends ListedObject {
  /** The end of its key, behind the prefix that was listed. */
  readonly name: string;
  readonly isLive: boolean;
}

/** Thrown where nobody answered for so long that a swap was given up: it may have been done, or may yet be. */
export class Unsettled extends Error {
  constructor(key: string, cause: unknown) {
    super(`${key}: nobody can tell whether it was written`, { cause });
    this.name = 'Unsettled';
  }
}

const NONCE_DIGITS = 16;
const NEWLINE = 0x0a;
/** How long a swap is asked for again while the server says nothing that can be used. */
const PATIENCE_MS = 30_000;
const LONGEST_PAUSE_MS = 2_000;

/** The registers in an object store, by key. */
export class Registers {
  readonly objects: ObjectStore;
  readonly #environment: Environment;

  constructor(objects: ObjectStore, environment: Environment) {
    this.objects = objects;
    this.#environment = environment;
  }

  async read(key: string): Promise<RegisterState> {
    const found = await this.objects.get(key);
    return { etag: found?.etag, content: found && contentOf(found.bytes) };
  }

  /** The register if it holds something. */
  async find(key: string): Promise<LiveRegister | undefined> {
    const { etag, content } = await this.read(key);
    return etag === undefined || content === undefined ? undefined : { etag, content };
  }

  /**
   * Changes a register that still is as `expectedEtag` says (`undefined`: absent) to `content` (`undefined`: buried).
   * Answers its new ETag, or `undefined` if it is not as expected.
   * @throws Unsettled; RequestRefused, and nothing was done
   */
  async swap(
    key: string,
    expectedEtag: string | undefined,
    content: Uint8Array | undefined,
  ): Promise<string | undefined> {
    const bytes = this.#encode(content);
    const startedMs = this.#environment.monotonicMs();
    let isClear = true;
    for (let tries = 0; ; tries++) {
      try {
        const etag = await this.objects.putIf(key, expectedEtag, bytes);
        if (etag !== undefined) return etag;
      } catch (error) {
        // A refusal is about this request; one that was sent before may still be under way.
        if (error instanceof RequestRefused) throw isClear ? error : new Unsettled(key, error);
        isClear = false;
      }
      const settled = await this.#settle(key, expectedEtag, bytes);
      if (settled !== 'as expected' && !('cause' in settled)) return settled.etag;
      if (settled !== 'as expected') isClear = false;
      if (this.#environment.monotonicMs() - startedMs > PATIENCE_MS)
        throw new Unsettled(key, settled === 'as expected' ? undefined : settled.cause);
      const pauseMs = Math.min(20 * 2 ** tries, LONGEST_PAUSE_MS);
      await this.#environment.sleep(pauseMs * (0.5 + this.#environment.random()));
    }
  }

  /** Changes a register, whatever it holds; `change` answers the new content, or `undefined` to leave it as it is. */
  async update(
    key: string,
    change: (state: RegisterState) => { readonly content: Uint8Array | undefined } | undefined,
  ): Promise<boolean> {
    for (;;) {
      const state = await this.read(key);
      const next = change(state);
      if (next === undefined) return false;
      if ((await this.swap(key, state.etag, next.content)) !== undefined) return true;
    }
  }

  /** Makes a register a tombstone. */
  async bury(key: string): Promise<void> {
    await this.update(key, ({ etag, content }) =>
      etag !== undefined && content === undefined ? undefined : { content: undefined },
    );
  }

  /** Registers below `prefix`, tombstones too, by name; with `after`, those whose names come later. */
  async list(prefix: string, options: { readonly after?: string } = {}): Promise<readonly ListedRegister[]> {
    const after = options.after === undefined ? {} : { after: prefix + options.after };
    const listed = await this.objects.list(prefix, after);
    return listed.map((object) => ({
      ...object,
      name: object.key.slice(prefix.length),
      isLive: object.sizeBytes > NONCE_DIGITS,
    }));
  }

  /** Removes a register that nobody makes again, or that nobody may miss. */
  async remove(key: string): Promise<void> {
    await this.objects.remove(key);
  }

  /** What came of a swap whose answer does not say it. */
  async #settle(
    key: string,
    expectedEtag: string | undefined,
    bytes: Uint8Array,
  ): Promise<'as expected' | { readonly etag: string | undefined } | { readonly cause: unknown }> {
    try {
      const found = await this.objects.get(key);
      if (found !== undefined && Buffer.compare(found.bytes, bytes) === 0) return { etag: found.etag };
      return found?.etag === expectedEtag ? 'as expected' : { etag: undefined };
    } catch (cause) {
      if (cause instanceof RequestRefused || isStoreError(cause, 'STORE_UNREADABLE')) throw new Unsettled(key, cause);
      return { cause };
    }
  }

  #encode(content: Uint8Array | undefined): Uint8Array {
    const nonce = Buffer.from(this.#environment.uniqueId());
    return content === undefined ? nonce : Buffer.concat([nonce, Buffer.of(NEWLINE), content]);
  }
}

function contentOf(bytes: Uint8Array): Uint8Array | undefined {
  // What somebody else has put there is content, and is found out to be none by whoever reads it.
  if (bytes.byteLength > NONCE_DIGITS) return bytes.subarray(NONCE_DIGITS + (bytes[NONCE_DIGITS] === NEWLINE ? 1 : 0));
  return undefined;
}
