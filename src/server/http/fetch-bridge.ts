import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A body that is larger than what is accepted. */
export class BodyTooLarge extends Error {}

/**
 * Answers a `node:http` request with what a web-standard handler makes of it. The handler's signal is aborted when the
 * client goes away.
 *
 * @throws BodyTooLarge if the body has more than `maximumBodyBytes`; nothing has been answered then.
 */
export async function answerWithFetch(
  request: IncomingMessage,
  response: ServerResponse,
  handle: (request: Request) => Promise<Response>,
  maximumBodyBytes: number,
): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const body = await readBody(request, maximumBodyBytes);
  const answer = await handle(webRequest(request, body, gone.signal));
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (answer.body !== null) await writeBody(answer.body, response);
  response.end();
}

/**
 * The body of a request; undefined of one that has none.
 *
 * @throws BodyTooLarge if it has more than `maximumBytes`
 */
export async function readBody(
  request: IncomingMessage,
  maximumBytes: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (request.method === 'GET' || request.method === 'HEAD') return undefined;
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > maximumBytes) throw new BodyTooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > maximumBytes) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
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
