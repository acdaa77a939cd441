import type { EmbeddedQuery } from '../answers/search-answer.js';
import {
  type EmbeddingOptions,
  LocalEmbedder,
  type OpenEmbedder,
  openEmbedder,
  type ThreadEmbedding,
  threadEmbeddingOf,
} from '../embedding/index.js';
import { SearchError } from '../errors.js';
import type { RankingParameters } from '../ranking/index.js';
import { type IndexView, kindIn, vectorCoverage } from '../segment/index.js';
import { embedderRanking } from './embedder-ranking.js';
import type { IndexProblem } from './options.js';
import { type ProblemList, problemOf } from './problem-list.js';
import { RecentVectors } from './recent-vectors.js';

/** The keys under which failures are listed: to load the embedder, and to embed a question. */
const LOADING = 'embedder';
const ASKING = 'embedder for questions';
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
const REMEMBERED_QUERIES = 256;
/** Any model has a vector for it. */
const PROBE = 'snapshot';

/** What failed last, and until when it is not tried again. */
interface Failure {
  readonly error: SearchError;
  readonly untilMs: number;
  readonly pauseMs: number;
}

/**
 * The embedder that a project is configured for, as one instance has it. It may be missing, damaged or down: then
 * questions are answered by keywords, and it is tried again after a pause that doubles with each failure.
 */
export class ProjectEmbedder {
  readonly options: EmbeddingOptions;
  /** How results are ranked with it. */
  readonly ranking: RankingParameters;
  readonly #problems: ProblemList;
  readonly #queries = new RecentVectors(REMEMBERED_QUERIES);
  #loaded: OpenEmbedder | undefined;
  #loading: Promise<OpenEmbedder> | undefined;
  #loadFailure: Failure | undefined;
  #queryFailure: Failure | undefined;
  #isClosed = false;

  constructor(options: EmbeddingOptions, problems: ProblemList) {
    this.options = options;
    this.ranking = embedderRanking(options);
    this.#problems = problems;
    if (options.embedder === 'local') this.#loaded = new LocalEmbedder();
  }

  /** The embedder, if it is loaded. */
  get loaded(): OpenEmbedder | undefined {
    return this.#loaded;
  }

  /** How indexing comes to vectors with it. */
  get threadEmbedding(): ThreadEmbedding {
    return threadEmbeddingOf(this.#loaded);
  }

  /** @throws SearchError as `openEmbedder`; the last error again during the pause after it; INDEX_CLOSED */
  async load(): Promise<OpenEmbedder> {
    if (this.#loaded !== undefined) return this.#loaded;
    if (this.#isClosed) throw closedError();
    if (isPausing(this.#loadFailure)) throw this.#loadFailure.error;
    this.#loading ??= this.#open().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /** As `load`; undefined where that throws, and the failure is listed. */
  async loadIfPossible(): Promise<OpenEmbedder | undefined> {
    try {
      return await this.load();
    } catch (error) {
      if (error instanceof SearchError) return undefined;
      throw error;
    }
  }

  /** The vector of a question about to be asked of the view, or why there is none. */
  async embedQuery(query: string, view: IndexView): Promise<EmbeddedQuery> {
    try {
      const embedder = await this.load();
      if (view.chunkCount === 0) return {};
      if (vectorCoverage(view, embedder).embedded === 0) return { withoutVectors: nothingEmbedded(this.options) };
      const { dimension } = kindIn(view, embedder);
      embedder.assumeDimension?.(dimension);
      const known = this.#queries.find(query);
      const values = known?.length === dimension ? known : await this.#ask(embedder, query);
      return { vector: { embedderId: embedder.id, values } };
    } catch (error) {
      if (!(error instanceof SearchError) || error.code === 'INDEX_CLOSED') throw error;
      return { withoutVectors: problemOf(error) };
    }
  }

  /**
   * Asks an endpoint for a vector, if passages of the view have none of it; a failure is listed. Others need no asking:
   * `static` fails when it is loaded, and a model of `transformers` may have to be fetched first.
   */
  async checkEndpoint(view: IndexView): Promise<void> {
    const embedder = this.#loaded;
    if (this.options.embedder !== 'http' || embedder === undefined) return;
    if (vectorCoverage(view, embedder).missing === 0) return;
    embedder.assumeDimension?.(kindIn(view, embedder).dimension);
    try {
      await this.#ask(embedder, PROBE);
    } catch (error) {
      if (!(error instanceof SearchError) || error.code === 'INDEX_CLOSED') throw error;
    }
  }

  /** Ends what is under way. */
  close(): void {
    this.#isClosed = true;
    this.#loaded?.close?.();
  }

  async #open(): Promise<OpenEmbedder> {
    try {
      const opened = await openEmbedder(this.options);
      if (this.#isClosed) opened.close?.();
      this.#loaded = opened;
      this.#loadFailure = undefined;
      this.#problems.clear(LOADING);
      return opened;
    } catch (error) {
      if (error instanceof SearchError) {
        this.#loadFailure = nextFailure(this.#loadFailure, error);
        this.#problems.set(LOADING, problemOf(error));
      }
      throw error;
    }
  }

  async #ask(embedder: OpenEmbedder, query: string): Promise<Float32Array> {
    if (isPausing(this.#queryFailure)) throw this.#queryFailure.error;
    try {
      const [values = new Float32Array(0)] = await embedder.embed([query], 'query');
      this.#queryFailure = undefined;
      this.#problems.clear(ASKING);
      this.#queries.remember(query, values);
      return values;
    } catch (error) {
      if (error instanceof SearchError && error.code !== 'INDEX_CLOSED') {
        this.#queryFailure = nextFailure(this.#queryFailure, error);
        this.#problems.set(ASKING, problemOf(error));
      }
      throw error;
    }
  }
}

function nothingEmbedded({ embedder }: EmbeddingOptions): IndexProblem {
  const advice = embedder === 'http' ? ' `snapdex doctor` tells whether the endpoint can be used.' : '';
  return {
    code: 'VECTORS_PENDING',
    message: 'embedding: no passage has a vector of the configured embedder yet',
    remedy: `A running server makes them in the background, or run \`snapdex index\`; \`snapdex status\` shows how far it is.${advice}`,
  };
}

function isPausing(failure: Failure | undefined): failure is Failure {
  return failure !== undefined && performance.now() < failure.untilMs;
}

function nextFailure(before: Failure | undefined, error: SearchError): Failure {
  const pauseMs = before === undefined ? FIRST_PAUSE_MS : Math.min(before.pauseMs * 2, LONGEST_PAUSE_MS);
  return { error, pauseMs, untilMs: performance.now() + pauseMs };
}

function closedError(): SearchError {
  return new SearchError('INDEX_CLOSED', 'embedding: the index was closed', { remedy: 'Open the index again.' });
}
