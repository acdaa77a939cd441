import { FUNCTION } from '../../arguments/index.js';
import { isStoreError, type SnapshotStore, StoreError } from '../../store/index.js';
import { answerDocument } from '../answers/document-answer.js';
import { answerLinks } from '../answers/links-answer.js';
import { answerList } from '../answers/list-answer.js';
import { answerRelated } from '../answers/related-answer.js';
import { answerSearch, type EmbedQuery } from '../answers/search-answer.js';
import { StatCache } from '../documents/index.js';
import { SearchError } from '../errors.js';
import {
  readCollect,
  readComparison,
  readDocumentRequest,
  readHistory,
  readIndexNow,
  readLinks,
  readList,
  readRelated,
  readRollback,
  readSearch,
  readStatus,
  readTag,
  readVerify,
  requireAllowed,
  requireText,
} from '../request-checks.js';
import type {
  CollectAnswer,
  CollectRequest,
  ComparisonAnswer,
  ComparisonRequest,
  DocumentAnswer,
  DocumentRequest,
  DocumentsChanged,
  HistoryAnswer,
  HistoryRequest,
  IndexNowAnswer,
  IndexWrites,
  LinksAnswer,
  LinksRequest,
  ListAnswer,
  ListRequest,
  LiveAnswer,
  ReindexAnswer,
  RelatedAnswer,
  RelatedRequest,
  ResumeAnswer,
  RollbackAnswer,
  RollbackRequest,
  SearchAnswer,
  SearchRequest,
  StatusAnswer,
  StatusRequest,
  TagAnswer,
  TagRequest,
  VerifyAnswer,
  VerifyRequest,
} from '../requests/index.js';
import { Answering } from './answering.js';
import { DocumentChanges } from './document-changes.js';
import { DocumentFiles } from './document-files.js';
import { findFrontMatterProblems } from './front-matter-problems.js';
import { IndexLocation } from './index-location.js';
import { indexPlaceOf } from './index-place.js';
import { IndexReader } from './index-reader.js';
import { openProjectStore } from './open-project-store.js';
import { type ProjectIndexOptions, requireOpening } from './options.js';
import { requireOwnIndex } from './other-project.js';
import { ProblemList } from './problem-list.js';
import { ProjectEmbedder } from './project-embedder.js';
import { ProjectGenerations } from './project-generations.js';
import { ProjectStatus } from './project-status.js';
import { type IndexNowRequest, ProjectWork } from './project-work.js';
import { requireNotReadOnly } from './read-only.js';
import { orWhySkipped } from './skipped-document.js';
import { NOTHING_TO_COLLECT, NOTHING_TO_VERIFY } from './status.js';
import { UnfollowedFiles } from './unfollowed-files.js';

const LONGEST_CLIENT_NAME = 100;

/**
 * The index of one project, as one of any number of processes has it open. It answers from the newest generation that
 * is loaded and says when that may be behind the files.
 */
export class ProjectIndex implements AsyncDisposable {
  readonly #options: ProjectIndexOptions;
  readonly #store: SnapshotStore | undefined;
  readonly #reader: IndexReader;
  readonly #problems: ProblemList;
  readonly #work: ProjectWork | undefined;
  readonly #embedder: ProjectEmbedder;
  readonly #answering: Answering;
  /** `undefined` where there is no index and none may be made. */
  readonly #generations: ProjectGenerations | undefined;
  readonly #status: ProjectStatus;
  readonly #changes: DocumentChanges[] = [];
  #closing: Promise<void> | undefined;

  /**
   * Opens the index and loads its newest generation; indexes nothing yet.
   * @throws StoreError as `SnapshotStore.open`; SearchError NOT_AN_INDEX, INDEX_OF_OTHER_PROJECT (mode `serve`), SEGMENT_FORMAT_NEWER, INVALID_REQUEST
   */
  static async open(options: ProjectIndexOptions): Promise<ProjectIndex> {
    requireOpening(options);
    const problems = new ProblemList(options.onProblem ?? (() => {}));
    const store = await openProjectStore(options, problems);
    const reader = new IndexReader(store, problems, {
      isVerifying: options.mode !== 'read',
      location: new IndexLocation(options.indexPath),
    });
    try {
      await reader.refresh();
      if (options.mode === 'serve' && store?.describe().readOnlyReason === undefined)
        requireOwnIndex(options, reader.current);
    } catch (error) {
      await store?.close();
      throw error;
    }
    return new ProjectIndex(options, { store, reader, problems });
  }

