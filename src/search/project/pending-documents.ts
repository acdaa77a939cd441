import type { StatCache } from '../documents/index.js';
import { hashesOf } from '../indexing/commit-changes.js';
import type { LoadedIndex } from '../indexing/segment-catalog.js';
import type { IndexView } from '../segment/index.js';
import { pathsBetween } from './changed-paths.js';

/** A document whose file and index differ. */
export interface PendingDocument {
  /** What the file holds; `undefined` if it is gone or no document; `unread` if nobody has looked yet. */
  readonly contentHash: string | undefined | 'unread';
  readonly sizeBytes: number;
  /** When somebody looked, as `FileReading.beganMs`; undefined if nobody has. */
  readonly readMs?: number;
}

/** Its size in bytes; `none` if nothing at a path can be indexed; `unknown` if nobody can tell. */
export type SeenDocument = number | 'none' | 'unknown';

/** What pending documents are compared with. */
export interface PendingDocumentsParts {
  /** What this process has read of the files. */
  readonly cache: StatCache;
  readonly current: () => LoadedIndex;
  /** True if a file at the path is a document by the rules of now. */
  readonly isDocument: (path: string) => boolean;
  /** What is at the path of a document, without reading it. */
  readonly look: (path: string) => SeenDocument;
  /** Called if the index is another one, and documents may differ from it that nothing names. */
  readonly onUnsure: (before: LoadedIndex, after: LoadedIndex) => void;
}

/** A save is indexed here, without waiting for a thread to start, if it is no more documents than this … */
const SMALL_COUNT = 32;
/** … and no longer ones in all. */
const SMALL_BYTES = 128 * 1024;

/** The documents in which the files and the index differ: what waits to be indexed, and what a batch under way has. */
export class PendingDocuments {
  readonly #parts: PendingDocumentsParts;
  readonly #pending = new Map<string, PendingDocument>();
  /** Paths that a batch under way has. */
  readonly #taken = new Set<string>();
  /** What is pending differs from this index; undefined before anything was compared with one. */
  #settled: LoadedIndex | undefined;

  constructor(parts: PendingDocumentsParts) {
    this.#parts = parts;
  }

  /** Documents that wait to be indexed or removed. */
  get count(): number {
    return this.#pending.size;
  }

  get paths(): Iterable<string> {
    return this.#pending.keys();
  }

  /** True while somebody works on a batch. */
  get isBatchTaken(): boolean {
    return this.#taken.size > 0;
  }

  find(path: string): PendingDocument | undefined {
    return this.#pending.get(path);
  }

  add(path: string, document: PendingDocument): void {
    this.#pending.set(path, document);
  }

  delete(path: string): void {
    this.#pending.delete(path);
  }

  /** Takes note that the index has of a document what its file holds: nothing is left to do, unless a batch under way has it. */
  agree(path: string): void {
    if (!this.#taken.has(path)) this.#pending.delete(path);
  }

  /** Some documents to work on that nobody has taken yet, no more than `count` and about `sizeBytes` in all. */
  takeBatch(limits: { readonly count: number; readonly sizeBytes: number }): readonly string[] {
    const batch: string[] = [];
    let sizeBytes = 0;
    for (const [path, pending] of this.#pending) {
      if (this.#taken.has(path)) continue;
      if (batch.length >= limits.count || (batch.length > 0 && sizeBytes + pending.sizeBytes > limits.sizeBytes)) break;
      batch.push(path);
      sizeBytes += pending.sizeBytes;
    }
    for (const path of batch) this.#taken.add(path);
    return batch;
  }

  /** True while a batch under way has it. */
  isTaken(path: string): boolean {
    return this.#taken.has(path);
  }

  /** Ends work on a batch, whatever came of it; what the index has by now is dropped. */
  giveBack(batch: readonly string[]): void {
    const { view } = this.#parts.current();
    for (const path of batch) {
      this.#taken.delete(path);
      this.#drop(path, view);
    }
    this.settle();
  }

  /** True if these documents are so little work that a thread is not worth its start. */
  isSmall(paths: readonly string[]): boolean {
    if (paths.length > SMALL_COUNT) return false;
    return paths.reduce((sum, path) => sum + (this.#pending.get(path)?.sizeBytes ?? 0), 0) <= SMALL_BYTES;
  }

  /** So many, at the most, of those that nobody has read or taken. */
  unread(count: number): readonly string[] {
    const unread: string[] = [];
    for (const [path, { contentHash }] of this.#pending) {
      if (unread.length === count) break;
      if (contentHash === 'unread' && !this.#taken.has(path)) unread.push(path);
    }
    return unread;
  }

  /** Takes note that all files were compared with an index, which may be older than what was settled meanwhile. */
  comparedWith(index: LoadedIndex): void {
    this.#settled = index;
  }

  /** Drops what the index has by now, whoever indexed it, and adds what it has as the file was before its last change. */
  settle(): void {
    const index = this.#parts.current();
    const before = this.#settled;
    this.#settled = index;
    if (index === before) return;
    const named = before && pathsBetween(before, index);
    for (const path of named ?? this.#pending.keys()) this.#drop(path, index.view);
    // What is held back differs, and is compared when the hold ends.
    if (index.hold !== null) return;
    if (named !== undefined) this.doubt(named);
    const isUnsure = before !== undefined && (named === undefined || before.hold !== null);
    if (isUnsure) this.#parts.onUnsure(before, index);
  }

  /** Adds those of the paths of which the index contradicts what is known of the file. */
  doubt(paths: Iterable<string>): void {
    const { view, hold } = this.#parts.current();
    if (hold !== null) return;
    for (const path of paths) this.#doubt(path, view);
  }

  /** Drops the path if the view has what its file holds, unless a batch under way has it. */
  #drop(path: string, view: IndexView): void {
    const pending = this.#pending.get(path);
    if (pending === undefined || this.#taken.has(path)) return;
    const isSettled =
      pending.contentHash === 'unread'
        ? this.#isAsFound(path, pending, view)
        : hashesOf(view).find(path) === pending.contentHash;
    if (isSettled) this.#pending.delete(path);
  }

  /**
   * True if the view has of an unread file what it held when it was found, as far as anybody can tell. Changes since come
   * through the watcher.
   */
  #isAsFound(path: string, { sizeBytes }: PendingDocument, view: IndexView): boolean {
    const location = view.find(path);
    if (location === undefined) return false;
    const indexed = view.document(location);
    const known = this.#parts.cache.lastContentHash(path);
    return known === undefined ? indexed.sizeBytes === sizeBytes : indexed.contentHash === known;
  }

  /**
   * Adds a document if the view contradicts what this process knows of its file. Whoever committed it may have read it
   * before a change that was told, and looked at, since, and may have died; or a batch of this process was under way
   * when all files were compared by other ignore rules.
   */
  #doubt(path: string, view: IndexView): void {
    if (this.#pending.has(path) || this.#taken.has(path)) return;
    const location = view.find(path);
    const indexed = location && view.document(location);
    const isDocument = this.#parts.isDocument(path);
    const known = this.#parts.cache.lastContentHash(path);
    if (isDocument && known !== undefined && indexed?.contentHash === known) return;
    const seen = isDocument ? this.#parts.look(path) : 'none';
    if (seen === 'unknown' || (seen === 'none' && indexed === undefined)) return;
    if (seen === 'none') this.#pending.set(path, { contentHash: undefined, sizeBytes: 0 });
    else if (known !== undefined || indexed?.sizeBytes !== seen)
      this.#pending.set(path, { contentHash: 'unread', sizeBytes: seen });
  }
}
