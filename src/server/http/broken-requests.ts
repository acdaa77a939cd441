import { type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** How long a client may still send what nobody reads, so that it comes to read why its request was refused. */
const READ_ANSWER_WITHIN_MS = 2_000;

/** Codes of Node with a status of their own, as Node itself answers them. */
const STATUS_OF: ReadonlyMap<string, number> = new Map([
  ['HPE_HEADER_OVERFLOW', 431],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 413],
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
]);

/**
 * Answers requests that cannot be read, and ends their connections. Node closes such a connection at once, while the
 * rest of the request is still on its way, and that resets it: the client never sees the answer.
 */
export function answerBrokenRequests(server: Server): void {
  const begun = new WeakMap<Duplex, Set<ServerResponse>>();
  server.on('request', ({ socket }, response) => {
    const responses = begun.get(socket) ?? new Set();
    begun.set(socket, responses.add(response));
    response.on('close', () => responses.delete(response));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // Whatever comes behind what cannot be read is told here again.
    if (socket.writableEnded) return;
    const isAnswering = [...(begun.get(socket) ?? [])].some(({ headersSent }) => headersSent);
    if (socket.writable && error.code !== 'ECONNRESET' && !isAnswering) refuse(socket, error.code);
    else socket.destroy(error);
  });
}

function refuse(socket: Duplex, code = ''): void {
  const status = STATUS_OF.get(code) ?? 400;
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  const timer = setTimeout(() => socket.destroy(), READ_ANSWER_WITHIN_MS);
  socket.on('close', () => clearTimeout(timer));
}
