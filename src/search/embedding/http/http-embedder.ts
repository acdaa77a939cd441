import { createHash } from 'node:crypto';
import { type Checks, numberFrom, required, TEXT, wholeFrom } from '../../../arguments/index.js';
import { SearchError } from '../../errors.js';
import { readAllowed } from '../../request-checks.js';
import { requireTexts } from '../embed-arguments.js';
import type { Embedder, EmbeddingPurpose } from '../embedder.js';
import { toUnitLength } from '../unit-length.js';
import { judgeDimension, oddDimension } from './dimension-check.js';
import { askForEmbeddings, type EmbeddingsEndpoint, type EndpointAnswer } from './embeddings-endpoint.js';
import { refuseZeros } from './zero-check.js';

/** Which endpoint embeds, and how it is asked. */
export interface HttpEmbedderOptions {
  /** Up to `/v1`, or the whole address of the embeddings. */
  readonly url: string;
  readonly model: string;
  readonly apiKey?: string | undefined;
  /** Where the key should have come from, for messages. */
  readonly apiKeyVariable?: string | undefined;
  /** Components to ask the model for; default what it gives. */
  readonly dimensions?: number | undefined;
  /** Texts per request, default 32. */
  readonly batchSize?: number;
  /** For one request. Default 30,000; a query waits no longer than `QUERY_TIMEOUT_MS`. */
  readonly timeoutMs?: number;
  /** Stands before each passage, or query, as some models want it. */
  readonly documentPrefix?: string;
  readonly queryPrefix?: string;
  /** The first wait before a request is repeated; each later one is twice as long. Default 500. */
  readonly firstDelayMs?: number;
}

const OPTIONS: Checks<HttpEmbedderOptions> = {
  url: required({
    expected: 'the address of an endpoint, such as http://localhost:11434/v1',
    allows: (value) => typeof value === 'string' && URL.canParse(value),
  }),
  model: required({
    expected: 'the name of a model',
    allows: (value) => typeof value === 'string' && value !== '',
  }),
  apiKey: TEXT,
  apiKeyVariable: TEXT,
  dimensions: wholeFrom(1),
  batchSize: wholeFrom(1),
  timeoutMs: { expected: 'a number of at least 0', allows: (value) => typeof value === 'number' && value >= 0 },
  documentPrefix: TEXT,
  queryPrefix: TEXT,
  firstDelayMs: numberFrom(0),
};

const DEFAULTS = { batchSize: 32, timeoutMs: 30_000, firstDelayMs: 500 } as const;
/** Somebody waits for the answer, and keywords have one. */
const QUERY_TIMEOUT_MS = 5_000;
const PASSAGE_TRIES = 5;
const LONGEST_DELAY_MS = 60_000;
/** Requests at a time: the next is on its way while the endpoint works on one. */
const REQUESTS_AT_ONCE = 2;
/** A text that is refused is cut in half this often before it is given up. */
const SHORTENINGS = 4;
const TEXT_REFUSED: ReadonlySet<number> = new Set([400, 413, 422]);

/** Embeds by asking an OpenAI-compatible endpoint, such as Ollama, LM Studio, vLLM or OpenAI itself. */
export class HttpEmbedder implements Embedder {
  readonly id: string;
  readonly #endpoint: EmbeddingsEndpoint;
  readonly #options: HttpEmbedderOptions;
  readonly #closing = new AbortController();
  #dimension: number;
  /** True once a text was accepted: what is refused then is the text's fault. */
  #hasAnswered = false;

  /** @throws SearchError INVALID_REQUEST */
  constructor(options: HttpEmbedderOptions) {
    readAllowed('options', options, OPTIONS);
    const { model, dimensions, documentPrefix = '' } = options;
    this.#options = options;
    this.#endpoint = { address: addressOf(options.url), model, apiKey: options.apiKey, dimensions };
    this.#dimension = dimensions ?? 0;
    this.id = `http:${model}${dimensions === undefined ? '' : `@${dimensions}`}${markOf(documentPrefix)}`;
  }

  get dimension(): number {
    return this.#dimension;
  }