  private constructor(
    options: ProjectIndexOptions,
    parts: {
      readonly store: SnapshotStore | undefined;
      readonly reader: IndexReader;
      readonly problems: ProblemList;
    },
  ) {
    this.#options = options;
    this.#store = parts.store;
    this.#reader = parts.reader;
    this.#problems = parts.problems;
    const { store } = parts;
    this.#embedder = new ProjectEmbedder(options.embedding ?? { embedder: 'local' }, parts.problems);
    const { root, maximumFileBytes: maximumBytes } = options;
    const cache = new StatCache();
    const canWork = options.mode !== 'read' && store !== undefined && store.describe().readOnlyReason === undefined;
    this.#work = canWork ? new ProjectWork(options, { ...parts, store, cache, embedder: this.#embedder }) : undefined;
    const { isShared, patienceMs } = indexPlaceOf(options);
    const comparesFiles = options.readOnly !== true && (options.mode === 'read' || (!canWork && !isShared));
    const unfollowed = comparesFiles ? new UnfollowedFiles(options, store) : undefined;
    // Whoever adds nothing to an index that others make need not have the documents.
    const onlyReads = this.#work === undefined && unfollowed === undefined;
    const mayBeElsewhere = options.readOnly === true || (isShared && onlyReads);
    this.#answering = new Answering({
      ...parts,
      files: new DocumentFiles({ root, maximumBytes, cache, mayBeElsewhere }),
      work: this.#work,
      unfollowed,
      patienceMs,
      requireOpen: () => this.#requireOpen(),
      requireStore: () => this.#requireStore(),
    });
    const answering = this.#answering;
    this.#generations = store && new ProjectGenerations(options, { store, reader: parts.reader, answering });
    this.#status = new ProjectStatus(options, {
      ...parts,
      embedder: this.#embedder,
      answering,
      work: this.#work,
      unfollowed,
    });
  }

  /** Begins to watch, index and follow in the background (mode `serve`). */
  start(): void {
    if (this.#options.mode === 'serve' && this.#closing === undefined) this.#work?.start();
  }

  /**
   * Indexes what differs from the files now; an instance that follows them (mode `serve`) reads every file for it.
   * @throws StoreError STORE_HELD, STORE_READ_ONLY, LOCK_TIMEOUT, NO_SPACE, …; SearchError INDEX_OF_OTHER_PROJECT, INDEX_CLOSED; the reason of an aborted `signal`
   */
  async indexNow(request: IndexNowRequest = {}): Promise<IndexNowAnswer> {
    this.#requireOpen();
    const totals = await this.#requireWork()
      .indexNow(readIndexNow(request))
      .catch(async (error: unknown) => {
        // Files that cannot be indexed are told under a hold too.
        if (isStoreError(error, 'STORE_HELD')) await this.#warnOfFrontMatter();
        throw error;
      });
    const index = this.#reader.current;
    const { missing } = this.#status.describeEmbedding(index);
    await this.#warnOfFrontMatter();
    return { generation: index.generation, ...totals, withoutVectors: missing };
  }

  /** As `indexNow`, with where the answer comes from. */
  async reindex(request: IndexNowRequest = {}): Promise<ReindexAnswer> {
    const outcome = await this.indexNow(request);
    return { ...outcome, ...this.#answering.origin(), documents: this.#reader.current.view.documentCount };
  }

  /** Passages that answer a query, best first. @throws SearchError INVALID_REQUEST */
  async search(request: SearchRequest): Promise<SearchAnswer> {
    const asked = readSearch(request);
    const embedder = this.#embedder;
    const embedQuery: EmbedQuery = (query, view) => embedder.embedQuery(query, view);
    return this.#answering.ask(asked, (current, files) =>
      answerSearch(current, asked, { embedQuery, files, ranking: embedder.ranking }),
    );
  }

  /**
   * A document, whole or in part.
   * @throws SearchError DOCUMENT_NOT_FOUND, INVALID_REQUEST; DOCUMENT_NOT_UTF8, DOCUMENT_TOO_LARGE or DOCUMENT_UNREADABLE
   * of a file that is known to be left out
   */
  async document(request: DocumentRequest): Promise<DocumentAnswer> {
    const asked = readDocumentRequest(request);
    const asking = this.#answering.ask(asked, (current, files) => answerDocument(current(), asked, files));
    return asking.catch((error: unknown) => {
      throw orWhySkipped(error, asked, this.#problems);
    });
  }

  /** The documents by path. @throws SearchError INVALID_REQUEST */
  async list(request: ListRequest = {}): Promise<ListAnswer> {
    const asked = readList(request);
    return this.#answering.ask(asked, (current) => answerList(current(), asked));
  }

  /** What a document links to, what links to it, and what says similar things. @throws SearchError DOCUMENT_NOT_FOUND */
  async related(request: RelatedRequest): Promise<RelatedAnswer> {
    const asked = readRelated(request);
    return this.#answering.ask(asked, (current, files) => answerRelated(current, asked, files));
  }

  /** Which document links to which, what nothing links to, and what leads nowhere. @throws SearchError INVALID_REQUEST */
  async links(request: LinksRequest = {}): Promise<LinksAnswer> {
    const asked = readLinks(request);
    return this.#answering.ask({}, (current, files) => answerLinks(current, asked, files));
  }

  /** How the index and its instances are; as of an older generation, what that one holds. */
  async status(request: StatusRequest = {}): Promise<StatusAnswer> {
    return this.#status.read(readStatus(request));
  }

  /** The part of the status that may change from one moment to the next; cheap enough to be asked for every second. */
  async live(): Promise<LiveAnswer> {
    return this.#status.readLive();
  }

  /** What this process has written. */
  get writes(): IndexWrites {
    return this.#work?.writes ?? { commits: 0, rebases: 0 };
  }

  /**
   * Calls `listener` at every newer generation, by any process, until the returned function is called. What it throws is
   * a problem in the status.
   */
  watch(listener: () => void): () => void {
    this.#requireOpen();
    return this.#store?.watch(listener) ?? (() => {});
  }

  /** The generations, newest first. @throws SearchError INVALID_REQUEST */
  async history(request: HistoryRequest = {}): Promise<HistoryAnswer> {
    const asked = readHistory(request);
    return this.#openGenerations()?.history(asked) ?? { generations: [], olderTagged: [] };
  }

  /**
   * What differs between the documents of two generations, page by page.
   * @throws StoreError TAG_NOT_FOUND, GENERATION_NOT_FOUND, GENERATION_EXPIRED; SearchError INVALID_REQUEST
   */
  async compare(request: ComparisonRequest): Promise<ComparisonAnswer> {
    const asked = readComparison(request);
    return this.#requireGenerations().compare(asked);
  }

  /**
   * Names a generation and keeps it until the name is taken away.
   * @throws StoreError TAG_EXISTS, INVALID_NAME, TAG_NOT_FOUND, GENERATION_NOT_FOUND, GENERATION_EXPIRED, STORE_READ_ONLY
   */
  async tag(request: TagRequest): Promise<TagAnswer> {
    const wanted = readTag(request);
    return this.#requireWritable().tag(wanted);
  }

  /** Takes a name away; what it named may be collected. @throws StoreError TAG_NOT_FOUND, STORE_READ_ONLY */
  async untag(name: string): Promise<void> {
    await this.#requireWritable().untag(name);
  }

  /** The generation that a number, a tag or a time names. @throws as `chosenGeneration` */
  async findGeneration(word: string): Promise<number> {
    requireText('word', word);
    return this.#requireGenerations().find(word);
  }

  /**
   * Puts the content of an older generation in place, as a new one, and holds the index there until `resume`.
   * @throws StoreError GENERATION_NOT_FOUND, GENERATION_EXPIRED, STORE_READ_ONLY, …
   */
  async rollback(request: RollbackRequest): Promise<RollbackAnswer> {
    const wanted = readRollback(request);
    return this.#requireWritable().rollback(wanted);
  }

  /**
   * Ends a hold: an instance that follows the files then catches up with them, else `indexNow` does.
   * @throws StoreError STORE_READ_ONLY, …
   */
  async resume(): Promise<ResumeAnswer> {
    return this.#requireWritable().resume();
  }

  /** Deletes generations beyond the retention. @throws StoreError STORE_READ_ONLY */
  async collect(request: CollectRequest = {}): Promise<CollectAnswer> {
    const wanted = readCollect(request);
    const generations = this.#openGenerations();
    if (wanted.dryRun !== true) requireNotReadOnly(this.#options);
    return generations?.collect(wanted) ?? NOTHING_TO_COLLECT;
  }

  /** Compares every file of the index with its checksum. */
  async verify(request: VerifyRequest = {}): Promise<VerifyAnswer> {
    const asked = readVerify(request);
    return this.#openGenerations()?.verify(asked) ?? NOTHING_TO_VERIFY;
  }

  /** Calls `listener` when documents of the index change, whichever instance commits it, until the index is closed. */
  onDocumentsChanged(listener: (changed: DocumentsChanged) => void): void {
    requireAllowed('listener', listener, FUNCTION);
    this.#requireOpen();
    if (this.#store !== undefined) this.#changes.push(new DocumentChanges(this.#store, this.#reader, listener));
  }

  /** Names this instance in `status`. */
  setClient(name: string): void {
    requireText('name', name);
    // A client on the other side of a connection may call itself anything.
    this.#store?.introduce({ client: name.slice(0, LONGEST_CLIENT_NAME) }).catch(() => {
      // A name that cannot be recorded changes nothing that anybody relies on.
    });
  }

  /** Leaves at once: indexing under way is abandoned and done by another instance, or by the next. */
  async close(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  /** As `close`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    this.#embedder.close();
    for (const changes of this.#changes) changes.close();
    await this.#work?.close();
    this.#reader.close();
    await this.#store?.close();
  }

  /** Whoever follows the files tells it in the status. */
  async #warnOfFrontMatter(): Promise<void> {
    const { mode, onProblem } = this.#options;
    if (mode !== 'once' || onProblem === undefined) return;
    for (const problem of await findFrontMatterProblems(() => this.#reader.current)) onProblem(problem);
  }

  #requireOpen(): void {
    if (this.#closing === undefined) return;
    throw new SearchError('INDEX_CLOSED', 'the index was closed', { remedy: 'Open it again.' });
  }

  #requireStore(): SnapshotStore {
    if (this.#store !== undefined) return this.#store;
    throw this.#noIndex();
  }

  #noIndex(): SearchError {
    return new SearchError('GENERATION_NOT_FOUND', `index ${this.#options.indexPath}: there is none yet`, {
      remedy: 'Run `snapdex index` or start a server on the project first.',
    });
  }

  /** @throws SearchError INDEX_CLOSED, INDEX_OF_OTHER_PROJECT */
  #openGenerations(): ProjectGenerations | undefined {
    this.#requireOpen();
    this.#reader.requireSamePlace();
    return this.#generations;
  }

  #requireGenerations(): ProjectGenerations {
    const generations = this.#openGenerations();
    if (generations !== undefined) return generations;
    throw this.#noIndex();
  }

  #requireWritable(): ProjectGenerations {
    requireNotReadOnly(this.#options);
    return this.#requireGenerations();
  }

  #requireWork(): ProjectWork {
    requireNotReadOnly(this.#options);
    if (this.#work !== undefined) return this.#work;
    const reason = this.#store?.describe().readOnlyReason ?? 'it was opened for reading';
    throw new StoreError('STORE_READ_ONLY', `index ${this.#options.indexPath}: ${reason}`, {
      remedy:
        'Make the index directory writable for this user, or choose another one with `--index-path` (`index_path`).',
    });
  }
}

export type { IndexProblem, IndexProgress, ProjectIndexOptions } from './options.js';
