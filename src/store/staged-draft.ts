import { StoreError } from './errors.js';
import { LARGEST_WHOLE_FILE_BYTES } from './file-system.js';
import { forEachTogether } from './for-each-together.js';
import { decodeManifest, encodeManifest, type FileEntry, type Manifest, sha256 } from './manifest.js';
import type { Durability } from './options.js';
import type { Storage } from './storage.js';

/** A draft in the storage. It outlives lost races: what it has already written is not written again. */
export class StagedDraft {
  /** The draft's name, and the nonce of the generation that it becomes. */
  readonly name: string;
  readonly #storage: Storage;
  readonly #isSynced: boolean;
  /** Checksums of the files that it has. */
  readonly #written = new Map<string, string>();
  #isCreated = false;
  #manifest: Uint8Array | undefined;

  constructor(storage: Storage, name: string, durability: Durability) {
    this.#storage = storage;
    this.name = name;
    this.#isSynced = durability === 'durable';
  }

  /** Brings the draft's own files to exactly `files`; answers their entries but for the owner. */
  async writeFiles(files: ReadonlyMap<string, Uint8Array>): Promise<ReadonlyMap<string, Omit<FileEntry, 'owner'>>> {
    if (!this.#isCreated) {
      // Before it is: a call that fails may have made it all the same.
      this.#isCreated = true;
      await this.#storage.createDraft(this.name);
    }
    // Hashed anew for each try: a caller may fill one buffer again and again.
    const wanted = new Map([...files].map(([name, bytes]) => [name, { bytes, sha256: sha256(bytes) }]));
    for (const [name, before] of this.#written) {
      if (wanted.get(name)?.sha256 === before) continue;
      await this.#storage.removeDraftFile(this.name, name);
      this.#written.delete(name);
    }
    const missing = [...wanted].filter(([name]) => !this.#written.has(name));
    // Together, not in turn: one wait for the disk serves them all.
    await forEachTogether(missing, ([name, file]) =>
      this.#storage.writeDraftFile(this.name, name, file.bytes, { sync: this.#isSynced }),
    );
    for (const [name, file] of missing) this.#written.set(name, file.sha256);
    return new Map(
      [...wanted].map(([name, file]) => [name, { sizeBytes: file.bytes.byteLength, sha256: file.sha256 }]),
    );
  }

  /** Writes the manifest that the draft is claimed with. */
  async writeManifest(manifest: Manifest): Promise<void> {
    const bytes = encodeReadable(manifest);
    await this.#storage.writeDraftManifest(this.name, bytes, {
      sync: this.#isSynced,
      isFirst: this.#manifest === undefined,
    });
    this.#manifest = bytes;
  }

  /** Whether `bytes` are the manifest that this draft was claimed with; its nonce makes it like no other. */
  isManifest(bytes: Uint8Array): boolean {
    return this.#manifest !== undefined && Buffer.compare(this.#manifest, bytes) === 0;
  }

  /** The draft has become a generation for good: nothing of it is left to remove. */
  settle(): void {
    this.#isCreated = false;
  }

  /** Removes what the draft has in the storage. */
  async discard(): Promise<void> {
    if (this.#isCreated) await this.#storage.discardDraft(this.name);
  }
}

/** The bytes of a manifest that can be read again; a head that cannot would stop every reader. */
function encodeReadable(manifest: Manifest): Uint8Array {
  try {
    const bytes = encodeManifest(manifest);
    if (bytes.byteLength > LARGEST_WHOLE_FILE_BYTES) throw new RangeError(`${bytes.byteLength} bytes`);
    // Costs nothing: the next one to read this head in this process finds it decoded.
    decodeManifest(bytes, manifest.generation);
    return bytes;
  } catch (cause) {
    const text = `metadata of generation ${manifest.generation}: it cannot be kept as JSON`;
    throw new StoreError('INVALID_OPTION', text, {
      remedy: 'Describe a generation with plain JSON values that are nested at most a hundred deep.',
      cause,
    });
  }
}
