import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HoldBytes } from './limits.js';
import { readBody } from './request-body.js';

/** They are about this connection, and Node writes them: it knows whether the connection stays open, and how a body ends. */
const CONNECTION_HEADERS: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade']);

/** What a request may take of the server. */
export interface Allowance {
  readonly holdBody: HoldBytes;
  /** Asked before an answer is sent that stays open. */
  readonly admitStream: () => void;
}

/**
 * Answers a `node:http` request with what a web-standard handler makes of it. The handler's signal is aborted when the
 * client goes away.
 *
 * @throws BodyTooLarge and what `allowance` throws; nothing has been answered then.
 */
export async function answerWithFetch(
  request: IncomingMessage,
  response: ServerResponse,
  handle: (request: Request) => Promise<Response>,
  { holdBody, admitStream }: Allowance,
): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
  const body = hasBody ? await readBody(request, holdBody) : undefined;
  const answer = await handle(webRequest(request, body, gone.signal));
  try {
    if (isStream(answer)) admitStream();
  } catch (error) {
    await answer.body?.cancel();
    throw error;
  }
  response.writeHead(answer.status, headersOf(answer));
  if (answer.body !== null) await writeBody(answer.body, response);
  response.end();
}

function headersOf({ headers }: Response): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => !CONNECTION_HEADERS.has(name)));
}

function isStream({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('text/event-stream') === true;
}

function webRequest(request: IncomingMessage, body: Uint8Array<ArrayBuffer> | undefined, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    for (const entry of Array.isArray(value) ? value : [value]) if (entry !== undefined) headers.append(name, entry);
  }
  const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
  return new Request(url, {
    method: request.method ?? 'GET',
    headers,
    signal,
    ...(body === undefined ? {} : { body }),
  });
}

async function writeBody(body: ReadableStream<Uint8Array>, response: ServerResponse): Promise<void> {
  const reader = body.getReader();
  try {
    for (let part = await reader.read(); !part.done && !response.destroyed; part = await reader.read()) {
      // A slow client must not make this process hold the whole answer.
      if (!response.write(part.value)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
    }
  } finally {
    await reader.cancel();
  }
}
