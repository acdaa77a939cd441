import type { FileEntry } from './manifest.js';

/** A generation with bytes on the disk, as the ledger sees it. */
export interface Holder {
  readonly generation: number;
  /** Bytes of its manifest, retired or not. */
  readonly manifestBytes: number;
  /** The files that it keeps; `undefined` for a retired generation, which keeps none, not even its manifest. */
  readonly files: ReadonlyMap<string, FileEntry> | undefined;
}

interface Account {
  readonly manifestBytes: number;
  /** What the generation keeps; `undefined` once it is retired. */
  files: ReadonlyMap<string, FileEntry> | undefined;
  /** How many of the files that lie in its directory are kept by somebody. */
  filesInside: number;
}

/**
 * Who keeps which bytes of a store. A file that several generations share is on the disk once, and goes with the last
 * of them; a manifest stays as long as its directory holds a file that somebody keeps.
 */
export class SpaceLedger {
  readonly #accounts = new Map<number, Account>();
  /** How many generations keep each file. */
  readonly #keepers = new Map<string, number>();
  readonly #neverFreedUpTo: number;
  #totalBytes = 0;

  /**
   * @param holders each generation once
   * @param neverFreedUpTo nothing that generations up to this one wrote is ever freed: a damaged generation may need it
   */
  constructor(holders: readonly Holder[], neverFreedUpTo = 0) {
    this.#neverFreedUpTo = neverFreedUpTo;
    for (const { generation, manifestBytes, files } of holders)
      this.#accounts.set(generation, { manifestBytes, files, filesInside: 0 });
    for (const { files } of holders) for (const [name, file] of files ?? []) this.#keep(name, file);
    for (const { manifestBytes, files, filesInside } of this.#accounts.values())
      if (files !== undefined || filesInside > 0) this.#totalBytes += manifestBytes;
  }

  /** Bytes that all generations together keep on the disk. */
  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** Bytes that would be free if this generation alone went now. */
  ownBytes(generation: number): number {
    const account = this.#accounts.get(generation);
    if (account?.files === undefined || generation <= this.#neverFreedUpTo) return 0;
    let bytes = 0;
    const leaving = new Map<number, number>();
    for (const [name, file] of account.files) {
      if (this.#keepers.get(keyOf(name, file)) !== 1 || file.owner <= this.#neverFreedUpTo) continue;
      bytes += file.sizeBytes;
      leaving.set(file.owner, (leaving.get(file.owner) ?? 0) + 1);
    }
    if (account.filesInside === (leaving.get(generation) ?? 0)) bytes += account.manifestBytes;
    for (const [owner, count] of leaving) {
      const other = this.#accounts.get(owner);
      if (other !== undefined && other.files === undefined && other.filesInside === count) bytes += other.manifestBytes;
    }
    return bytes;
  }

  /** Bytes of the generation's files and manifest that stay on the disk when it alone goes. */
  sharedBytes(generation: number): number {
    const account = this.#accounts.get(generation);
    if (account?.files === undefined) return 0;
    let bytes = account.manifestBytes;
    for (const file of account.files.values()) bytes += file.sizeBytes;
    return Math.max(0, bytes - this.ownBytes(generation));
  }

  /** Lets a generation go; answers the bytes that this frees. */
  release(generation: number): number {
    const account = this.#accounts.get(generation);
    if (account?.files === undefined) return 0;
    const freedBytes = this.ownBytes(generation);
    for (const [name, file] of account.files) this.#letGo(name, file);
    account.files = undefined;
    this.#totalBytes -= freedBytes;
    return freedBytes;
  }

  #keep(name: string, file: FileEntry): void {
    const key = keyOf(name, file);
    const keepers = this.#keepers.get(key) ?? 0;
    this.#keepers.set(key, keepers + 1);
    if (keepers > 0) return;
    this.#totalBytes += file.sizeBytes;
    const owner = this.#accounts.get(file.owner);
    if (owner !== undefined) owner.filesInside += 1;
  }

  #letGo(name: string, file: FileEntry): void {
    const key = keyOf(name, file);
    const keepers = this.#keepers.get(key) ?? 0;
    this.#keepers.set(key, keepers - 1);
    const owner = this.#accounts.get(file.owner);
    if (keepers === 1 && owner !== undefined) owner.filesInside -= 1;
  }
}

function keyOf(name: string, file: FileEntry): string {
  return `${file.owner}/${name}`;
}
