import { posix } from 'node:path';
import {
  arePlacesThere,
  type DocumentFilter,
  type DocumentProblem,
  discover,
  type FoundDocument,
  findChanges,
  isRootThere,
  type StatCache,
} from '../documents/index.js';
import { hashesOf } from '../indexing/commit-changes.js';
import { fingerprint, fingerprintText, isOutOfReach, steadyMs } from '../indexing/file-reading.js';
import type { IndexingPool } from '../indexing/indexing-pool.js';
import type { FileReading } from '../indexing/worker-protocol.js';
import type { IndexView } from '../segment/index.js';
import { Turns } from '../turns.js';
import { pathsOfAddition } from './changed-paths.js';
import type { IndexProgress } from './options.js';
import type { ProblemList } from './problem-list.js';

/** What the files are compared with, and through what. */
export interface DocumentSyncParts {
  readonly filter: DocumentFilter;
  /** What this process has read of the files. */
  readonly cache: StatCache;
  readonly pool: IndexingPool;
  readonly problems: ProblemList;
  readonly maximumBytes: number;
  readonly currentView: () => IndexView;
  readonly onProgress: (progress: IndexProgress) => void;
}

/** A document whose file and index differ. */
interface DirtyDocument {
  /** What the file holds; `undefined` if it is gone or no document; `unread` if nobody has looked yet. */
  readonly contentHash: string | undefined | 'unread';
  readonly sizeBytes: number;
  /** When somebody looked, as `FileReading.beganMs`; undefined if nobody has. */
  readonly readMs?: number;
}

/** Below this many files reading them here is quicker than asking a thread. */
const FEW_FILES = 32;
/** A save is indexed here, without waiting for a thread to start, if all its documents are no longer than this. */
const SMALL_BYTES = 128 * 1024;
/** Files per task of a thread. */
const FILES_PER_TASK = 256;

/** Knows in which documents the files and the index differ, and what could not be read. */
export class DocumentSync {
  readonly #parts: DocumentSyncParts;
  readonly #dirty = new Map<string, DirtyDocument>();
  /** Files that were read and cannot be indexed, by the state they were read in. */
  readonly #skipped = new Map<string, FileReading>();
  /** Paths that a batch under way has. */
  readonly #taken = new Set<string>();
  #hasSwept = false;
  /** What the last comparison of all files met, by its key among the problems. */
  #sweptProblems: ReadonlySet<string> = new Set();
  /** A file was looked at in a folder that may not be entered. */
  #isFolderLocked = false;
  /** What differs, differs from this view too; undefined if that is not known. */
  #settled: IndexView | undefined;

  constructor(parts: DocumentSyncParts) {
    this.#parts = parts;
  }

  /** Documents that wait to be indexed or removed. */
  get pendingCount(): number {
    return this.#dirty.size;
  }

  /** Their paths. */
  get pendingPaths(): Iterable<string> {
    return this.#dirty.keys();
  }

