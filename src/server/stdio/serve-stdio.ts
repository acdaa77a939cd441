import type { Readable, Writable } from 'node:stream';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { claimStdout } from '../../stdout/index.js';
import { CONFIGURATION_SOURCE, readGiven } from '../given-request.js';
import { harmlessLine } from '../harmless-text.js';
import { IndexSession } from '../index-session.js';
import { problemReport } from '../problem-report.js';
import { exitAfter, onEndSignal, onParentGone, type ProcessEnd } from '../process-end.js';
import { type ConfigurationSource, openProjectIndex } from '../project-index-opening.js';
import { ClientWorkspace } from './client-workspace.js';
import type { MessageFault } from './message-fault.js';
import { MessageLines } from './message-lines.js';

/** From the end of standard input to the end of the process; clients kill what takes 200 ms. */
const EXIT_GRACE_MS = 100;
/** The part of it in which calls that are under way may still be answered. */
const ANSWER_GRACE_MS = 40;
/** The index is opened after the first answer went out, or this long after the start if no client speaks. */
const OPEN_INDEX_AFTER_MS = 250;

/**
 * Serves MCP on this process's standard input and output until the client goes away, and then ends the process with
 * code 0: within 200 ms of standard input closing, and also when standard output breaks, a signal arrives or the parent
 * dies. Takes both streams, so it is the only thing a process does.
 *
 * `initialize` is answered before the index is opened or its code loaded. If the configuration or the root is wrong,
 * the server stays up, says so on standard error, and answers every tool call with the reason, so that the assistant
 * can tell its user.
 *
 * Resolves once messages are being answered.
 *
 * @throws ServerError `USAGE` for what is no request
 */
export async function serveStdio(request: ConfigurationSource = {}): Promise<void> {
  readGiven('serveStdio', request, CONFIGURATION_SOURCE);
  const { stream: output, firstMessage } = claimStdout();
  const workspace = new ClientWorkspace();
  const findWorkspace = () => workspace.find();
  const session = new IndexSession(async () => {
    return (await openProjectIndex({ ...request, findWorkspace, mode: 'serve', client: 'mcp client' })).index;
  }, 'one-client');
  const input = new MessageLines((fault) => answerRefused(output, fault));
  const end = endOnce(session);
  // The end of input is heard from here on, while the protocol's code is still being loaded. It is kept from the
  // transport, which would refuse to send answers that are already on their way.
  let isConnected = false;
  const inputClosed = (): void => {
    // Who pipes a few messages in and closes gets its answers, also before the server was ready to read them.
    if (isConnected || input.readableLength === 0) end('stdin-closed');
  };
  for (const event of ['end', 'close', 'error'] as const) process.stdin.on(event, inputClosed);
  if (process.stdin.readableEnded || process.stdin.destroyed) inputClosed();
  process.stdin.pipe(input, { end: false });
  process.stdout.on('error', () => end('stdout-closed'));
  output.on('error', () => end('stdout-closed'));
  onEndSignal(end);
  onParentGone(end);
  await connect({ session, workspace, input, output, closed: () => end('stdin-closed') });
  isConnected = true;
  openAfter(firstMessage, session);
  if (process.stdin.readableEnded || process.stdin.destroyed) inputClosed();
}

interface Connection {
  readonly session: IndexSession;
  readonly workspace: ClientWorkspace;
  readonly input: Readable;
  readonly output: Writable;
  /** Called when the transport closes itself. */
  readonly closed: () => void;
}

async function connect({ session, workspace, input, output, closed }: Connection): Promise<void> {
  const [{ serveStdio: serve, StdioServerTransport }, { createMcpServer }, { announceChanges }] = await Promise.all([
    import('@modelcontextprotocol/server/stdio'),
    import('../mcp-server.js'),
    import('../resources/change-notices.js'),
  ]);
  const transport = new StdioServerTransport(input, output);
  serve(
    ({ era }) => {
      const server = createMcpServer(session, { tellsChanges: true });
      announceChanges(server, session, era);
      if (era === 'modern') workspace.giveUp();
      server.server.oninitialized = () => {
        workspace.ask(server);
        const name = server.server.getClientVersion()?.name;
        if (name !== undefined) session.setClient(name);
      };
      return server;
    },
    { transport, onerror: (error) => process.stderr.write(`snapdex: protocol: ${harmlessLine(error.message)}\n`) },
  );
  // A server that no longer listens must not stay.
  const closeConnection = transport.onclose;
  transport.onclose = () => {
    closeConnection?.();
    closed();
  };
}

/** The transport would leave a line that is no message without an answer, and end the connection at one too long. */
function answerRefused(output: Writable, { code, id, message, isAnswered }: MessageFault): void {
  process.stderr.write(`snapdex: protocol: ${harmlessLine(message)}\n`);
  if (!isAnswered) return;
  const answer = { jsonrpc: '2.0', id: id ?? null, error: { code, message } };
  output.write(`${JSON.stringify(answer)}\n`);
}

function openAfter(firstMessage: Promise<void>, session: IndexSession): void {
  Promise.race([firstMessage, sleep(OPEN_INDEX_AFTER_MS)])
    // Loading the index's code keeps this thread busy for a while: let the message out first.
    .then(() => nextTurn())
    .then(() => session.open())
    .catch((error: unknown) => {
      const { code, message, remedy } = problemReport(error);
      process.stderr.write(`snapdex: ${code}: ${harmlessLine(message)}\n  ${harmlessLine(remedy)}\n`);
    });
}

function endOnce(session: IndexSession): (end: ProcessEnd) => void {
  let isEnding = false;
  return (end) => {
    if (isEnding) return;
    isEnding = true;
    exitAfter(closeSession(session, end), EXIT_GRACE_MS);
  };
}

async function closeSession(session: IndexSession, end: ProcessEnd): Promise<void> {
  if (end === 'stdin-closed') {
    // What was read before the end reaches the server in the next turns of the event loop, so that `whenIdle` knows of
    // it; and an answer is written a few microtasks after its call ends.
    for (let turn = 0; turn < 3; turn += 1) await nextTurn();
    await Promise.race([session.whenIdle(), sleep(ANSWER_GRACE_MS)]);
    await nextTurn();
  }
  await session.close();
}