  /**
   * @throws SearchError EMBEDDER_UNAVAILABLE, EMBEDDER_REFUSED, EMBEDDER_ANSWER_INVALID, INVALID_REQUEST; INDEX_CLOSED
   * after `close`
   */
  async embed(texts: readonly string[], purpose: EmbeddingPurpose = 'passage'): Promise<readonly Float32Array[]> {
    requireTexts(texts, purpose);
    const { batchSize = DEFAULTS.batchSize, documentPrefix = '', queryPrefix = '' } = this.#options;
    const prefix = purpose === 'query' ? queryPrefix : documentPrefix;
    const prefixed = texts.map((text) => prefix + text);
    const vectors = new Array<readonly Float32Array[]>(Math.ceil(prefixed.length / batchSize)).fill([]);
    let next = 0;
    const lane = async (): Promise<void> => {
      for (let batch = next++; batch < vectors.length; batch = next++) {
        const start = batch * batchSize;
        vectors[batch] = await this.#embedBatch(prefixed.slice(start, start + batchSize), purpose);
      }
    };
    // The first alone, so that a dimension is known before others are compared with it.
    if (this.#dimension === 0 && vectors.length > 1) {
      next = 1;
      vectors[0] = await this.#embedBatch(prefixed.slice(0, batchSize), purpose);
    }
    await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, lane));
    const all = vectors.flat();
    // Another call may have found meanwhile that the model is another one.
    for (const { length } of all) if (length !== this.#dimension) throw this.#otherDimension(length, this.#dimension);
    return all;
  }

  /** As `OpenEmbedder` has it; nothing once a dimension is known. 0 says nothing. */
  assumeDimension(dimension: number): void {
    if (this.#dimension === 0) this.#dimension = dimension;
  }

  /** Ends what is under way. */
  close(): void {
    this.#closing.abort();
  }

  async #embedBatch(texts: readonly string[], purpose: EmbeddingPurpose): Promise<readonly Float32Array[]> {
    const answer = await this.#askPatiently(texts, purpose);
    if (answer.kind === 'vectors') return this.#checked(answer.vectors);
    if (answer.kind !== 'refused' || !TEXT_REFUSED.has(answer.status)) throw this.#errorOf(answer);
    if (texts.length === 1) return [await this.#embedShortened(texts[0] ?? '', answer, purpose)];
    // One text too long fails them all: find it.
    const middle = texts.length >>> 1;
    const first = await this.#embedBatch(texts.slice(0, middle), purpose);
    return [...first, ...(await this.#embedBatch(texts.slice(middle), purpose))];
  }

  /** What can be had of a text that is refused, most likely for its length; nothing, if not even its beginning is taken. */
  async #embedShortened(text: string, refusal: EndpointAnswer, purpose: EmbeddingPurpose): Promise<Float32Array> {
    let shortened = text;
    for (let round = 0; round < SHORTENINGS && shortened.length > 1; round++) {
      shortened = wholeCharacters(shortened, shortened.length >>> 1);
      const answer = await this.#askPatiently([shortened], purpose);
      const [vector] = answer.kind === 'vectors' ? this.#checked(answer.vectors) : [];
      if (vector !== undefined) return vector;
      if (answer.kind !== 'refused' || !TEXT_REFUSED.has(answer.status)) throw this.#errorOf(answer);
    }
    // Refused whatever the text: then it is not the text.
    if (!this.#hasAnswered || this.#dimension === 0) throw this.#errorOf(refusal);
    return new Float32Array(this.#dimension);
  }

  async #askPatiently(texts: readonly string[], purpose: EmbeddingPurpose): Promise<EndpointAnswer> {
    const { timeoutMs = DEFAULTS.timeoutMs, firstDelayMs = DEFAULTS.firstDelayMs } = this.#options;
    const isQuery = purpose === 'query';
    const request = {
      timeoutMs: isQuery ? Math.min(timeoutMs, QUERY_TIMEOUT_MS) : timeoutMs,
      signal: this.#closing.signal,
    };
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#ask(texts, request);
      if (answer.kind !== 'busy' || isQuery || attempt === PASSAGE_TRIES) return answer;
      // By chance up to twice as long, so that several askers do not come back together.
      const delayMs = Math.max(answer.retryAfterMs ?? 0, firstDelayMs * 2 ** (attempt - 1) * (1 + Math.random()));
      if (delayMs > LONGEST_DELAY_MS) return answer;
      await this.#wait(delayMs);
    }
  }

  async #ask(
    texts: readonly string[],
    request: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<EndpointAnswer> {
    if (this.#closing.signal.aborted) throw closedError();
    try {
      const ask = (some: readonly string[]) => askForEmbeddings(this.#endpoint, some, request);
      return await this.#unlessOdd(await refuseZeros(await ask(texts), ask), ask);
    } catch (error) {
      if (this.#closing.signal.aborted) throw closedError();
      throw error;
    }
  }

  /**
   * The answer, or what is to be made of one with vectors of another dimension.
   * @throws SearchError EMBEDDER_ANSWER_INVALID, if the model is another one: the next call takes its dimension
   */
  async #unlessOdd(
    answer: EndpointAnswer,
    ask: (texts: readonly string[]) => Promise<EndpointAnswer>,
  ): Promise<EndpointAnswer> {
    const expected = this.#dimension;
    const found = oddDimension(answer, expected);
    if (found === undefined) return answer;
    // What was asked for does not change.
    if (this.#endpoint.dimensions !== undefined) throw this.#otherDimension(found, expected);
    const verdict = await judgeDimension({ found, expected }, ask);
    if ('answer' in verdict) return verdict.answer;
    this.#dimension = verdict.dimension;
    throw this.#otherDimension(found, expected);
  }

  #otherDimension(found: number, expected: number): SearchError {
    return this.#errorOf({ kind: 'nonsense', what: `an embedding of ${found} components, expected ${expected}` });
  }

  #wait(delayMs: number): Promise<void> {
    const { signal } = this.#closing;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', end);
        resolve();
      }, delayMs);
      const end = (): void => {
        clearTimeout(timer);
        reject(closedError());
      };
      signal.addEventListener('abort', end, { once: true });
    });
  }

  /** Vectors of unit length, after a look whether they are what this model gave before. */
  #checked(vectors: readonly Float32Array[]): readonly Float32Array[] {
    for (const vector of vectors) {
      if (this.#dimension === 0) this.#dimension = vector.length;
      if (vector.length !== this.#dimension) throw this.#otherDimension(vector.length, this.#dimension);
      if (!vector.every(Number.isFinite)) {
        throw this.#errorOf({ kind: 'nonsense', what: 'an embedding holds what is no number' });
      }
    }
    this.#hasAnswered = true;
    return vectors.map(toUnitLength);
  }

  #errorOf(answer: EndpointAnswer): SearchError {
    const { address, model } = this.#endpoint;
    const what = answer.kind === 'vectors' ? 'answered' : answer.what;
    const message = `embeddings of ${JSON.stringify(model)} at ${address.origin}${address.pathname}: ${what}`;
    const cause = 'cause' in answer ? answer.cause : undefined;
    const { code, remedy } = FAILURES[answer.kind === 'vectors' ? 'nonsense' : answer.kind];
    return new SearchError(code, message, { remedy: remedy + addressAdvice(answer) + this.#keyAdvice(answer), cause });
  }

  #keyAdvice(answer: EndpointAnswer): string {
    const { apiKeyVariable, apiKey } = this.#options;
    if (answer.kind !== 'refused' || apiKeyVariable === undefined || apiKey !== undefined) return '';
    return ` The environment variable ${apiKeyVariable}, which should hold the key, is not set in this process.`;
  }
}

