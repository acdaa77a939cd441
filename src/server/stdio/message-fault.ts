/** Codes of JSON-RPC 2.0. */
export const PARSE_ERROR = -32_700;
export const INVALID_REQUEST = -32_600;

/** Why a line is no message of JSON-RPC 2.0 as MCP has it. */
export interface MessageFault {
  readonly code: typeof PARSE_ERROR | typeof INVALID_REQUEST;
  /** Of the request, where it has one. */
  readonly id: string | number | undefined;
  readonly message: string;
  /** False of an answer: nobody waits for one to it. */
  readonly isAnswered: boolean;
}

type Members = Readonly<Record<string, unknown>>;

const MEMBERS: ReadonlySet<string> = new Set(['jsonrpc', 'id', 'method', 'params']);

/** `undefined` for a message that can be passed on, and for a line without anything in it. */
export function findMessageFault(line: string): MessageFault | undefined {
  if (line.trim() === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { code: PARSE_ERROR, id: undefined, message: 'a line that is no JSON', isAnswered: true };
  }
  const message = isObject(value) ? faultOf(value) : notAnObject(value);
  if (message === undefined) return undefined;
  const members = isObject(value) ? value : {};
  const id = isId(members.id) ? members.id : undefined;
  const isAnswered = 'method' in members || !('result' in members || 'error' in members);
  return { code: INVALID_REQUEST, id, message: `an invalid message: ${message}`, isAnswered };
}

function notAnObject(value: unknown): string {
  return Array.isArray(value) ? 'a batch, which MCP does not have; send each message in a line' : 'expected an object';
}

function faultOf(message: Members): string | undefined {
  if (message.jsonrpc !== '2.0') return 'jsonrpc: expected "2.0"';
  if ('id' in message && !isId(message.id)) return 'id: expected text or a whole number';
  return 'method' in message ? requestFault(message) : answerFault(message);
}

function requestFault({ method, params, ...message }: Members): string | undefined {
  if (typeof method !== 'string') return 'method: expected text';
  if (params !== undefined && !isObject(params)) return 'params: expected an object';
  const unknown = Object.keys(message).find((name) => !MEMBERS.has(name));
  if (unknown !== undefined) return `${JSON.stringify(unknown)}: is no member of a request`;
  return params === undefined || params._meta === undefined ? undefined : metaFault(params._meta);
}

function metaFault(meta: unknown): string | undefined {
  if (!isObject(meta)) return 'params: _meta: expected an object';
  const { progressToken } = meta;
  if (progressToken === undefined || isId(progressToken)) return undefined;
  return 'params: _meta: progressToken: expected text or a whole number';
}

function answerFault(message: Members): string | undefined {
  if ('result' in message) return isObject(message.result) ? undefined : 'result: expected an object';
  if ('error' in message) return isObject(message.error) ? undefined : 'error: expected an object';
  return 'method: is missing';
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isId(value: unknown): value is string | number {
  return typeof value === 'string' || Number.isSafeInteger(value);
}
