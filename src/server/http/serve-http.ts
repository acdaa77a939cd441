import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMcpHandler, type McpHttpHandler } from '@modelcontextprotocol/server';
import type { Check, Checks } from '../../arguments/index.js';
import { type Configuration, isLoopback } from '../configuration/index.js';
import { ServerError } from '../errors.js';
import { CONFIGURATION_SOURCE, readGiven } from '../given-request.js';
import { IndexSession } from '../index-session.js';
import { createMcpServer } from '../mcp-server.js';
import { PageServer } from '../page/page-server.js';
import { type ConfigurationSource, openProjectIndex, readConfiguration } from '../project-index-opening.js';
import { noticeChanges } from '../resources/change-notices.js';
import { type AccessToken, readAccessToken } from './access-token.js';
import { Authentication } from './authentication.js';
import { answerBrokenRequests } from './broken-requests.js';
import { sendEnding } from './http-answers.js';
import { MAXIMUM_BODY_BYTES, ServerLimits } from './limits.js';
import { type Listening, listen } from './listen.js';
import { OpenAnswers } from './open-answers.js';
import { RequestAnswers } from './request-answers.js';
import { readBody } from './request-body.js';
import type { ServerMetrics } from './server-metrics.js';
import { SlowReaders } from './slow-readers.js';

// A client that sends or reads nothing holds a connection; these bound for how long.
const HEADERS_WITHIN_MS = 10_000;
const REQUEST_WITHIN_MS = 30_000;
const IDLE_CONNECTION_MS = 10_000;
const READING = { waitMs: 30_000, slowestBytesPerSecond: 20_000 } as const;
const LOOK_AT_CONNECTIONS_MS = 5_000;
/** How long requests under way may take to be answered once the server is to end. */
const LAST_ANSWERS_MS = 5_000;

/** What is served, and to whom. */
export interface HttpServingRequest extends ConfigurationSource {
  /** Counts requests and is served at `/metrics`; without it there is none. */
  readonly metrics?: ServerMetrics;
}

const METRICS: Check = {
  expected: 'an object with the functions `answered` and `report`',
  allows: (value) => ['answered', 'report'].every((name) => typeof Object(value)[name] === 'function'),
};
const REQUEST: Checks<HttpServingRequest> = { ...CONFIGURATION_SOURCE, metrics: METRICS };

/** A running HTTP server and the index behind it. */
export interface HttpServing extends Listening {
  readonly session: IndexSession;
  /** Where the token is kept that clients must show; undefined if none is asked for. */
  readonly token: Omit<AccessToken, 'value'> | undefined;
  /**
   * Stops listening, ends streams, lets requests under way be answered for at most five seconds, and closes the index.
   */
  close(): Promise<void>;
}

/**
 * Serves MCP (Streamable HTTP, both 2025-era clients and the stateless 2026-07-28 revision) at `/mcp`, `/health` and
 * `/metrics` beside it, and the page at `/`; on any other address than a loopback one only to those who show a token.
 * Listens before the index is opened; opening it is begun, not awaited: a failure there reaches every tool call, and
 * whoever calls `session.open()`.
 *
 * @throws ServerError `PORT_UNAVAILABLE`, `TOKEN_REQUIRED`, `USAGE`, and what `readConfiguration` throws.
 */
