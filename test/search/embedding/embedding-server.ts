import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

/** A request as it arrived. */
export interface EmbeddingRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: { readonly model: string; readonly input: readonly string[]; readonly dimensions?: number };
  /** On a monotonic clock. */
  readonly atMs: number;
}

/** What the server does with a request, in place of embedding its texts. */
export interface Scripted {
  readonly status?: number;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Ends the connection without an answer. */
  readonly cutOff?: boolean;
  /** Never answers. */
  readonly silent?: boolean;
}

/** A real HTTP server with the embeddings of OpenAI's API: a vector of four numbers that follow from the text. */
export interface EmbeddingServer {
  /** Up to `/v1`. */
  readonly url: string;
  readonly port: number;
  readonly requests: readonly EmbeddingRequest[];
  /** Every text that was embedded, in the order of the answers. */
  readonly embedded: readonly string[];
  /** How the next requests are answered, one each. */
  answerNext(...answers: readonly Scripted[]): void;
  /** How all others are; undefined embeds again. */
  answerAlways(answer: Scripted | undefined): void;
  /** Components of the vectors from now on, a multiple of four. */
  answerWithComponents(dimension: number): void;
  refuseTextsLongerThan(length: number): void;
  refuseTextsWith(part: string): void;
  /** Every answer comes so much later. */
  answerLate(delayMs: number): void;
  /** Never answers again once that many texts were embedded. */
  fallSilentAfter(texts: number): void;
  /** Resolves when that many requests have come. */
  requested(count: number): Promise<void>;
  close(): Promise<void>;
}

/** @param port default any that is free */
export async function embeddingServer(port = 0): Promise<EmbeddingServer> {
  const requests: EmbeddingRequest[] = [];
  const embedded: string[] = [];
  const next: Scripted[] = [];
  let always: Scripted | undefined;
  let isRefused = (_text: string): boolean => false;
  let repeated = 1;
  let mostTexts = Number.POSITIVE_INFINITY;
  let lateMs = 0;
  let onRequest = (): void => {};

  const vectorOf = (text: string): readonly number[] => Array.from({ length: repeated }, () => vectorFor(text)).flat();
  const server = createServer((request, response) => {
    void readBody(request).then(async (text) => {
      const body: EmbeddingRequest['body'] = JSON.parse(text);
      const { url: path = '', headers } = request;
      requests.push({ path, authorization: headers.authorization, body, atMs: performance.now() });
      onRequest();
      if (lateMs > 0) await sleep(lateMs);
      const scripted = next.shift() ?? (embedded.length >= mostTexts ? { silent: true } : always);
      if (scripted !== undefined) return follow(scripted, response);
      if (body.input.some(isRefused)) return follow({ status: 400, text: 'input is too long' }, response);
      embedded.push(...body.input);
      const data = body.input.map((input, index) => ({ object: 'embedding', index, embedding: vectorOf(input) }));
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ object: 'list', data }));
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  const listening = typeof address === 'object' && address !== null ? address.port : 0;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(close);
  return {
    url: `http://127.0.0.1:${listening}/v1`,
    port: listening,
    requests,
    embedded,
    answerNext: (...answers) => void next.push(...answers),
    answerAlways: (answer) => {
      always = answer;
    },
    answerWithComponents: (dimension) => {
      repeated = dimension / 4;
    },
    refuseTextsLongerThan: (length) => {
      isRefused = (text) => text.length > length;
    },
    refuseTextsWith: (part) => {
      isRefused = (text) => text.includes(part);
    },
    answerLate: (delayMs) => {
      lateMs = delayMs;
    },
    fallSilentAfter: (texts) => {
      mostTexts = texts;
    },
    requested: async (count) => {
      while (requests.length < count) {
        await new Promise<void>((resolve) => {
          onRequest = resolve;
        });
      }
    },
    close,
  };
}

/** Four numbers by the letters of a text; texts of the same words in any order are alike. */
export function vectorFor(text: string): readonly number[] {
  const vector = [1, 0.5, 0.25, 0.125];
  for (const letter of text.toLowerCase()) {
    const place = (letter.codePointAt(0) ?? 0) % 4;
    vector[place] = (vector[place] ?? 0) + 1;
  }
  return vector;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString('utf8');
}

function follow({ status = 200, text = '', headers = {}, cutOff, silent }: Scripted, response: ServerResponse): void {
  if (cutOff === true) response.destroy();
  else if (silent !== true) response.writeHead(status, headers).end(text);
}
