import { shownName } from '../arguments/index.js';
import { requireArgument } from './argument-checks.js';
import { checkedFile } from './checked-file.js';
import { DAMAGED_GENERATION_REMEDY, StoreError, storeErrorFrom } from './errors.js';
import type { OpenFile } from './file-system.js';
import type { JsonValue } from './json.js';
import { type FileEntry, type Hold, type Manifest, sha256 } from './manifest.js';
import type { Storage } from './storage.js';

/** A reader's view of one complete generation. It never changes; a newer generation is a new snapshot. */
export class Snapshot implements AsyncDisposable {
  /** The generation's number; 0 for a store without any. */
  readonly generation: number;
  /** The files by name. */
  readonly files: ReadonlyMap<string, FileEntry>;
  /** What the application said when it made the generation. */
  readonly metadata: { readonly [key: string]: JsonValue };
  readonly hold: Hold | null;
  /** The whole description; `undefined` for generation 0. */
  readonly manifest: Manifest | undefined;
  /** What is wrong with newer generations that could not be served instead. */
  readonly damage: readonly StoreError[];
  readonly #storage: Storage;
  readonly #release: () => Promise<void>;

  constructor(
    storage: Storage,
    manifest: Manifest | undefined,
    details: { readonly damage?: readonly StoreError[]; readonly release?: () => Promise<void> } = {},
  ) {
    this.generation = manifest?.generation ?? 0;
    this.files = manifest?.files ?? new Map();
    this.metadata = manifest?.metadata ?? {};
    this.hold = manifest?.hold ?? null;
    this.manifest = manifest;
    this.damage = details.damage ?? [];
    this.#storage = storage;
    this.#release = details.release ?? (async () => {});
  }

  /**
   * The whole content of a file, compared with its checksum.
   * @throws StoreError FILE_NOT_FOUND, GENERATION_EXPIRED (collected meanwhile: take a new snapshot), GENERATION_DAMAGED
   */
  async read(name: string): Promise<Uint8Array> {
    const entry = this.#requireEntry(name);
    const isWhole = (bytes: Uint8Array): boolean => sha256(bytes) === entry.sha256;
    const bytes = await this.#readAll(name);
    if (isWhole(bytes)) return bytes;
    if (this.#storage.distrustCopy !== undefined) {
      await this.#storage.distrustCopy({ owner: entry.owner, name }).catch((error) => {
        throw this.#explain(error, name);
      });
      const fetched = await this.#readAll(name);
      if (isWhole(fetched)) return fetched;
    }
    throw this.#damaged(name, `does not match its checksum ${entry.sha256}`);
  }

  /**
   * A file to read by position; it stays readable after the generation was collected. The checksum is not compared,
   * only the size: a caller that reads parts carries its own checksums.
   * @throws StoreError as `read`; reading the file throws INVALID_OPTION (no such bytes in it), INVALID_CALL (it was
   * closed), GENERATION_DAMAGED (it has lost bytes), IO_FAILED
   */
  async open(name: string): Promise<OpenFile> {
    const entry = this.#requireEntry(name);
    const file = await this.#openFile(entry, name);
    if (file === undefined)
      throw await this.#explainMissing(name).catch((error: unknown) => this.#explain(error, name));
    if (file.sizeBytes === entry.sizeBytes)
      return checkedFile(file, `file ${JSON.stringify(name)}`, (error) =>
        error instanceof RangeError
          ? this.#damaged(name, `has lost bytes: ${error.message}`)
          : this.#explain(error, name),
      );
    file.close();
    throw this.#damaged(name, `expected ${entry.sizeBytes} bytes, found ${file.sizeBytes}`);
  }

  /**
   * A path under which any program on this machine can read the file while the generation is kept. Nothing of it is
   * compared: `read` and `SnapshotStore.verify` find damage.
   * @throws StoreError FILE_NOT_FOUND; NO_SPACE, IO_FAILED where the store lies elsewhere and no copy can be kept here
   */
  async path(name: string): Promise<string> {
    return this.#storage.localPath({ owner: this.#requireEntry(name).owner, name });
  }

  /** Lets collecting have the generation; a snapshot of the head need not be closed. */
  async close(): Promise<void> {
    await this.#release();
  }

  /** As `close`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #readAll(name: string): Promise<Uint8Array> {
    const file = await this.open(name);
    try {
      return file.read(0, file.sizeBytes);
    } catch (error) {
      throw this.#explain(error, name);
    } finally {
      file.close();
    }
  }

  async #openFile(entry: FileEntry, name: string): Promise<OpenFile | undefined> {
    try {
      return await this.#storage.openFile({ owner: entry.owner, name });
    } catch (error) {
      throw this.#explain(error, name);
    }
  }

  #explain(error: unknown, name: string): StoreError {
    return storeErrorFrom(error, `generation ${this.generation}: file ${JSON.stringify(name)}`);
  }

  #requireEntry(name: string): FileEntry {
    const entry = this.files.get(name);
    if (entry !== undefined) return entry;
    throw new StoreError('FILE_NOT_FOUND', `generation ${this.generation}: it has no file ${shownName(name)}`, {
      remedy: 'Look at `files` for the names that it has.',
    });
  }

  async #explainMissing(name: string): Promise<StoreError> {
    const found = await this.#storage.readManifest(this.generation);
    if (found !== undefined && !found.isRetired) return this.#damaged(name, 'is missing');
    return new StoreError('GENERATION_EXPIRED', `generation ${this.generation}: it was collected`, {
      remedy: 'Take a new snapshot; to keep an old generation, tag it or open it with openGeneration.',
    });
  }

  #damaged(name: string, problem: string): StoreError {
    const text = `generation ${this.generation}: file ${JSON.stringify(name)} ${problem}`;
    return new StoreError('GENERATION_DAMAGED', text, {
      remedy: DAMAGED_GENERATION_REMEDY,
    });
  }
}

/**
 * Refuses what a program without types may give in place of a snapshot.
 * @throws StoreError INVALID_OPTION
 */
export function requireSnapshot(name: string, value: unknown): void {
  if (value instanceof Promise)
    throw new StoreError('INVALID_OPTION', `${name} is a promise, and no snapshot`, { remedy: 'Await it first.' });
  requireArgument(name, value, { expected: 'a snapshot of a store', allows: (given) => given instanceof Snapshot });
}
