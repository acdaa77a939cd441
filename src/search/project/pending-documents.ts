import type { StatCache } from '../documents/index.js';
import { hashesOf } from '../indexing/commit-changes.js';
import type { IndexView } from '../segment/index.js';
import { pathsOfAddition } from './changed-paths.js';

/** A document whose file and index differ. */
export interface PendingDocument {
  /** What the file holds; `undefined` if it is gone or no document; `unread` if nobody has looked yet. */
  readonly contentHash: string | undefined | 'unread';
  readonly sizeBytes: number;
  /** When somebody looked, as `FileReading.beganMs`; undefined if nobody has. */
  readonly readMs?: number;
}

/** What pending documents are compared with. */
export interface PendingDocumentsParts {
  /** What this process has read of the files. */
  readonly cache: StatCache;
  readonly currentView: () => IndexView;
  /** True while the index is held at an older state than that of the files. */
  readonly isHeld: () => boolean;
  /** True if nothing at the path can be indexed. */
  readonly isNoDocument: (path: string) => boolean;
}

/** A save is indexed here, without waiting for a thread to start, if it is no more documents than this … */
const SMALL_COUNT = 32;
/** … and no longer ones in all. */
const SMALL_BYTES = 128 * 1024;
/** Documents that are looked at once more when segments took the place of others. */
const LOOKED_AT = 1_024;

/** The documents in which the files and the index differ: what waits to be indexed, and what a batch under way has. */
export class PendingDocuments {
  readonly #parts: PendingDocumentsParts;
  readonly #pending = new Map<string, PendingDocument>();
  /** Paths that a batch under way has. */
  readonly #taken = new Set<string>();
  /** Single documents that were looked at last, the latest at the end. */
  readonly #lookedAt = new Set<string>();
  /** What is pending differs from this view; undefined before anything was compared with one. */
  #settled: IndexView | undefined;

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
    const view = this.#parts.currentView();
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

  /** Remembers that single documents are looked at, since a change of them was told. */
  noteLook(paths: Iterable<string>): void {
    for (const path of paths) {
      this.#lookedAt.delete(path);
      this.#lookedAt.add(path);
    }
    for (const path of this.#lookedAt) {
      if (this.#lookedAt.size <= LOOKED_AT) break;
      this.#lookedAt.delete(path);
    }
  }

  /** Takes note that all files were compared with a view, which may be older than what was settled meanwhile. */
  comparedWith(view: IndexView): void {
    this.#settled = view;
  }

  /** Drops what the index has by now, whoever indexed it, and adds what it has as the file was before its last change. */
  settle(): void {
    const view = this.#parts.currentView();
    const before = this.#settled;
    this.#settled = view;
    if (view === before) return;
    // Where segments were only added, nothing has changed but what they name.
    const named = before && pathsOfAddition(before, view);
    for (const path of named ?? this.#pending.keys()) this.#drop(path, view);
    if (this.#parts.isHeld()) return;
    for (const path of named ?? this.#lookedAt) this.#doubt(path, view);
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
   * Adds a document if the view contradicts what this process knows of its file: an instance that dies may have
   * committed what it had read before a change that was told, and looked at, since.
   */
  #doubt(path: string, view: IndexView): void {
    if (this.#pending.has(path) || this.#taken.has(path)) return;
    const known = this.#parts.cache.lastContentHash(path);
    if (hashesOf(view).find(path) === known) return;
    if (known !== undefined) this.#pending.set(path, { contentHash: 'unread', sizeBytes: 0 });
    else if (this.#parts.isNoDocument(path)) this.#pending.set(path, { contentHash: undefined, sizeBytes: 0 });
  }
}
