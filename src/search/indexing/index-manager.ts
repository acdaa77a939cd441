import type { Check } from '../../arguments/index.js';
import { isStoreError, SnapshotStore } from '../../store/index.js';
import { type AnalysedDocument, analyseDocument } from '../analysis/index.js';
import { NO_FILES } from '../answers/current-files.js';
import { answerSearch, embeddingBy } from '../answers/search-answer.js';
import { type Embedder, LocalEmbedder } from '../embedding/index.js';
import { SearchError } from '../errors.js';
import { readQueryOptions, requireAllowed, requireText } from '../request-checks.js';
import type { SearchRequest, SearchResult } from '../requests/index.js';
import { memorySource, openSegment } from '../segment/index.js';
import { BackgroundMerging } from './background-merging.js';
import type { DocumentChange } from './changeset.js';
import { type CommitOutcome, commitChanges, hashesOf } from './commit-changes.js';
import { DocumentBatch } from './document-batch.js';
import { type IndexManagerOptions, NAME, storeOptionsAmong } from './index-manager-options.js';
import { withLockPatience } from './lock-patience.js';
import { mergeFilesInTurns } from './merge-files.js';
import type { SegmentMaker } from './new-segment.js';
import { type LoadedIndex, SegmentCatalog } from './segment-catalog.js';

const CONTENT: Check = {
  expected: 'a text or its bytes in UTF-8',
  allows: (value) => typeof value === 'string' || value instanceof Uint8Array,
};
const DOCUMENT_PATH: Check = {
  expected: 'a plain relative path, with "/" between folders and no segment that is empty, "." or ".."',
  allows: (value) =>
    !String(value)
      .split('/')
      .some((segment) => ['', '.', '..'].includes(segment)),
};

type Pending = { readonly document: AnalysedDocument } | { readonly document: undefined };

/**
 * An index that several processes share: documents are put in and taken out in memory, `persist` makes it one
 * generation. Two managers that persist different documents at the same time end with both; where both changed one
 * document, the later persist has it.
 */
export class IndexManager implements AsyncDisposable {
  readonly #store: SnapshotStore;
  readonly #embedder: Embedder;
  readonly #patienceMs: number;
  readonly #catalog: SegmentCatalog;
  readonly #pending = new Map<string, Pending>();
  #index: LoadedIndex;
  #loading: Promise<void> = Promise.resolve();
  readonly #merging: BackgroundMerging;
  readonly #persisting = new Set<Promise<unknown>>();
  #isClosed = false;

  /**
   * Opens the index in a directory, making it if it is missing.
   * @throws StoreError and SearchError as `load`; also INVALID_OPTION for what is no embedder
   */
  static async open(directory: string, options: IndexManagerOptions = {}): Promise<IndexManager> {
    const store = await SnapshotStore.open(directory, storeOptionsAmong(options));
    try {
      const catalog = new SegmentCatalog();
      const index = await loadNewest(store, catalog);
      return new IndexManager(store, catalog, index, options);
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  private constructor(store: SnapshotStore, catalog: SegmentCatalog, index: LoadedIndex, options: IndexManagerOptions) {
    this.#store = store;
    this.#catalog = catalog;
    this.#index = index;
    this.#embedder = options.embedder ?? new LocalEmbedder();
    this.#patienceMs = options.persistPatienceMs ?? 60_000;
    this.#merging = new BackgroundMerging({
      store,
      catalog,
      merge: async (inputs, dropTombstones) => {
        const { id, dimension } = this.#embedder;
        return mergeFilesInTurns(inputs, dropTombstones, { id, dimension });
      },
      load: () => this.#load(),
    });
  }

  /** The generation that is loaded; 0 before the first. */
  get generation(): number {
    return this.#index.generation;
  }

  /** Documents of the loaded generation with the pending changes applied. */
  get documentCount(): number {
    const { view } = this.#index;
    let count = view.documentCount;
    for (const [path, { document }] of this.#pending) {
      const isIndexed = view.find(path) !== undefined;
      if (document !== undefined && !isIndexed) count += 1;
      if (document === undefined && isIndexed) count -= 1;
    }
    return count;
  }

  /** Changes that are not persisted yet. */
  get pendingCount(): number {
    return this.#pending.size;
  }

  /**
   * Puts a document in, or replaces it; queries see it at once, other processes after `persist`.
   * @param path names the document, relative, with `/`; a leading `./` is left out
   * @throws SearchError DOCUMENT_NOT_UTF8, INVALID_REQUEST, INDEX_CLOSED
   */
  indexDocument(path: string, content: string | Uint8Array): void {
    this.#requireOpen();
    const name = plainPath(path);
    requireAllowed('content', content, CONTENT);
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    this.#pending.set(name, { document: analyseDocument({ path: name, bytes }) });
  }

  /** Takes a document out; false if there was none. @throws SearchError INVALID_REQUEST, INDEX_CLOSED */
  removeDocument(path: string): boolean {
    this.#requireOpen();
    const name = plainPath(path);
    const pending = this.#pending.get(name);
    const isThere = pending === undefined ? this.#index.view.find(name) !== undefined : pending.document !== undefined;
    if (isThere) this.#pending.set(name, { document: undefined });
    return isThere;
  }

