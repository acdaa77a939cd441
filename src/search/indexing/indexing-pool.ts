import { Worker } from 'node:worker_threads';
import { type QuantizedVector, type ThreadEmbedding, vectorKindOf } from '../embedding/index.js';
import { SearchError } from '../errors.js';
import type { VectorKind } from '../segment/index.js';
import type { AnalysedBatch } from './analysed-batch.js';
import { packVectors } from './packed-vectors.js';
import type { FileReading, MergeTaskInput, StoredText, WorkerAnswer, WorkerTask } from './worker-protocol.js';

/** Without work for this long a worker's memory is better used elsewhere. */
const IDLE_MS = 20_000;

/** A task before its number. */
type Unnumbered<T> = T extends unknown ? Omit<T, 'id'> : never;
type AnalysisTask = Extract<Unnumbered<WorkerTask>, { readonly kind: 'analyse' | 'analyse-stored' }>;

/** A batch that a thread keeps, and can be asked for what its passages are embedded as. */
export interface ThreadBatch extends AnalysedBatch {
  texts(hashes: readonly string[]): Promise<readonly string[]>;
}

interface Waiting {
  readonly resolve: (answer: WorkerAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** Threads that do the work of indexing. They start with the first task and end when there is none for a while. */
export class IndexingPool {
  readonly #lanes: readonly Lane[];
  #next = 0;
  #batches = 0;

  /** @param size threads at most */
  constructor(size: number) {
    this.#lanes = Array.from({ length: size }, () => new Lane());
  }

  get size(): number {
    return this.#lanes.length;
  }

  /** What these files hold now. */
  async fingerprint(root: string, paths: readonly string[], maximumBytes: number): Promise<readonly FileReading[]> {
    const answer = await this.#lane().run({ kind: 'fingerprint', root, paths, maximumBytes });
    return answer.kind === 'read' ? answer.readings : [];
  }

  /** Reads and analyses these files. */
  analyse(
    root: string,
    paths: readonly string[],
    maximumBytes: number,
    embedding: () => ThreadEmbedding,
  ): Promise<ThreadBatch> {
    return this.#keep((batch) => ({ kind: 'analyse', batch, root, paths, maximumBytes }), embedding);
  }

  /** Analyses documents as an index has them. */
  analyseStored(documents: readonly StoredText[], embedding: () => ThreadEmbedding): Promise<ThreadBatch> {
    return this.#keep((batch) => ({ kind: 'analyse-stored', batch, documents }), embedding);
  }

  /** The bytes of one segment in place of several. */
  async merge(
    inputs: readonly MergeTaskInput[],
    dropTombstones: boolean,
    embedder: VectorKind | undefined,
  ): Promise<Uint8Array> {
    return bytesOf(await this.#lane().run({ kind: 'merge', inputs, dropTombstones, embedder }));
  }

  /** Ends the threads, whatever they are doing. */
  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.close()));
  }

  /** @param embedding asked whenever it is needed, since a dimension may become known in between */
  async #keep(taskOf: (batch: number) => AnalysisTask, embedding: () => ThreadEmbedding): Promise<ThreadBatch> {
    const lane = this.#lane();
    this.#batches += 1;
    const batch = this.#batches;
    const answer = await lane.run(taskOf(batch));
    if (answer.kind !== 'read') throw unexpected(answer);
    const vectors = new Map<string, QuantizedVector>();
    return {
      get embedder(): VectorKind {
        return vectorKindOf(embedding());
      },
      readings: answer.readings,
      chunkHashes: () => answer.chunkHashes,
      texts: async (hashes) => {
        const found = await lane.run({ kind: 'texts', batch, hashes });
        if (found.kind !== 'texts') throw unexpected(found);
        return found.texts;
      },
      adopt: async (known) => {
        for (const [hash, vector] of known) vectors.set(hash, vector);
      },
      build: async (selection) => {
        const { tombstones } = selection;
        const packed = packVectors(vectors, vectorKindOf(embedding()).dimension);
        const task = { kind: 'build', batch, paths: [...selection.paths], tombstones, vectors: packed } as const;
        return bytesOf(await lane.run({ ...task, embedding: embedding() }));
      },
      release: () => void lane.run({ kind: 'release', batch }).catch(() => {}),
    };
  }

  /** The thread with the least to do; in turn among equals. */
  #lane(): Lane {
    this.#next += 1;
    const rotated = this.#lanes.map((_, place) => this.#lanes[(place + this.#next) % this.#lanes.length]);
    const [first, ...others] = rotated.flatMap((lane) => lane ?? []);
    if (first === undefined) throw new RangeError('an indexing pool needs at least one thread');
    return others.reduce((best, lane) => (lane.load < best.load ? lane : best), first);
  }
}

/** One thread. */
class Lane {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #tasks = 0;
  #idle: NodeJS.Timeout | undefined;
  /** Batches that live in the thread; it must not end under them. */
  #batches = 0;
  #isClosed = false;

  get load(): number {
    return this.#waiting.size;
  }

  run(task: Unnumbered<WorkerTask>): Promise<WorkerAnswer> {
    if (this.#isClosed) return Promise.reject(closedError());
    clearTimeout(this.#idle);
    if (task.kind === 'analyse' || task.kind === 'analyse-stored') this.#batches += 1;
    if (task.kind === 'release') this.#batches -= 1;
    this.#tasks += 1;
    const id = this.#tasks;
    const worker = this.#worker ?? this.#start();
    worker.ref();
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ ...task, id });
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#idle);
    this.#fail(closedError());
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(new URL('./indexing-worker.js', import.meta.url), { execArgv: [] });
    worker.on('message', (answer: WorkerAnswer) => this.#settle(answer));
    // A thread that was sent away has nothing to do, and another may have taken its place.
    worker.on('error', (error) => {
      if (this.#worker === worker) this.#fail(error);
    });
    worker.on('exit', () => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#fail(new Error('the indexing thread ended'));
    });
    this.#worker = worker;
    return worker;
  }

  #settle(answer: WorkerAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.kind === 'failed')
      waiting?.reject(new SearchError(answer.error.code, answer.error.message, answer.error));
    else waiting?.resolve(answer);
    // While `close` waits for the thread to end, the process must not end first.
    if (this.#waiting.size > 0 || this.#isClosed) return;
    // A thread with nothing to do does not keep the process alive.
    this.#worker?.unref();
    if (this.#batches === 0) {
      this.#idle = setTimeout(() => this.#sendAway(), IDLE_MS).unref();
    }
  }

  /** What is asked from now on has a new thread: this one may take a while to end. */
  #sendAway(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
  }

  #fail(error: Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
    this.#batches = 0;
  }
}

function bytesOf(answer: WorkerAnswer): Uint8Array {
  if (answer.kind === 'bytes') return answer.bytes;
  throw unexpected(answer);
}

function unexpected(answer: WorkerAnswer): Error {
  return new TypeError(`the indexing thread answered "${answer.kind}"`);
}

function closedError(): SearchError {
  return new SearchError('INDEX_CLOSED', 'indexing: the index was closed', { remedy: 'Open the index again.' });
}
