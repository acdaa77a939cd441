import type { IncomingMessage, ServerResponse } from 'node:http';
import type { McpHttpHandler } from '@modelcontextprotocol/server';
import type { IndexSession } from '../index-session.js';
import { packageVersion } from '../package-version.js';
import type { PageServer } from '../page/page-server.js';
import { problemReport } from '../problem-report.js';
import type { Authentication } from './authentication.js';
import { answerWithFetch } from './fetch-bridge.js';
import { type HostGuardOptions, refusalOf } from './host-guard.js';
import { type ErrorForm, sendFailure, sendJson, sendRefusal, sendUnauthorized } from './http-answers.js';
import type { ServerLimits } from './limits.js';
import { readFigures } from './read-figures.js';
import { pathOf } from './routes.js';
import type { ServerMetrics } from './server-metrics.js';

/** What answers, and what asks first. */
export interface AnsweringParts {
  readonly session: IndexSession;
  readonly mcp: McpHttpHandler;
  readonly page: PageServer;
  readonly limits: ServerLimits;
  readonly guard: HostGuardOptions;
  /** Asked before an answer is begun that stays open; throws TooMuch. */
  readonly admitStream: (request: IncomingMessage, response: ServerResponse) => void;
  /** Undefined if no token is asked for. */
  readonly authentication: Authentication | undefined;
  /** Undefined if nothing is counted; `/metrics` is not there then. */
  readonly metrics: ServerMetrics | undefined;
}

/** How long `/health` and `/metrics` wait for the index before they say that it is not open yet. */
const OPENING_MS = 1000;

/** What the server answers to one request, after it has been counted, guarded and authenticated. */
export class RequestAnswers {
  readonly #parts: AnsweringParts;

  constructor(parts: AnsweringParts) {
    this.#parts = parts;
  }

  /** Answers; never rejects. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request);
    const form: ErrorForm = /^\/(?:api\/|events$|log(?:in|out)$)/u.test(path) ? 'problem' : 'json-rpc';
    try {
      this.#parts.limits.countRequest(request);
      const refusal = refusalOf(request, this.#parts.guard);
      if (refusal === undefined) await this.#answerAs(request, response, { path, form });
      else sendRefusal(response, { status: 403, form, problem: refused(refusal) });
    } catch (error) {
      sendFailure(response, error, form);
    }
  }

  async #answerAs(
    request: IncomingMessage,
    response: ServerResponse,
    { path, form }: { readonly path: string; readonly form: ErrorForm },
  ): Promise<void> {
    const { page, metrics, limits, authentication } = this.#parts;
    const hasToken = authentication === undefined || authentication.hasToken(request);
    if (hasToken === false) {
      limits.countWrongToken(request);
      return sendUnauthorized(response, form);
    }
    // A browser's session is for the page: nothing that a browser sends by itself reaches the protocol.
    const isSignedIn = hasToken === true || authentication?.isSignedIn(request) === true;
    if (path === '/health') return sendJson(response, 200, await this.#health(isSignedIn));
    if (path === '/mcp')
      return hasToken === true ? this.#answerMcp(request, response) : sendUnauthorized(response, form);
    if (path === '/metrics' && metrics !== undefined) {
      return isSignedIn ? this.#answerMetrics(response, metrics) : sendUnauthorized(response, form);
    }
    if (await page.answer(request, response, { isSignedIn })) return;
    const message = `nothing at ${path}; MCP is served at /mcp, the state of the server at /health, the page at /`;
    sendRefusal(response, { status: 404, form, problem: { code: 'NOT_FOUND', message, remedy: 'Use one of these' } });
  }

  async #answerMcp(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { mcp, limits, admitStream } = this.#parts;
    await answerWithFetch(request, response, mcp.fetch, {
      holdBody: limits.bodyOf(request, response),
      admitStream: () => admitStream(request, response),
    });
  }

  async #answerMetrics(response: ServerResponse, metrics: ServerMetrics): Promise<void> {
    const { session, limits } = this.#parts;
    const index = await withinOpening(readFigures(session), undefined);
    const { contentType, text } = await metrics.report({
      index: index?.status,
      writes: index?.writes,
      held: limits.held,
    });
    response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' });
    response.end(text);
  }

  /** `ok` once the index answers, `starting` before, `failed` if it cannot be opened; with what is known, for those who may ask. */
  async #health(mayAsk: boolean): Promise<object> {
    const about = { name: 'snapdex', version: packageVersion() };
    const { session } = this.#parts;
    const opening = session.open().then(
      async (index) => {
        const { generation, stale, indexing, total } = await index.list({ limit: 1 });
        return { status: 'ok', ...about, generation, stale, indexing, documents: total };
      },
      (error: unknown) => ({ status: 'failed', ...about, error: problemReport(error) }),
    );
    const health = await withinOpening(opening, { status: 'starting', ...about });
    return mayAsk ? health : { status: health.status };
  }
}

async function withinOpening<T, Otherwise>(work: Promise<T>, otherwise: Otherwise): Promise<T | Otherwise> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Otherwise>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), OPENING_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function refused(message: string): { code: string; message: string; remedy: string } {
  return { code: 'REQUEST_REFUSED', message, remedy: 'Speak to the server by the address that it names itself' };
}
