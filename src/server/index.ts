/**
 * Configuration, and the MCP server on an index.
 * @module snapdex/server
 */
import type { McpServer } from '@modelcontextprotocol/server';
import { requireGiven } from './given-request.js';
import type { HttpServing, HttpServingRequest } from './http/serve-http.js';
import { IndexSession } from './index-session.js';

export { byteSize } from './byte-size.js';
export type { Configuration, ConfigurationFlags, FoundRoot } from './configuration/index.js';
export { ServerError, type ServerErrorCode } from './errors.js';
export { fileNote } from './file-note.js';
export { harmlessAnswer, harmlessLine } from './harmless-text.js';
export type { Listening } from './http/listen.js';
export type { HttpServing, HttpServingRequest } from './http/serve-http.js';
export type { AnsweredRequest, ServerFigures, ServerMetrics } from './http/server-metrics.js';
export { packageVersion } from './package-version.js';
export { passageHeadings } from './passage-headings.js';
export { type ProblemReport, problemReport } from './problem-report.js';
export { exitAfter, onEndSignal, type ProcessEnd } from './process-end.js';
export {
  type ConfigurationSource,
  indexLocation,
  type OpenProjectIndex,
  openProjectIndex,
  type ProjectIndexRequest,
  readConfiguration,
} from './project-index-opening.js';
export { serveStdio } from './stdio/serve-stdio.js';
export { IndexSession };

// Importing the server layer must stay cheap, because every command does: what loads the protocol's code is behind a
// function that loads it when called.

/**
 * An MCP server with tools, resources and prompts on one project's index, for one connection of a 2025 revision.
 *
 * @throws ServerError `USAGE` for what is no session
 */
export async function createServer(session: IndexSession): Promise<McpServer> {
  requireGiven('createServer', 'session', session, {
    expected: 'an IndexSession',
    allows: (value) => value instanceof IndexSession,
  });
  const [{ createMcpServer }, { announceChanges }] = await Promise.all([
    import('./mcp-server.js'),
    import('./resources/change-notices.js'),
  ]);
  const server = createMcpServer(session, { tellsChanges: true });
  announceChanges(server, session, 'legacy');
  return server;
}

/**
 * Serves MCP over Streamable HTTP, and the page; with `/metrics` if somebody counts.
 *
 * @throws ServerError `PORT_UNAVAILABLE`, `TOKEN_REQUIRED`, `USAGE`, and what `readConfiguration` throws.
 */
export async function serveHttp(request: HttpServingRequest = {}): Promise<HttpServing> {
  const { serveHttp: serve } = await import('./http/serve-http.js');
  return serve(request);
}
