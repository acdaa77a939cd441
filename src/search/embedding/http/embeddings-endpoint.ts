import { z } from 'zod';
import { LONGEST_TIMER_MS } from '../../../store/index.js';

/** Where embeddings are asked for, and how. */
export interface EmbeddingsEndpoint {
  /** The whole address, such as `http://localhost:11434/v1/embeddings`. */
  readonly address: URL;
  readonly model: string;
  readonly apiKey: string | undefined;
  /** Components to ask for; undefined takes what the model gives. */
  readonly dimensions: number | undefined;
}

/** What one request came to. */
export type EndpointAnswer =
  | { readonly kind: 'vectors'; readonly vectors: readonly Float32Array[] }
  /** Later the same request may succeed. */
  | {
      readonly kind: 'busy';
      readonly what: string;
      readonly retryAfterMs: number | undefined;
      readonly cause?: unknown;
    }
  /** Nobody answers there. */
  | { readonly kind: 'down'; readonly what: string; readonly cause: unknown }
  /** The request itself is not liked: the key, the model's name, a text. */
  | { readonly kind: 'refused'; readonly what: string; readonly status: number }
  | { readonly kind: 'nonsense'; readonly what: string; readonly cause?: unknown };

/** Answers longer than this are not read to their end: room for the largest vectors, written at length. */
const ANSWER_BYTES = { once: 1024 * 1024, perText: 512 * 1024 } as const;
const LONGEST_QUOTE = 300;
const MOST_COMPONENTS = 16_384;
const BUSY: ReadonlySet<number> = new Set([408, 409, 425, 429, 500, 502, 503, 504, 529]);

const answerSchema = z.looseObject({
  data: z.array(
    z.looseObject({
      /** Some leave it out where it is the place in the list. */
      index: z.int().nonnegative().optional(),
      embedding: z.array(z.number()).min(1).max(MOST_COMPONENTS),
    }),
  ),
});

/**
 * Asks once for the embeddings of some texts. Redirects are not followed: they would take texts and key to somebody who
 * was not named. Whatever goes wrong is an answer; only the caller's own `signal` throws.
 */
export async function askForEmbeddings(
  endpoint: EmbeddingsEndpoint,
  texts: readonly string[],
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<EndpointAnswer> {
  const { address, apiKey, model, dimensions } = endpoint;
  // An error of `fetch` would repeat it.
  if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey)) {
    return { kind: 'refused', what: 'the API key holds what cannot be sent', status: 0 };
  }
  const deadline = deadlineOf(timeoutMs, signal);
  try {
    const response = await fetch(address, {
      method: 'POST',
      redirect: 'error',
      headers: {
        'content-type': 'application/json',
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify({
        model,
        input: texts,
        encoding_format: 'float',
        ...(dimensions === undefined ? {} : { dimensions }),
      }),
      signal: deadline.signal,
    });
    const text = await readText(response, ANSWER_BYTES.once + ANSWER_BYTES.perText * texts.length);
    if (!response.ok) return failureOf(response, text, apiKey);
    return vectorsOf(text, texts.length);
  } catch (cause) {
    signal.throwIfAborted();
    return interruptionOf(cause, timeoutMs);
  } finally {
    deadline.clear();
  }
}

/**
 * A signal that aborts after the time, or with `signal`. `AbortSignal.any` of one from `AbortSignal.timeout` does not in
 * Node 20 once memory was collected: nothing keeps the latter.
 */
function deadlineOf(
  timeoutMs: number,
  signal: AbortSignal,
): { readonly signal: AbortSignal; readonly clear: () => void } {
  const controller = new AbortController();
  const end = (): void => controller.abort(signal.reason);
  const expire = (): void => controller.abort(new DOMException('no answer in time', 'TimeoutError'));
  const timer = setTimeout(expire, Math.min(timeoutMs, LONGEST_TIMER_MS));
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  const clear = (): void => {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  };
  return { signal: controller.signal, clear };
}

async function readText(response: Response, mostBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > mostBytes) throw new RangeError(`an answer of more than ${mostBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function failureOf(response: Response, text: string, apiKey: string | undefined): EndpointAnswer {
  const { status } = response;
  const what = `status ${status}${quoted(text, apiKey)}`;
  if (!BUSY.has(status)) return { kind: 'refused', what, status };
  return { kind: 'busy', what, retryAfterMs: readRetryAfter(response.headers.get('retry-after')) };
}

/** What the endpoint says, on one line and without the key, which some of them repeat. */
function quoted(text: string, apiKey: string | undefined): string {
  const hidden = apiKey === undefined || apiKey === '' ? text : text.replaceAll(apiKey, '…');
  const line = hidden.replace(/[\s\p{C}]+/gu, ' ').trim();
  return line === '' ? '' : `: ${line.slice(0, LONGEST_QUOTE)}`;
}

/** Seconds, or a date; undefined if it is neither. */
function readRetryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  if (/^\d+(?:\.\d+)?$/.test(value.trim())) return Number(value) * 1000;
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - Date.now());
}

function interruptionOf(cause: unknown, timeoutMs: number): EndpointAnswer {
  if (cause instanceof Error && cause.name === 'TimeoutError') {
    return { kind: 'busy', what: `no answer within ${timeoutMs / 1000} seconds`, retryAfterMs: undefined, cause };
  }
  // fetch says only that it failed, and its cause says why.
  const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  if (reason instanceof RangeError) return { kind: 'nonsense', what: reason.message, cause };
  const code = reason instanceof Error && 'code' in reason ? String(reason.code) : '';
  const what = reason instanceof Error ? reason.message || code : String(reason);
  const isCutOff = ['ECONNRESET', 'UND_ERR_SOCKET', 'EPIPE'].includes(code);
  return isCutOff ? { kind: 'busy', what, retryAfterMs: undefined, cause } : { kind: 'down', what, cause };
}

function vectorsOf(text: string, count: number): EndpointAnswer {
  let parsed: z.infer<typeof answerSchema>;
  try {
    parsed = answerSchema.parse(JSON.parse(text));
  } catch (cause) {
    return { kind: 'nonsense', what: 'the answer holds no embeddings', cause };
  }
  const vectors = new Array<Float32Array | undefined>(count).fill(undefined);
  for (const [place, { index = place, embedding }] of parsed.data.entries()) {
    if (vectors[index] !== undefined) {
      return {
        kind: 'nonsense',
        what: `${parsed.data.length} embeddings for ${count} texts, index ${index} is there twice`,
      };
    }
    if (index < count) vectors[index] = Float32Array.from(embedding);
  }
  const whole = vectors.flatMap((vector) => vector ?? []);
  if (whole.length !== count || parsed.data.length !== count) {
    return { kind: 'nonsense', what: `${parsed.data.length} embeddings for ${count} texts` };
  }
  return { kind: 'vectors', vectors: whole };
}
