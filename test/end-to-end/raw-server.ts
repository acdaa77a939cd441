import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cleanEnvironment, exitOf, SNAPDEX } from '../cli/temporary-project.js';

/** A `serve` process and the plain text of its pipes. */
export interface RawServer extends AsyncDisposable {
  readonly process: ChildProcessWithoutNullStreams;
  stdout(): string;
  stderr(): string;
  /** Sends one message as a line. */
  send(message: object): void;
  /** Waits for the answer to the request of that id. */
  answer(id: number): Promise<Readonly<Record<string, unknown>>>;
}

export const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
} as const;

/** A request to call a tool. */
export function toolCall(id: number, name: string, input: object = {}): object {
  return { jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: input } };
}

/** Starts `snapdex serve` without any client library, so that every byte can be looked at. */
export function startRawServer(
  serveArguments: readonly string[],
  { nodeOptions = [] }: { readonly nodeOptions?: readonly string[] } = {},
): RawServer {
  const words = [...nodeOptions, SNAPDEX, 'serve', ...serveArguments];
  const child = spawn(process.execPath, words, { env: cleanEnvironment() });
  const texts = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    texts.stdout += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    texts.stderr += String(chunk);
  });
  child.stdin.on('error', () => {
    // The server may be gone before everything is written; its exit code is what is looked at.
  });
  return {
    process: child,
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
    send: (message) => void child.stdin.write(`${JSON.stringify(message)}\n`),
    answer: async (id) => {
      for (;;) {
        const found = messagesIn(texts.stdout).find((message) => message.id === id);
        if (found !== undefined) return found;
        await once(child.stdout, 'data');
      }
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await exitOf(child);
    },
  };
}

/** The messages of all complete lines. @throws SyntaxError if a line is no JSON */
export function messagesIn(stdout: string): readonly Readonly<Record<string, unknown>>[] {
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const message: unknown = JSON.parse(line);
      return typeof message === 'object' && message !== null ? { ...message } : {};
    });
}
