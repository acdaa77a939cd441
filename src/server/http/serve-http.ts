import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createMcpHandler, type McpHttpHandler } from '@modelcontextprotocol/server';
import { IndexSession } from '../index-session.js';
import { createMcpServer } from '../mcp-server.js';
import { packageVersion } from '../package-version.js';
import { PageServer } from '../page/page-server.js';
import { problemReport } from '../problem-report.js';
import { type ConfigurationSource, openProjectIndex, readConfiguration } from '../project-index-opening.js';
import { noticeChanges } from '../resources/change-notices.js';
import { answerWithFetch, BodyTooLarge, readBody } from './fetch-bridge.js';
import { type Listening, listen } from './listen.js';
import { refusalOf } from './loopback-guard.js';

/** A tool call is a few kilobytes; nothing that a client has to say is larger than this. */
const MAXIMUM_BODY_BYTES = 1_000_000;

/** A running HTTP server and the index behind it. */
export interface HttpServing extends Listening {
  readonly session: IndexSession;
  /** Stops listening, ends open requests and closes the index. */
  close(): Promise<void>;
}

/**
 * Serves MCP (Streamable HTTP, both 2025-era clients and the stateless 2026-07-28 revision) at `/mcp` on a loopback
 * address, `/health` beside it, and the page at `/`. Listens before the index is opened; opening it is begun, not awaited: a failure
 * there reaches every tool call, and whoever calls `session.open()`.
 *
 * @throws ServerError `PORT_UNAVAILABLE`, and what `readConfiguration` throws.
 */
export async function serveHttp(request: ConfigurationSource): Promise<HttpServing> {
  const configuration = await readConfiguration(request);
  const session = new IndexSession(async () => {
    return (await openProjectIndex({ ...request, mode: 'serve', client: 'http' }, configuration)).index;
  }, 'many-clients');
  // Clients of the 2025 revisions are answered request by request, with nowhere to send anything in between.
  const mcp = createMcpHandler(({ era }) => createMcpServer(session, { tellsChanges: era === 'modern' }), {
    maxRequestBodySize: MAXIMUM_BODY_BYTES,
  });
  session.onDocumentsChanged((changed) => noticeChanges(mcp.notify, changed));
  const page = new PageServer(session, async (incoming) => {
    return new TextDecoder().decode(await readBody(incoming, MAXIMUM_BODY_BYTES));
  });
  const server = createServer((incoming, response) => {
    answer(incoming, response, { mcp, page, session }).catch((error: unknown) => fail(response, error));
  });
  const listening = await listen(server, configuration);
  session.open().catch(() => {
    // Reported to whoever needs the index; here nobody does yet.
  });
  return { ...listening, session, close: () => close(server, { mcp, page, session }) };
}

/** What answers. */
interface Answerers {
  readonly mcp: McpHttpHandler;
  readonly page: PageServer;
  readonly session: IndexSession;
}

async function close(server: Server, { mcp, page, session }: Answerers): Promise<void> {
  server.close();
  page.close();
  await mcp.close();
  server.closeAllConnections();
  await session.close();
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { mcp, page, session }: Answerers,
): Promise<void> {
  const refusal = refusalOf(request);
  if (refusal !== undefined) return sendError(response, 403, refusal);
  const path = (request.url ?? '/').replace(/[?#].*$/u, '');
  if (path === '/mcp') return answerWithFetch(request, response, mcp.fetch, MAXIMUM_BODY_BYTES);
  if (path === '/health') return sendJson(response, 200, await health(session));
  if (await page.answer(request, response)) return;
  sendError(
    response,
    404,
    `nothing at ${path}; MCP is served at /mcp, the state of the server at /health, the page at /`,
  );
}

/** `ok` once the index answers, `starting` before, `failed` if it cannot be opened; always with what is known. */
async function health(session: IndexSession): Promise<object> {
  const about = { name: 'snapdex', version: packageVersion() };
  const opening = session.open().then(
    async (index) => {
      const { generation, stale, indexing, total } = await index.list({ limit: 1 });
      return { status: 'ok', ...about, generation, stale, indexing, documents: total };
    },
    (error: unknown) => ({ status: 'failed', ...about, error: problemReport(error) }),
  );
  const starting = new Promise<object>((resolve) => {
    setTimeout(() => resolve({ status: 'starting', ...about }), 1000).unref();
  });
  return Promise.race([opening, starting]);
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (error instanceof BodyTooLarge) {
    // The rest of the body is not read, so the connection cannot be used again.
    response.setHeader('connection', 'close');
    sendError(response, 413, `the request body is larger than ${MAXIMUM_BODY_BYTES} bytes`);
    return;
  }
  sendError(response, 500, problemReport(error).message);
}

/** MCP clients read errors as JSON-RPC, also those that never reached the protocol. */
function sendError(response: ServerResponse, status: number, message: string): void {
  sendJson(response, status, { jsonrpc: '2.0', id: null, error: { code: -32_000, message } });
}

function sendJson(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(value)}\n`);
}
