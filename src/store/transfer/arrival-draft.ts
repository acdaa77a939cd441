import { CallerFailure } from '../caller-failure.js';
import { forEachTogether } from '../for-each-together.js';
import type { FileEntry, Manifest } from '../manifest.js';
import type { Snapshot } from '../snapshot.js';
import { StagedDraft } from '../staged-draft.js';
import type { Storage } from '../storage.js';
import { isReusing } from './reusing-storage.js';

/** So much is read and sent together, or one file that is larger. */
const BATCH_BYTES = 16 * 1024 * 1024;

/** Where files come from, and who is told. */
export interface FileSource {
  readonly snapshot: Snapshot;
  /** Told of each file once the draft has it; it was not sent if the target had its bytes elsewhere. */
  readonly onPlaced: (file: FileEntry, how: { readonly isSent: boolean }) => void;
  readonly signal: AbortSignal | undefined;
}

/** A draft that is filled file by file; it outlives lost races, and what it has is not sent again. */
export class ArrivalDraft {
  /** What is claimed. */
  readonly staged: StagedDraft;
  readonly #storage: Storage;
  /** By name, the checksum. */
  readonly #files = new Map<string, string>();
  #isCreated = false;
  #isDescribed = false;

  constructor(storage: Storage, name: string) {
    this.#storage = storage;
    this.staged = new StagedDraft(storage, name, 'durable');
  }

  /** Names of the files that it has. */
  get names(): ReadonlySet<string> {
    return new Set(this.#files.keys());
  }

  /** Those of `wanted` that it does not have. */
  lacks(wanted: ReadonlyMap<string, FileEntry>): ReadonlyMap<string, FileEntry> {
    return new Map([...wanted].filter(([name, file]) => this.#files.get(name) !== file.sha256));
  }

  /**
   * Takes out what `content` has no use for, and brings in what it lacks of `missing`. Every file is compared with its
   * checksum when it is read.
   */
  async bring(
    content: ReadonlyMap<string, FileEntry>,
    missing: ReadonlyMap<string, FileEntry>,
    source: FileSource | undefined,
  ): Promise<void> {
    if (!this.#isCreated) {
      this.#isCreated = true;
      await this.staged.writeFiles(new Map());
    }
    for (const [name, checksum] of this.#files) {
      if (content.get(name)?.sha256 === checksum) continue;
      await this.#storage.removeDraftFile(this.staged.name, name);
      this.#files.delete(name);
    }
    if (source === undefined) return;
    for (const batch of batchesOf(this.lacks(missing))) {
      requireNotAborted(source.signal);
      await forEachTogether(batch, ([name, file]) => this.#send(name, file, source));
    }
  }

  /** Writes the manifest that it is claimed with. */
  async describe(manifest: Manifest): Promise<void> {
    this.#isDescribed = true;
    await this.staged.writeManifest(manifest);
  }

  /** Removes what has not become a generation. What the next pull can use is left, and goes by itself after a day. */
  async end(): Promise<void> {
    if (!this.#isDescribed && this.#files.size > 0 && isReusing(this.#storage)) return;
    await this.staged.discard();
  }

  async #send(name: string, file: FileEntry, { snapshot, onPlaced }: FileSource): Promise<void> {
    if (isReusing(this.#storage) && (await this.#storage.reuseFile(this.staged.name, name, file))) {
      this.#files.set(name, file.sha256);
      return onPlaced(file, { isSent: false });
    }
    const bytes = await snapshot.read(name);
    await this.#storage.writeDraftFile(this.staged.name, name, bytes, { sync: true });
    this.#files.set(name, file.sha256);
    onPlaced(file, { isSent: true });
  }
}

/** @throws CallerFailure with the signal's reason */
function requireNotAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new CallerFailure('the caller has ended it', { cause: signal.reason });
}

function* batchesOf(files: ReadonlyMap<string, FileEntry>): Generator<readonly (readonly [string, FileEntry])[]> {
  let batch: (readonly [string, FileEntry])[] = [];
  let sizeBytes = 0;
  for (const entry of files) {
    if (batch.length > 0 && sizeBytes + entry[1].sizeBytes > BATCH_BYTES) {
      yield batch;
      batch = [];
      sizeBytes = 0;
    }
    batch.push(entry);
    sizeBytes += entry[1].sizeBytes;
  }
  if (batch.length > 0) yield batch;
}