const FAILURES = {
  busy: {
    code: 'EMBEDDER_UNAVAILABLE',
    remedy: 'It is tried again; keyword search goes on, and passages get their vectors later.',
  },
  down: {
    code: 'EMBEDDER_UNAVAILABLE',
    remedy:
      'Start the endpoint, or correct `embedding_url`. It is tried again; keyword search goes on, and passages get their vectors later.',
  },
  refused: {
    code: 'EMBEDDER_REFUSED',
    remedy: 'Check `embedding_model`, `embedding_dimensions` and the API key. Keyword search goes on meanwhile.',
  },
  nonsense: {
    code: 'EMBEDDER_ANSWER_INVALID',
    remedy:
      'Check that `embedding_url` is an OpenAI-compatible endpoint and `embedding_model` a model for embeddings. Keyword search goes on meanwhile.',
  },
} as const;

/** A forgotten `/v1` is the most common cause of a 404. */
function addressAdvice(answer: EndpointAnswer): string {
  if (answer.kind !== 'refused' || answer.status !== 404) return '';
  return ' If the model is there, correct `embedding_url`: it goes up to `/v1`.';
}

function addressOf(url: string): URL {
  const address = new URL(url);
  const path = address.pathname.replace(/\/+$/, '');
  address.pathname = path.endsWith('/embeddings') ? path : `${path}/embeddings`;
  return address;
}

/** A prefix changes what passages are embedded as, so it is part of the id; hidden, since it may be long. */
function markOf(prefix: string): string {
  return prefix === '' ? '' : `#${createHash('sha256').update(prefix).digest('hex').slice(0, 8)}`;
}

/** The beginning of a text, without half of a character at its end. */
function wholeCharacters(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}

function closedError(): SearchError {
  return new SearchError('INDEX_CLOSED', 'embedding: the index was closed', { remedy: 'Open the index again.' });
}