  /** False while the project's folder is gone. */
  get isRootThere(): boolean {
    return isRootThere(this.#parts.filter.rules);
  }

  /** False while everything is gone where documents may be: files that are missing then are no reason to remove them. */
  get arePlacesThere(): boolean {
    return arePlacesThere(this.#parts.filter);
  }

  /** True once all files have been compared with the index. */
  get hasSwept(): boolean {
    return this.#hasSwept;
  }

  /** Files that are left out because they cannot be indexed. */
  get skippedCount(): number {
    return this.#skipped.size;
  }

  /**
   * Compares all files with the index by a stat sweep; only files that may have changed are read.
   * @param options `isThorough` reads every file, whatever its times and size say
   * @returns documents that were not known to differ before
   */
  async sweep({ isThorough = false }: { readonly isThorough?: boolean } = {}): Promise<readonly string[]> {
    const before = new Set(this.#dirty.keys());
    const beganMs = steadyMs();
    const { filter, currentView } = this.#parts;
    if (isThorough) {
      this.#parts.cache.keepOnly(new Set());
      this.#skipped.clear();
    }
    // Ignore files may have changed unseen, and the rest of this class must agree with what is discovered.
    filter.reload();
    const discovery = await discover(filter.rules);
    this.#isFolderLocked = false;
    this.#listProblems(discovery.problems);
    const indexed = currentView();
    // Others may commit between two turns, and segments that a newer generation does not have are closed.
    for (const { segment } of indexed.segments) segment.readNames();
    const { toRead, removed } = await findChanges({ discovery, cache: this.#parts.cache, indexed: indexed.files() });
    const found = new Map(discovery.documents.map((document) => [document.path, document]));
    for (const path of this.#skipped.keys()) if (!found.has(path)) this.#forget(path);
    const known: string[] = [];
    const turns = new Turns();
    for (const path of toRead) {
      if (turns.isOver) await turns.next();
      const document = found.get(path);
      if (document !== undefined && this.#isSkippedAs(path, document)) continue;
      // What the index does not have is read when it is indexed; there is nothing to compare it with.
      if (indexed.find(path) !== undefined) known.push(path);
      else if (!this.#isReadSince(beganMs, path))
        this.#dirty.set(path, { contentHash: 'unread', sizeBytes: document?.sizeBytes ?? 0 });
    }
    for (const path of removed) {
      if (!this.#isReadSince(beganMs, path)) this.#dirty.set(path, { contentHash: undefined, sizeBytes: 0 });
    }
    // They were compared with what may be older than what was settled meanwhile.
    if (currentView() !== indexed) this.#settled = undefined;
    await this.#compare(known);
    const compared = new Set([...toRead, ...removed]);
    for (const path of this.#dirty.keys()) {
      if (turns.isOver) await turns.next();
      if (!compared.has(path) && !this.#isReadSince(beganMs, path)) this.#dropAsFound(path, found.get(path));
    }
    this.#parts.cache.keepOnly(new Set(found.keys()));
    this.#hasSwept = true;
    return [...this.#dirty.keys()].filter((path) => !before.has(path));
  }

  /** Looks at single paths that may have changed. */
  async look(paths: Iterable<string>): Promise<void> {
    const { filter } = this.#parts;
    const documents: string[] = [];
    for (const path of paths) {
      if (filter.accepts(path)) documents.push(path);
      else if (this.#isIndexed(path)) this.#dirty.set(path, { contentHash: undefined, sizeBytes: 0 });
    }
    await this.#compare(documents);
    // What such a folder held stays, and only a comparison of all files tells that it is locked, or no longer.
    if (this.#isFolderLocked || documents.some((path) => this.#isInSweptProblem(path))) await this.sweep();
  }

  /** Documents below a folder that the index has, or that wait to be indexed or removed. */
  *documentsBelow(folder: string): Generator<string> {
    const prefix = `${folder}/`;
    yield* this.#parts.currentView().pathsBeginning(prefix);
    for (const path of this.#dirty.keys()) if (path.startsWith(prefix)) yield path;
  }

  /** Those of the paths at which a file is a document by the rules of now. */
  async documentsOf(paths: readonly string[]): Promise<readonly string[]> {
    const turns = new Turns();
    const documents: string[] = [];
    for (const path of paths) {
      if (turns.isOver) await turns.next();
      if (this.#parts.filter.accepts(path)) documents.push(path);
    }
    return documents;
  }

  /** What the document holds now; `undefined` if there is none, whatever lies at its path. */
  hashNow(path: string): string | undefined {
    const { filter, maximumBytes } = this.#parts;
    return filter.accepts(path) ? fingerprint({ root: filter.rules.root, maximumBytes }, path).contentHash : undefined;
  }

  /** True while somebody works on a batch. */
  get isBatchTaken(): boolean {
    return this.#taken.size > 0;
  }

  /** Some documents to work on that nobody has taken yet, no more than `count` and about `sizeBytes` in all. */
  takeBatch(limits: { readonly count: number; readonly sizeBytes: number }): readonly string[] {
    const batch: string[] = [];
    let sizeBytes = 0;
    for (const [path, dirty] of this.#dirty) {
      if (this.#taken.has(path)) continue;
      if (batch.length >= limits.count || (batch.length > 0 && sizeBytes + dirty.sizeBytes > limits.sizeBytes)) break;
      batch.push(path);
      sizeBytes += dirty.sizeBytes;
    }
    for (const path of batch) this.#taken.add(path);
    return batch;
  }

  /** Reads some documents that nobody has read yet: what cannot be indexed waits for nobody. */
  async readUnread(count: number): Promise<void> {
    const unread: string[] = [];
    for (const [path, { contentHash }] of this.#dirty) {
      if (unread.length === count) break;
      if (contentHash === 'unread' && !this.#taken.has(path)) unread.push(path);
    }
    await this.#compare(unread);
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

  /** True if these pending documents are so little work that a thread is not worth its start. */
  isSmall(paths: readonly string[]): boolean {
    if (paths.length > FEW_FILES) return false;
    return paths.reduce((sum, path) => sum + (this.#dirty.get(path)?.sizeBytes ?? 0), 0) <= SMALL_BYTES;
  }

  /** Takes note of what reading a file came to, unless somebody has read it later. */
  note(reading: FileReading): void {
    const { path, contentHash, state, readAtMs, beganMs, problem } = reading;
    if (isOutOfReach(reading)) {
      this.#isFolderLocked = true;
      this.#dirty.delete(path);
      return;
    }
    const known = this.#dirty.get(path);
    // The batch that the path is in was read a while ago, and the file may have been saved again since.
    if (known?.readMs !== undefined && known.readMs > beganMs) return;
    // Two threads have read it at the same moment: which was first is not known.
    if (known?.readMs === beganMs && known.contentHash !== contentHash) {
      this.note(this.#read(path));
      return;
    }
    if (contentHash !== undefined && state !== undefined)
      this.#parts.cache.remember(path, { state, contentHash, readAtMs });
    else this.#parts.cache.forget(path);
    if (problem === undefined) this.#forget(path);
    else {
      this.#skipped.set(path, reading);
      this.#parts.problems.set(`document ${path}`, problem);
    }
    // What a batch under way will make of the index is not what the index has now; `settle` compares with that.
    if (this.#indexedHash(path) === contentHash && !this.#taken.has(path)) this.#dirty.delete(path);
    else this.#dirty.set(path, { contentHash, sizeBytes: state?.sizeBytes ?? 0, readMs: beganMs });
  }

  /** Drops what the index has by now, whoever indexed it. */
  settle(): void {
    const view = this.#parts.currentView();
    const before = this.#settled;
    this.#settled = view;
    if (view === before || this.#dirty.size === 0) return;
    // Where segments were only added, nothing has changed but what they name.
    const named = before && pathsOfAddition(before, view);
    for (const path of named ?? this.#dirty.keys()) this.#drop(path, view);
  }

  /** Drops the path if the view has what its file holds, unless a batch under way has it. */
  #drop(path: string, view: IndexView): void {
    const dirty = this.#dirty.get(path);
    if (dirty === undefined || this.#taken.has(path)) return;
    const indexed = hashesOf(view).find(path);
    // Changes since the first look come through the watcher, so an index that has an unread file has it as it was.
    const isSettled = dirty.contentHash === 'unread' ? indexed !== undefined : indexed === dirty.contentHash;
    if (isSettled) this.#dirty.delete(path);
  }

  /** Drops the path if the index has what was found there, nothing included, without it being read. */
  #dropAsFound(path: string, document: FoundDocument | undefined): void {
    const onDisk = document && this.#parts.cache.findContentHash(path, document);
    if (document !== undefined && onDisk === undefined) return;
    if (onDisk === this.#indexedHash(path) && !this.#taken.has(path)) this.#dirty.delete(path);
  }

  async #compare(paths: readonly string[]): Promise<void> {
    const { filter, pool, maximumBytes, onProgress } = this.#parts;
    const { root } = filter.rules;
    if (paths.length <= FEW_FILES) {
      for (const path of paths) this.note(this.#read(path));
      return;
    }
    for (let first = 0; first < paths.length; first += FILES_PER_TASK) {
      const slice = paths.slice(first, first + FILES_PER_TASK);
      for (const reading of await pool.fingerprint(root, slice, maximumBytes)) this.note(reading);
      onProgress({ phase: 'comparing', done: first + slice.length, total: paths.length });
    }
  }

  #read(path: string): FileReading {
    const { filter, maximumBytes } = this.#parts;
    return fingerprintText({ root: filter.rules.root, maximumBytes }, path);
  }

  /** True if it was found to differ later than all files began to be compared: it may be another by now. */
  #isReadSince(steadyTimeMs: number, path: string): boolean {
    return (this.#dirty.get(path)?.readMs ?? 0) >= steadyTimeMs;
  }

  #isSkippedAs(
    path: string,
    state: { readonly sizeBytes: number; readonly changedMs: number; readonly inode: number },
  ): boolean {
    const before = this.#skipped.get(path)?.state;
    return (
      before?.sizeBytes === state.sizeBytes && before.changedMs === state.changedMs && before.inode === state.inode
    );
  }

  /** Lists what a comparison of all files has met, and takes away what an earlier one had. */
  #listProblems(met: readonly DocumentProblem[]): void {
    const { problems } = this.#parts;
    const keys = new Set(met.map(({ path }) => `folder ${path}`));
    for (const key of this.#sweptProblems) if (!keys.has(key)) problems.clear(key);
    for (const problem of met) problems.set(`folder ${problem.path}`, problem);
    this.#sweptProblems = keys;
  }

  #isInSweptProblem(path: string): boolean {
    if (this.#sweptProblems.size === 0) return false;
    return this.#sweptProblems.has(`folder ${posix.dirname(path)}`);
  }

  #forget(path: string): void {
    this.#skipped.delete(path);
    this.#parts.problems.clear(`document ${path}`);
  }

  #isIndexed(path: string): boolean {
    return this.#indexedHash(path) !== undefined;
  }

  #indexedHash(path: string): string | undefined {
    return hashesOf(this.#parts.currentView()).find(path);
  }
}
