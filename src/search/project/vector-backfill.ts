import { isStoreError, type SnapshotStore } from '../../store/index.js';
import { type Embedder, type OpenEmbedder, type QuantizedVector, quantize } from '../embedding/index.js';
import { SearchError } from '../errors.js';
import { commitVectors } from '../indexing/commit-vectors.js';
import type { IndexingPool, ThreadBatch } from '../indexing/indexing-pool.js';
import { findVectors } from '../indexing/new-segment.js';
import type { StoredText } from '../indexing/worker-protocol.js';
import { documentsLackingVectors, type IndexView, kindIn, lackingVectors, vectorCoverage } from '../segment/index.js';
import type { IndexPlace } from './index-place.js';
import type { IndexReader } from './index-reader.js';
import { mergeWhileDue } from './merging.js';
import type { IndexProgress } from './options.js';
import { PastVectors } from './past-vectors.js';
import { type ProblemList, problemOf } from './problem-list.js';
import type { ProjectEmbedder } from './project-embedder.js';
import { Retries } from './retries.js';

/** What embedding works with. */
export interface VectorBackfillParts {
  readonly store: SnapshotStore;
  readonly reader: IndexReader;
  readonly place: IndexPlace;
  readonly pool: IndexingPool;
  readonly embedder: ProjectEmbedder;
  readonly problems: ProblemList;
  readonly onProgress: (progress: IndexProgress) => void;
}

/** The key under which a failure is listed. */
const EMBEDDING = 'embedding';
const RETRIES = { firstMs: 1_000, longestMs: 60_000 } as const;

/** A generation for each of these is what a kill can cost: of a model that is asked elsewhere it is less. */
const QUICK_BATCH = { passages: 2_048, sizeBytes: 1024 * 1024 } as const;
const SLOW_BATCH = { passages: 128, sizeBytes: 1024 * 1024 } as const;
const TEXTS_PER_CALL = 64;
/** Asked only whether the model is the one that it was. */
const PROBE = 'dimension';
/** An endpoint whose dimension changes more often in one run has several models behind it. */
const MOST_MODELS = 3;

/**
 * Gives vectors to passages that have none of the configured embedder: because another one made theirs, or because they
 * were indexed while it could not be asked. Works on what the index holds, batch by batch, each one generation, so
 * whoever comes after a killed instance goes on where it was.
 */
export class VectorBackfill {
  readonly #parts: VectorBackfillParts;
  #running: Promise<void> | undefined;
  readonly #retries = new Retries(RETRIES);
  #isClosed = false;
  #embedded = 0;
  /** True once the model was asked whether it is the one that made the vectors that are there. */
  #isModelKnown = false;
  /**
   * Until the contrary is seen in a run: a branch that is checked out again brings back what older generations have, and
   * each generation that is made meanwhile lets one of those go.
   */
  #isMostKnown = true;
  /** Vectors that were asked for and are in no generation yet: after a failure they are not asked for again. */
  readonly #made = new Map<string, QuantizedVector>();
  /** What older generations have, while a run lasts. */
  #past: PastVectors | undefined;

