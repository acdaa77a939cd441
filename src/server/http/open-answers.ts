import type { IncomingMessage, ServerResponse } from 'node:http';
import { pathOf, routeOf } from './routes.js';
import type { ServerMetrics } from './server-metrics.js';

/** What is said of a client that went away before it had its answer, as nginx does. */
const CLIENT_GONE = 499;

/** The requests that are being answered, counted when they have been. */
export class OpenAnswers {
  readonly #metrics: ServerMetrics | undefined;
  readonly #responses = new Set<ServerResponse>();
  readonly #streams = new WeakSet<ServerResponse>();
  #waiting: { readonly isOver: () => boolean; readonly resolve: () => void }[] = [];

  constructor(metrics: ServerMetrics | undefined) {
    this.#metrics = metrics;
  }

  /** Counts a request from now until its answer is closed. */
  add(request: IncomingMessage, response: ServerResponse): void {
    const startedMs = performance.now();
    this.#responses.add(response);
    response.on('close', () => {
      this.#responses.delete(response);
      this.#look();
      const isStream = this.#streams.has(response);
      this.#metrics?.answered({
        route: routeOf(pathOf(request)),
        method: request.method ?? '',
        status: response.writableFinished || isStream ? response.statusCode : CLIENT_GONE,
        durationMs: isStream ? undefined : performance.now() - startedMs,
      });
    });
  }

  /** Says of an answer that it stays open for events. */
  markStream(response: ServerResponse): void {
    this.#streams.add(response);
    this.#look();
  }

  /** Tells all clients not to send another request on their connections. */
  sayLast(): void {
    for (const response of this.#responses) if (!response.headersSent) response.setHeader('connection', 'close');
  }

  /** Resolves once nothing is being answered but by streams of events. */
  whenOnlyStreams(): Promise<void> {
    return this.#when(() => [...this.#responses].every((response) => this.#streams.has(response)));
  }

  /** Resolves once nothing is being answered. */
  whenNone(): Promise<void> {
    return this.#when(() => this.#responses.size === 0);
  }

  #when(isOver: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ isOver, resolve });
      this.#look();
    });
  }

  #look(): void {
    const over = this.#waiting.filter(({ isOver }) => isOver());
    this.#waiting = this.#waiting.filter((one) => !over.includes(one));
    for (const { resolve } of over) resolve();
  }
}