  /**
   * Commits the pending changes as one generation, on top of whatever others committed meanwhile. What fails stays
   * pending.
   * @throws StoreError as `SnapshotStore.update`; LOCK_TIMEOUT only after `persistPatienceMs`; SearchError SEGMENT_DAMAGED,
   *   INDEX_CLOSED
   */
  async persist(): Promise<CommitOutcome> {
    this.#requireOpen();
    const persisting = this.#persistPending();
    this.#persisting.add(persisting);
    try {
      return await persisting;
    } finally {
      this.#persisting.delete(persisting);
    }
  }

  /**
   * Waits until segments are merged as far as they should be, and all that was persisted is durable.
   * @throws what merging or the disk said; what was persisted is readable all the same
   */
  async flush(): Promise<void> {
    this.#requireOpen();
    await this.#merging.finish();
    await this.#store.flush();
  }

  /** Loads the newest generation; only segments that are new are read. */
  async load(): Promise<void> {
    this.#requireOpen();
    return this.#load();
  }

  async #load(): Promise<void> {
    // One after another: an earlier look must not be shown after a later one.
    const turn = this.#loading.then(async () => {
      this.#index = await loadNewest(this.#store, this.#catalog);
    });
    this.#loading = turn.catch(() => {});
    return turn;
  }

  /**
   * The passages that answer a query, best first, pending changes included.
   * @throws SearchError INVALID_REQUEST; INDEX_CLOSED; SEGMENT_DAMAGED if what it needs of the index is not what was written
   */
  async query(query: string, options: Omit<SearchRequest, 'query' | 'asOf'> = {}): Promise<readonly SearchResult[]> {
    this.#requireOpen();
    requireText('query', query);
    const request = { ...readQueryOptions(options), query };
    for (;;) {
      const index = await this.#withPending();
      try {
        const means = { embedQuery: embeddingBy(this.#embedder), files: NO_FILES };
        const answer = await answerSearch(() => index, request, means);
        return answer.results;
      } catch (error) {
        // A newer generation was loaded meanwhile, and segments that it does not have were closed.
        const isOutdated = error instanceof SearchError && error.code === 'INDEX_CLOSED' && index !== this.#index;
        if (!isOutdated || this.#isClosed) throw error;
      }
    }
  }

  /** Waits for what is being persisted; merging stops. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled([this.#merging.close(), this.#loading, ...this.#persisting]);
    this.#catalog.close();
    await this.#store.close();
  }

  /** As `close`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #requireOpen(): void {
    if (!this.#isClosed) return;
    throw new SearchError('INDEX_CLOSED', 'the index was closed', { remedy: 'Open it again.' });
  }

  async #persistPending(): Promise<CommitOutcome> {
    // Who only asks need not wait for it, but nothing is built on what is damaged.
    this.#catalog.startVerifying();
    const taken = new Map(this.#pending);
    const batch = new DocumentBatch(documentsOf(taken));
    const changes = this.#changesOf(taken);
    const wanted = {
      changes,
      maker: makerOf(batch, this.#embedder),
      isCurrent: () => true,
      reasonFor: () => 'persist',
    };
    const outcome = await withLockPatience(() => commitChanges(this.#store, this.#catalog, wanted), this.#patienceMs);
    for (const [path, change] of taken) if (this.#pending.get(path) === change) this.#pending.delete(path);
    await this.#load();
    this.#merging.afterCommit();
    return outcome;
  }

  async #withPending(): Promise<LoadedIndex> {
    if (this.#pending.size === 0) return this.#index;
    const documents = documentsOf(this.#pending);
    const tombstones = [...this.#pending].filter(([, change]) => change.document === undefined).map(([path]) => path);
    const paths = new Set(documents.map((document) => document.path));
    const bytes = await new DocumentBatch(documents).build({ paths, tombstones }, this.#embedder);
    const { view } = this.#index;
    const segments = view.segments.map((part) => part.segment);
    return { ...this.#index, view: view.advance([...segments, openSegment('pending', memorySource(bytes))]) };
  }

  #changesOf(pending: ReadonlyMap<string, Pending>): readonly DocumentChange[] {
    const indexed = hashesOf(this.#index.view);
    return [...pending].map(([path, { document }]) => ({
      path,
      contentHash: document?.contentHash,
      seenHash: indexed.find(path),
    }));
  }
}

/** A document's path without a leading `./`. @throws SearchError INVALID_REQUEST for what is no plain relative path */
function plainPath(path: string): string {
  requireAllowed('document path', path, NAME);
  const plain = path.replace(/^(?:\.\/+)+/u, '');
  requireAllowed('document path', plain, DOCUMENT_PATH);
  return plain;
}

/** The newest generation, as what queries see from now on. */
async function loadNewest(store: SnapshotStore, catalog: SegmentCatalog): Promise<LoadedIndex> {
  for (;;) {
    try {
      const index = await catalog.load(await store.snapshot());
      catalog.show(index);
      return index;
    } catch (error) {
      // Collected while we looked: there is a newer one.
      if (!isStoreError(error, 'GENERATION_EXPIRED')) throw error;
    }
  }
}

function documentsOf(pending: ReadonlyMap<string, Pending>): readonly AnalysedDocument[] {
  return [...pending.values()].flatMap(({ document }) => document ?? []);
}

function makerOf(batch: DocumentBatch, embedder: Embedder): SegmentMaker {
  return {
    embedder,
    chunkHashes: () => batch.chunkHashes(),
    adopt: async (vectors) => batch.adopt(vectors),
    build: (selection) => batch.build(selection, embedder),
  };
}
