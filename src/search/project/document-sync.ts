import { posix } from 'node:path';
import {
  arePlacesThere,
  type DocumentFilter,
  type DocumentProblem,
  discover,
  type FoundDocument,
  findChanges,
  isRootThere,
  statUnlessUnreadable,
} from '../documents/index.js';
import { hashesOf } from '../indexing/commit-changes.js';
import { fingerprint, fingerprintText, isOutOfReach, steadyMs } from '../indexing/file-reading.js';
import type { IndexingPool } from '../indexing/indexing-pool.js';
import type { FileReading } from '../indexing/worker-protocol.js';
import { Turns } from '../turns.js';
import type { IndexProgress } from './options.js';
import { PendingDocuments, type PendingDocumentsParts, type SeenDocument } from './pending-documents.js';
import type { ProblemList } from './problem-list.js';

/** What the files are compared with, and through what. */
export interface DocumentSyncParts extends Omit<PendingDocumentsParts, 'isDocument' | 'look'> {
  readonly filter: DocumentFilter;
  readonly pool: IndexingPool;
  readonly problems: ProblemList;
  readonly maximumBytes: number;
  readonly onProgress: (progress: IndexProgress) => void;
}

/** Below this many files reading them here is quicker than asking a thread. */
const FEW_FILES = 32;
/** Files per task of a thread. */
const FILES_PER_TASK = 256;

/** Knows in which documents the files and the index differ, and what could not be read. */
export class DocumentSync {
  readonly #parts: DocumentSyncParts;
  /** What differs. */
  readonly pending: PendingDocuments;
  /** Files that were read and cannot be indexed, by the state they were read in. */
  readonly #skipped = new Map<string, FileReading>();
  #hasSwept = false;
  /** What the last comparison of all files met, by its key among the problems. */
  #sweptProblems: ReadonlySet<string> = new Set();
  /** A file was looked at in a folder that may not be entered. */
  #isFolderLocked = false;

  constructor(parts: DocumentSyncParts) {
    this.#parts = parts;
    this.pending = new PendingDocuments({
      ...parts,
      isDocument: (path) => parts.filter.accepts(path),
      look: (path) => this.#see(path),
    });
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
    const before = new Set(this.pending.paths);
    const beganMs = steadyMs();
    const { filter, current } = this.#parts;
    if (isThorough) {
      this.#parts.cache.keepOnly(new Set());
      this.#skipped.clear();
    }
    // Ignore files may have changed unseen, and the rest of this class must agree with what is discovered.
    filter.reload();
    const discovery = await discover(filter.rules);
    this.#isFolderLocked = false;
    this.#listProblems(discovery.problems);
    const index = current();
    const indexed = index.view;
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
      if (document !== undefined && this.#isSkippedAs(path, document)) {
        // A rollback may have brought back what the file held when it could be indexed.
        if (indexed.find(path) !== undefined && this.#seenSkipped(path) === 'none')
          this.pending.add(path, { contentHash: undefined, sizeBytes: 0 });
        continue;
      }
      // What the index does not have is read when it is indexed; there is nothing to compare it with.
      if (indexed.find(path) !== undefined) known.push(path);
      else if (!this.#isReadSince(beganMs, path))
        this.pending.add(path, { contentHash: 'unread', sizeBytes: document?.sizeBytes ?? 0 });
    }
    for (const path of removed) {
      if (!this.#isReadSince(beganMs, path)) this.pending.add(path, { contentHash: undefined, sizeBytes: 0 });
    }
    this.pending.comparedWith(index);
    await this.#compare(known);
    const compared = new Set([...toRead, ...removed]);
    for (const path of this.pending.paths) {
      if (turns.isOver) await turns.next();
      if (!compared.has(path) && !this.#isReadSince(beganMs, path)) this.#dropAsFound(path, found.get(path));
    }
    this.#parts.cache.keepOnly(new Set(found.keys()));
    // Of what another has committed meanwhile, only this tells: its own telling came before.
    this.pending.settle();
    this.#hasSwept = true;
    return [...this.pending.paths].filter((path) => !before.has(path));
  }

  /** Looks at single paths that may have changed. */
  async look(paths: Iterable<string>): Promise<void> {
    const { filter } = this.#parts;
    const documents: string[] = [];
    for (const path of paths) {
      if (filter.accepts(path)) documents.push(path);
      else if (this.#isIndexed(path)) this.pending.add(path, { contentHash: undefined, sizeBytes: 0 });
    }
    await this.#compare(documents);
    // What such a folder held stays, and only a comparison of all files tells that it is locked, or no longer.
    if (this.#isFolderLocked || documents.some((path) => this.#isInSweptProblem(path))) await this.sweep();
  }

  /** Documents below a folder that the index has, or that wait to be indexed or removed. */
  *documentsBelow(folder: string): Generator<string> {
    const prefix = `${folder}/`;
    yield* this.#parts.current().view.pathsBeginning(prefix);
    for (const path of this.pending.paths) if (path.startsWith(prefix)) yield path;
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

  /** Reads some documents that nobody has read yet: what cannot be indexed waits for nobody. */
  async readUnread(count: number): Promise<void> {
    await this.#compare(this.pending.unread(count));
  }

  /** Takes note of what reading a file came to, unless somebody has read it later. */
  note(reading: FileReading): void {
    const { path, contentHash, state, readAtMs, beganMs, problem } = reading;
    if (isOutOfReach(reading)) {
      this.#isFolderLocked = true;
      this.pending.delete(path);
      return;
    }
    const known = this.pending.find(path);
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
    if (this.#indexedHash(path) === contentHash && !this.pending.isTaken(path)) this.pending.delete(path);
    else this.pending.add(path, { contentHash, sizeBytes: state?.sizeBytes ?? 0, readMs: beganMs });
  }

  #see(path: string): SeenDocument {
    const { root } = this.#parts.filter.rules;
    if (this.#skipped.has(path)) return this.#seenSkipped(path);
    const status = statUnlessUnreadable(posix.join(root, path));
    if (status === 'unreadable') return 'unknown';
    if (status?.isFile() === true) return status.size;
    return this.arePlacesThere ? 'none' : 'unknown';
  }

  /** What a file that was skipped is to the index. Another user may have the right to read one that this one may not. */
  #seenSkipped(path: string): 'none' | 'unknown' {
    return this.#skipped.get(path)?.problem?.code === 'DOCUMENT_UNREADABLE' ? 'unknown' : 'none';
  }

  /** Drops the path if the index has what was found there, nothing included, without it being read. */
  #dropAsFound(path: string, document: FoundDocument | undefined): void {
    const onDisk = document && this.#parts.cache.findContentHash(path, document);
    if (document !== undefined && onDisk === undefined) return;
    if (onDisk === this.#indexedHash(path)) this.pending.agree(path);
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
    return (this.pending.find(path)?.readMs ?? 0) >= steadyTimeMs;
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
    return hashesOf(this.#parts.current().view).find(path);
  }
}
