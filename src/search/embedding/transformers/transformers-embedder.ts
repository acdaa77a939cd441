import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { SearchError } from '../../errors.js';
import type { Embedder, EmbeddingPurpose } from '../embedder.js';
import { toUnitLength } from '../unit-length.js';
import { findTransformers } from './find-transformers.js';

/** Which model is run. */
export interface TransformersEmbedderOptions {
  /** As `pipeline('feature-extraction', …)` takes it: a name on the hub, or a folder. */
  readonly model: string;
  /** Folders in which the package is looked for, besides snapdex's own surroundings. */
  readonly packageFolders: readonly string[];
  /** Texts per run, default 32. */
  readonly batchSize?: number;
  readonly documentPrefix?: string;
  readonly queryPrefix?: string;
}

const answerSchema = z.object({
  id: z.number(),
  numbers: z.instanceof(Float32Array).optional(),
  dimension: z.number().optional(),
  failure: z.string().optional(),
  isLoaded: z.boolean().optional(),
});

interface Waiting {
  readonly resolve: (vectors: readonly Float32Array[]) => void;
  readonly reject: (error: Error) => void;
  readonly count: number;
}

/** Embeds with a model that `@huggingface/transformers` runs, in a thread of its own; the user has installed it. */
export class TransformersEmbedder implements Embedder {
  readonly id: string;
  readonly #module: string;
  readonly #options: TransformersEmbedderOptions;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #tasks = 0;
  #dimension = 0;
  #isClosed = false;

  /** @throws SearchError EMBEDDER_NOT_INSTALLED */
  constructor(options: TransformersEmbedderOptions) {
    const { model, documentPrefix = '', packageFolders } = options;
    const mark = createHash('sha256').update(documentPrefix).digest('hex').slice(0, 8);
    this.id = `transformers:${model}${documentPrefix === '' ? '' : `#${mark}`}`;
    this.#module = findTransformers(packageFolders);
    this.#options = options;
  }

  get dimension(): number {
    return this.#dimension;
  }

  /** @throws SearchError EMBEDDER_UNAVAILABLE if the model cannot be loaded or run; INDEX_CLOSED after `close` */
  async embed(texts: readonly string[], purpose: EmbeddingPurpose = 'passage'): Promise<readonly Float32Array[]> {
    const { batchSize = 32, documentPrefix = '', queryPrefix = '' } = this.#options;
    const prefix = purpose === 'query' ? queryPrefix : documentPrefix;
    const vectors: Float32Array[] = [];
    for (let start = 0; start < texts.length; start += batchSize) {
      const batch = texts.slice(start, start + batchSize).map((text) => prefix + text);
      vectors.push(...(await this.#run(batch)));
    }
    return vectors;
  }

  /** Ends the thread, whatever it is doing. */
  close(): void {
    this.#isClosed = true;
    this.#fail(closedError());
    void this.#worker?.terminate();
  }

  #run(texts: readonly string[]): Promise<readonly Float32Array[]> {
    if (this.#isClosed) return Promise.reject(closedError());
    this.#worker ??= this.#start();
    const worker = this.#worker;
    worker.ref();
    const id = ++this.#tasks;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, count: texts.length });
      worker.postMessage({ id, texts });
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL('./transformers-worker.js', import.meta.url), {
      execArgv: [],
      workerData: { module: this.#module, model: this.#options.model },
      // The package reports its progress there, and our own output belongs to a protocol.
      stdout: true,
    });
    worker.stdout.resume();
    worker.on('message', (message: unknown) => this.#settle(message));
    worker.on('error', (error) => this.#fail(this.#errorOf(error.message, error)));
    worker.on('exit', () => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#fail(this.#errorOf('its thread ended'));
    });
    return worker;
  }

  #settle(message: unknown): void {
    const { id, numbers, dimension = 0, failure, isLoaded = true } = answerSchema.parse(message);
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    // A thread with nothing to do does not keep the process alive.
    if (this.#waiting.size === 0) this.#worker?.unref();
    if (waiting === undefined) return;
    if (numbers === undefined) {
      waiting.reject(this.#errorOf(failure ?? 'it gave nothing'));
      if (!isLoaded) this.#startAnew();
      return;
    }
    if (this.#dimension === 0) this.#dimension = dimension;
    if (dimension !== this.#dimension || numbers.length !== waiting.count * dimension) {
      waiting.reject(this.#errorOf(`${numbers.length} numbers for ${waiting.count} texts of ${this.#dimension}`));
      return;
    }
    waiting.resolve(
      Array.from({ length: waiting.count }, (_, place) =>
        toUnitLength(numbers.subarray(place * dimension, (place + 1) * dimension)),
      ),
    );
  }

  /** What could not be loaded is loaded again by a new thread, for the next who asks. */
  #startAnew(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
    this.#fail(this.#errorOf('it could not be loaded'));
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #errorOf(what: string, cause?: unknown): SearchError {
    return new SearchError('EMBEDDER_UNAVAILABLE', `model ${JSON.stringify(this.#options.model)}: ${what}`, {
      remedy: 'Check `embedding_model` and that the model can be fetched. Keyword search goes on meanwhile.',
      cause,
    });
  }
}

function closedError(): SearchError {
  return new SearchError('INDEX_CLOSED', 'embedding: the index was closed', { remedy: 'Open the index again.' });
}
