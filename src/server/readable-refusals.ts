import { type JSONRPCMessage, McpServer, type Transport } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { inPlainWords } from './argument-faults.js';

/** Of JSON-RPC 2.0. */
const INVALID_PARAMS = -32_602;

const issuesSchema = z
  .array(z.object({ path: z.array(z.union([z.string(), z.number()])), message: z.string() }))
  .min(1);

/** A server whose refusals of wrong parameters say in words what is wrong: the SDK puts its schema's issues there. */
export class ReadableMcpServer extends McpServer {
  override async connect(transport: Transport): Promise<void> {
    const send = transport.send.bind(transport);
    transport.send = (message, options) => send(readable(message), options);
    await super.connect(transport);
  }
}

function readable(message: JSONRPCMessage): JSONRPCMessage {
  if (!('error' in message)) return message;
  const faults = findFaults(message.error.message);
  if (faults === undefined) return message;
  return { ...message, error: { ...message.error, code: INVALID_PARAMS, message: `Invalid params: ${faults}` } };
}

/** `undefined` if `text` does not end with the issues of a schema. */
function findFaults(text: string): string | undefined {
  const start = text.indexOf('[\n');
  if (start === -1) return undefined;
  try {
    const { data } = issuesSchema.safeParse(JSON.parse(text.slice(start)));
    return data?.map(({ path, message }) => [...path.map(String), inPlainWords(message)].join(': ')).join('; ');
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