  constructor(parts: VectorBackfillParts) {
    this.#parts = parts;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** True if passages lack vectors, or may: nobody can tell before the embedder is loaded, and its model was asked. */
  get isDue(): boolean {
    const { reader, embedder } = this.#parts;
    const { view } = reader.current;
    if (view.chunkCount === 0) return false;
    const { loaded } = embedder;
    return loaded === undefined || this.#isModelInDoubt(view, loaded) || vectorCoverage(view, loaded).missing > 0;
  }

  /** Passages without a vector that this instance has given one. */
  get embeddedCount(): number {
    return this.#embedded;
  }

  /**
   * Works until no passage is without. A call during a run joins it.
   * @throws SearchError EMBEDDER_…; StoreError as `SnapshotStore.update`
   */
  run(): Promise<void> {
    this.#running ??= this.#workBesidePast().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** As `run`, if there is anything to do; a failure is listed and tried again, later each time. */
  runInBackground(): void {
    if (this.#isClosed || this.isRunning || this.#retries.isTooEarly || !this.isDue) return;
    this.run().then(
      () => {
        this.#retries.succeeded();
        this.#parts.problems.clear(EMBEDDING);
      },
      (error: unknown) => {
        if (this.#isClosed) return;
        this.#retries.failed();
        // While a rollback is held there is nothing to do; a failure to load is listed already.
        if (isStoreError(error, 'STORE_HELD') || this.#parts.embedder.loaded === undefined) return;
        this.#parts.problems.set(EMBEDDING, problemOf(error));
      },
    );
  }

  close(): void {
    this.#isClosed = true;
  }

  async #workBesidePast(): Promise<void> {
    await using past = new PastVectors(this.#parts.store);
    this.#past = past;
    await this.#work();
  }

  async #work(): Promise<void> {
    const { reader, onProgress } = this.#parts;
    const embedder = await this.#parts.embedder.load();
    const embeddedBefore = new Set<string>();
    let done = 0;
    const unlessReplaced = goingOnWithNewModel(embedder);
    await this.#meetModel(embedder, unlessReplaced);
    this.#isMostKnown = true;
    while (!this.#isClosed && reader.current.hold === null) {
      reader.requireSamePlace();
      const { view } = reader.current;
      const batch = this.#takeBatch(view, embedder);
      if (batch.documents.length === 0) break;
      const keys = keysOf(batch.documents, embedder.dimension);
      this.#requireNew(keys, embeddedBefore);
      const isDone = await unlessReplaced(() => this.#embed(embedder, batch.documents));
      if (isDone !== false) for (const key of keys.keys()) embeddedBefore.add(key);
      if (isDone !== true) continue;
      await reader.refresh();
      done += batch.passages;
      this.#embedded += batch.passages;
      onProgress({ phase: 'embedding', done, total: done + vectorCoverage(reader.current.view, embedder).missing });
      await mergeWhileDue(this.#parts, () => this.#isClosed);
    }
  }

  #isModelInDoubt(view: IndexView, embedder: OpenEmbedder): boolean {
    return !this.#isModelKnown && embedder.assumeDimension !== undefined && kindIn(view, embedder).dimension > 0;
  }

  /** Asks once whether the model gives what it gave before, unless there is something to ask it anyway. */
  async #meetModel(embedder: OpenEmbedder, unlessReplaced: UnlessReplaced): Promise<void> {
    const { view } = this.#parts.reader.current;
    const isProbed = this.#isModelInDoubt(view, embedder) && vectorCoverage(view, embedder).missing === 0;
    this.#isModelKnown = true;
    embedder.assumeDimension?.(kindIn(view, embedder).dimension);
    if (!isProbed) return;
    try {
      await unlessReplaced(async () => void (await embedder.embed([PROBE], 'query')));
    } catch (error) {
      // Nothing lacks vectors, so nobody needs an answer now.
      if (!(error instanceof SearchError) || error.code === 'INDEX_CLOSED') throw error;
    }
  }

  /** Some documents with passages that lack vectors; read at once, since a segment may be closed a moment later. */
  #takeBatch(
    view: IndexView,
    embedder: Embedder,
  ): { readonly documents: readonly StoredText[]; readonly passages: number } {
    const isSlow = this.#parts.embedder.threadEmbedding.kind === 'later' && !this.#isMostKnown;
    const limits = isSlow ? SLOW_BATCH : QUICK_BATCH;
    const documents: StoredText[] = [];
    let passages = 0;
    let bytes = 0;
    for (const location of documentsLackingVectors(view, embedder)) {
      if (passages >= limits.passages || bytes >= limits.sizeBytes) break;
      const document = view.document(location);
      const { path, contentHash, sizeBytes } = document;
      documents.push({ path, contentHash, sizeBytes, text: document.text() });
      passages += lackingVectors(view, location, embedder);
      bytes += sizeBytes;
    }
    return { documents, passages };
  }

  /** Documents that lack vectors although they were just given some would be embedded for ever. */
  #requireNew(keys: ReadonlyMap<string, string>, before: ReadonlySet<string>): void {
    for (const [key, path] of keys) {
      if (!before.has(key)) continue;
      throw new SearchError('INDEXING_FAILED', `document ${JSON.stringify(path)}: it lacks vectors after embedding`, {
        remedy: 'Keyword search goes on; please report this with the file.',
      });
    }
  }

  /** False if so much of it has to be asked for that smaller batches do better. */
  async #embed(embedder: Embedder, documents: readonly StoredText[]): Promise<boolean> {
    const { store, reader, pool, embedder: project } = this.#parts;
    const batch = await pool.analyseStored(documents, () => project.threadEmbedding);
    try {
      if (project.threadEmbedding.kind === 'later' && !(await this.#embedElsewhere(embedder, batch))) return false;
      const reason = `embedded ${documents.length} document${documents.length === 1 ? '' : 's'} with ${embedder.id}`;
      await commitVectors(store, reader.catalog, { documents, maker: batch, reason });
      this.#made.clear();
      return true;
    } finally {
      batch.release();
    }
  }

  /** Asks for the vectors that are not known yet, so that no thread has to wait for them; false as `#embed`. */
  async #embedElsewhere(embedder: Embedder, batch: ThreadBatch): Promise<boolean> {
    // Before the first answer tells the dimension, vectors of any count as known: then only that answer tells which do.
    if (embedder.dimension === 0) {
      const unknown = this.#unknown(embedder, batch, this.#known(embedder, batch));
      const telling = unknown.length > 0 ? unknown : batch.chunkHashes();
      await this.#ask(embedder, batch, telling.slice(0, 1));
    }
    const known = this.#known(embedder, batch);
    const unknown = this.#unknown(embedder, batch, known);
    const past = await this.#findPast(embedder, unknown);
    const asked = unknown.filter((hash) => !past.has(hash));
    if (this.#isMostKnown && asked.length > SLOW_BATCH.passages) {
      this.#isMostKnown = false;
      return false;
    }
    await this.#ask(embedder, batch, asked);
    for (const vectors of [known, past, this.#made]) await batch.adopt(vectors);
    return true;
  }

  /** Looked up on the view of now and at once: the segments of an older one may be closed. */
  #known(embedder: Embedder, batch: ThreadBatch): ReadonlyMap<string, QuantizedVector> {
    return findVectors(batch.chunkHashes(), this.#parts.reader.current.view.knownVectors(embedder));
  }

  /** What only older generations have. In a bucket a look costs a request for each: as much as a call to the embedder. */
  async #findPast(embedder: Embedder, hashes: readonly string[]): Promise<ReadonlyMap<string, QuantizedVector>> {
    const { reader, place } = this.#parts;
    const fewest = place.isShared ? TEXTS_PER_CALL : 1;
    if (this.#past === undefined || hashes.length < fewest) return new Map();
    return this.#past.find({ hashes, kind: embedder, beside: reader.current.metadata.segments });
  }

  #unknown(
    { dimension }: Embedder,
    batch: ThreadBatch,
    known: ReadonlyMap<string, QuantizedVector>,
  ): readonly string[] {
    const isMade = (vector: QuantizedVector | undefined): boolean =>
      vector !== undefined && (dimension === 0 || vector.codes.length === dimension);
    return batch.chunkHashes().filter((hash) => !known.has(hash) && !isMade(this.#made.get(hash)));
  }

  async #ask(embedder: Embedder, batch: ThreadBatch, hashes: readonly string[]): Promise<void> {
    const texts = await batch.texts(hashes);
    for (let start = 0; start < hashes.length; start += TEXTS_PER_CALL) {
      const vectors = await embedder.embed(texts.slice(start, start + TEXTS_PER_CALL));
      for (const [place, vector] of vectors.entries()) this.#made.set(hashes[start + place] ?? '', quantize(vector));
    }
  }
}

/** What tells that a document was embedded, with its path. */
function keysOf(documents: readonly StoredText[], dimension: number): ReadonlyMap<string, string> {
  return new Map(documents.map(({ path, contentHash }) => [`${dimension} ${contentHash} ${path}`, path]));
}

type UnlessReplaced = <Result>(action: () => Promise<Result>) => Promise<Result | undefined>;

/**
 * Does things with an embedder. `undefined` where one found that its model is another one, whose vectors are those that are
 * lacking now; found too often, that is the failure that it is.
 */
function goingOnWithNewModel(embedder: Embedder): UnlessReplaced {
  let models = 1;
  return async (action) => {
    const { dimension } = embedder;
    try {
      return await action();
    } catch (error) {
      const isReplaced = dimension !== 0 && embedder.dimension !== dimension;
      if (!isReplaced || models === MOST_MODELS) throw error;
      models += 1;
      return undefined;
    }
  };
}
