import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { AnsweredRequest, ServerFigures, ServerMetrics } from '../server/index.js';

/** From a question that is answered from memory to one that waits for indexing. */
const DURATION_BUCKETS_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const ROLES = ['indexer', 'follower', 'writer', 'reader'] as const;

/** Counts a server in the text format of Prometheus. docs/metrics.md describes every figure. */
export class PrometheusMetrics implements ServerMetrics {
  readonly #registry = new Registry();
  readonly #gauges = new Map<string, Gauge>();
  readonly #requests: Counter;
  readonly #durations: Histogram;
  readonly #commits: Counter;
  readonly #rebases: Counter;

  constructor() {
    const registers = [this.#registry];
    this.#requests = new Counter({
      name: 'snapdex_http_requests_total',
      help: 'Requests that were answered (499: the client went away before).',
      labelNames: ['route', 'method', 'status'],
      registers,
    });
    this.#durations = new Histogram({
      name: 'snapdex_http_request_duration_seconds',
      help: 'Time from a request to the end of its answer, streams of events left out.',
      labelNames: ['route'],
      buckets: DURATION_BUCKETS_SECONDS,
      registers,
    });
    this.#commits = new Counter({
      name: 'snapdex_commits_total',
      help: 'Changes of documents that this process has committed.',
      registers,
    });
    this.#rebases = new Counter({
      name: 'snapdex_rebases_total',
      help: "How often such a commit was made again on top of another process's.",
      registers,
    });
    collectDefaultMetrics({ register: this.#registry });
  }

  answered({ route, method, status, durationMs }: AnsweredRequest): void {
    this.#requests.inc({ route, method: knownMethod(method), status });
    if (durationMs !== undefined) this.#durations.observe({ route }, durationMs / 1000);
  }

  async report(figures: ServerFigures): Promise<{ readonly contentType: string; readonly text: string }> {
    const { index, writes, held } = figures;
    this.#set('connections', 'Open connections.', held.connections);
    this.#set('event_streams', 'Open streams of events.', held.streams);
    this.#set('index_up', '1 if the index is open.', index === undefined ? 0 : 1);
    if (index !== undefined) this.#setIndex(index);
    if (writes !== undefined) {
      raise(this.#commits, writes.commits);
      raise(this.#rebases, writes.rebases);
    }
    return { contentType: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  #setIndex(index: NonNullable<ServerFigures['index']>): void {
    const { embedding } = index;
    this.#set(
      'index_generation',
      'The newest generation: it grows with every commit of any process.',
      index.generation,
    );
    this.#set('index_generations', 'Generations that are kept.', index.generations);
    this.#set('index_documents', 'Documents in the index.', index.documents);
    this.#set('index_passages', 'Passages in the index.', index.chunks);
    this.#set('index_segments', 'Segment files of the newest generation.', index.segments);
    this.#set(
      'index_size_bytes',
      'Bytes that the history occupies: files and manifests, what is shared counted once.',
      index.sizeBytes,
    );
    this.#set('index_pending_changes', 'Changed files that are not indexed yet.', index.pendingChanges);
    this.#set('index_stale', '1 if the index may be behind the files.', index.stale ? 1 : 0);
    this.#set('index_held', '1 while a rollback holds the index.', index.hold === null ? 0 : 1);
    this.#set('index_problems', 'What is wrong with documents, index or embedder.', index.problems.length);
    this.#set('embedder_up', '1 if the embedder could be loaded.', embedding.id === null ? 0 : 1);
    this.#set('embedder_passages', 'Passages with a vector of the embedder.', embedding.embedded);
    this.#set('embedder_missing_passages', 'Passages that only keywords find.', embedding.missing);
    this.#set('embedder_busy', '1 while missing vectors are being made.', embedding.embedding ? 1 : 0);
    const instances = this.#gauge('instances', 'Processes that have the index open.', ['role']);
    for (const role of ROLES) {
      instances.set({ role }, index.instances.filter((instance) => instance.role === role).length);
    }
  }

  #set(name: string, help: string, value: number): void {
    this.#gauge(name, help, []).set(value);
  }

  #gauge(name: string, help: string, labelNames: readonly string[]): Gauge {
    const known = this.#gauges.get(name);
    if (known !== undefined) return known;
    const gauge = new Gauge({
      name: `snapdex_${name}`,
      help,
      labelNames: [...labelNames],
      registers: [this.#registry],
    });
    this.#gauges.set(name, gauge);
    return gauge;
  }
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS']);

/** Clients may send any method; each would be a series of its own. */
function knownMethod(method: string): string {
  return METHODS.has(method) ? method : 'other';
}

/** Counters can only be raised, and what is counted elsewhere only grows. */
function raise(counter: Counter, total: number): void {
  counter.reset();
  counter.inc(total);
}