export async function serveHttp(request: HttpServingRequest): Promise<HttpServing> {
  const { metrics, ...source } = readGiven('serveHttp', request, REQUEST);
  const configuration = await readConfiguration(source);
  const { tokenFile, sources } = configuration;
  const isCommandLine = isFlag(sources.tokenFile);
  const token = readAccessToken({ tokenFile, isCommandLine, environment: process.env });
  requireTokenIfReachable(configuration, token);
  const session = new IndexSession(async () => {
    return (await openProjectIndex({ ...source, mode: 'serve', client: 'http' }, configuration)).index;
  }, 'many-clients');
  // Clients of the 2025 revisions are answered request by request, with nowhere to send anything in between.
  const mcp = createMcpHandler(({ era }) => createMcpServer(session, { tellsChanges: era === 'modern' }), {
    maxRequestBodySize: MAXIMUM_BODY_BYTES,
  });
  session.onDocumentsChanged((changed) => noticeChanges(mcp.notify, changed));
  const limits = new ServerLimits();
  const answers = new OpenAnswers(metrics);
  const server = createLimitedServer();
  answerBrokenRequests(server);
  const slowReaders = new SlowReaders(READING);
  server.on('connection', (socket) => {
    if (limits.admitConnection(socket)) slowReaders.add(socket);
    else turnAway(socket);
  });
  const { host, allowedHosts } = configuration;
  const listening = await listen(server, configuration);
  const authentication = token && new Authentication({ token: token.value, port: listening.port });
  const admitStream = (incoming: IncomingMessage, response: ServerResponse): void => {
    limits.admitStream(incoming, response);
    answers.markStream(response);
  };
  const page = new PageServer(session, {
    authentication,
    readBody: async (incoming, response) => {
      return new TextDecoder().decode(await readBody(incoming, limits.bodyOf(incoming, response)));
    },
    admitStream,
    onWrongToken: (incoming) => limits.countWrongToken(incoming),
  });
  const guard = { host, isReachable: !isLoopback(host), allowedHosts };
  const requests = new RequestAnswers({ session, mcp, page, limits, guard, admitStream, authentication, metrics });
  let closing: Promise<void> | undefined;
  server.on('request', (incoming, response) => {
    answers.add(incoming, response);
    if (closing === undefined) void requests.answer(incoming, response);
    else sendEnding(response);
  });
  session.open().catch(() => {
    // Reported to whoever needs the index; here nobody does yet.
  });
  const parts = { server, mcp, page, answers, slowReaders, session };
  return {
    ...listening,
    session,
    token: token && { place: token.place, isNew: token.isNew },
    close: () => {
      closing ??= close(parts);
      return closing;
    },
  };
}

function requireTokenIfReachable({ host, allowedHosts, sources }: Configuration, token: AccessToken | undefined): void {
  if (token !== undefined) return;
  const what = isLoopback(host) ? allowedHosts[0] : host;
  if (what === undefined) return;
  throw new ServerError('TOKEN_REQUIRED', `${what}: whoever reaches the server there could read all documents`, {
    remedy:
      'Add --token-file <file> (one that does not exist is made, with a new token), or set SNAPDEX_TOKEN. ' +
      'docs/security.md says what else to think of.',
    isCommandLine: isFlag(sources[isLoopback(host) ? 'allowedHosts' : 'host']),
  });
}

/** True if it was a flag that chose a setting. */
function isFlag(source: string | undefined): boolean {
  return source?.startsWith('--') === true;
}

function createLimitedServer(): Server {
  return createServer({
    headersTimeout: HEADERS_WITHIN_MS,
    requestTimeout: REQUEST_WITHIN_MS,
    keepAliveTimeout: IDLE_CONNECTION_MS,
    connectionsCheckingInterval: LOOK_AT_CONNECTIONS_MS,
  });
}

/** There is no request to answer yet, and none is waited for. */
function turnAway(socket: Socket): void {
  socket.on('error', () => {
    // Gone already, which is what was wanted.
  });
  socket.end('HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  socket.destroySoon();
}

/** What is to be closed. */
interface ServingParts {
  readonly server: Server;
  readonly mcp: McpHttpHandler;
  readonly page: PageServer;
  readonly answers: OpenAnswers;
  readonly slowReaders: SlowReaders;
  readonly session: IndexSession;
}

async function close({ server, mcp, page, answers, slowReaders, session }: ServingParts): Promise<void> {
  const deadline = sleep(LAST_ANSWERS_MS, undefined, { ref: false });
  // 1. Nobody new, and nobody who waits for events.
  server.close();
  server.closeIdleConnections();
  page.close();
  answers.sayLast();
  // 2. What has been asked is answered; a stream of the protocol may be the answer to a call.
  await Promise.race([answers.whenOnlyStreams(), deadline]);
  await Promise.race([session.whenIdle(), deadline]);
  await mcp.close();
  // 3. What is answered is sent.
  await Promise.race([answers.whenNone(), deadline]);
  server.closeAllConnections();
  slowReaders.close();
  await session.close();
}
