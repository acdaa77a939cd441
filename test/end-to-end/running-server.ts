import { ChildProcess } from 'node:child_process';
import { Client as ModernClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect } from 'vitest';
import { cleanEnvironment, exitOf, SNAPDEX } from '../cli/temporary-project.js';

/** Which real client drives a server. */
export type ClientKind = 'sdk' | 'modern';

/** A `serve` process with a real client on its pipes. */
export interface RunningServer extends AsyncDisposable {
  readonly kind: ClientKind;
  readonly pid: number;
  readonly process: ChildProcess;
  /** Until the answer to `initialize` (or its successor), milliseconds. */
  readonly connectedAfterMs: number;
  /** Everything on standard error so far. */
  stderr(): string;
  /** The structured answer of a tool. @throws Error with the tool's text if it failed. */
  call(tool: string, input?: Readonly<Record<string, unknown>>): Promise<Answer>;
  /** Ends it as a client does, and tells its exit code. */
  end(): Promise<number | null>;
}

/** A tool's structured content. */
export type Answer = Readonly<Record<string, unknown>>;

interface AnyClient {
  callTool(request: { name: string; arguments: Record<string, unknown> }): Promise<object>;
  close(): Promise<void>;
}

/**
 * Starts `snapdex serve` with more arguments and connects a client to it.
 * @param under a command that runs the program behind it, as that on another host
 */
export async function startServer(
  kind: ClientKind,
  serveArguments: readonly string[],
  under: readonly string[] = [],
): Promise<RunningServer> {
  const [command = process.execPath, ...args] = [...under, process.execPath, SNAPDEX, 'serve', ...serveArguments];
  const parameters = {
    command,
    args,
    env: cleanEnvironment(),
    stderr: 'pipe' as const,
  };
  const startedMs = performance.now();
  if (kind === 'sdk') {
    const transport = new StdioClientTransport(parameters);
    const stderr = textSoFar(transport.stderr);
    const client = new Client({ name: 'end-to-end-sdk', version: '1.0.0' });
    await client.connect(transport);
    return running({ kind, client, child: childOf(transport), stderr, startedMs });
  }
  const transport = new ModernTransport(parameters);
  const stderr = textSoFar(transport.stderr);
  const client = new ModernClient(
    { name: 'end-to-end-modern', version: '2.0.0' },
    { versionNegotiation: { mode: 'auto' } },
  );
  await client.connect(transport);
  return running({ kind, client, child: childOf(transport), stderr, startedMs });
}

/** Servers that are ended together, whatever becomes of the test. */
export interface Fleet extends AsyncDisposable {
  readonly servers: readonly RunningServer[];
  /** The first of them. */
  readonly first: RunningServer;
  /** Ends all as clients do; all must leave with 0 and without a word on standard error. */
  endCleanly(): Promise<void>;
}

/** Two servers with the client of the 2025 revisions and two with the client of the 2026 one, started together. */
export async function startFour(serveArguments: readonly string[]): Promise<Fleet> {
  const [first, ...others] = await Promise.all([
    startServer('sdk', serveArguments),
    startServer('modern', serveArguments),
    startServer('sdk', serveArguments),
    startServer('modern', serveArguments),
  ]);
  const servers = [first, ...others];
  const end = (): Promise<readonly (number | null)[]> => Promise.all(servers.map((server) => server.end()));
  return {
    servers,
    first,
    endCleanly: async () => {
      const codes = await end();
      const stderr = servers.map((server) => server.stderr()).join('');
      expect({ codes, stderr }).toEqual({ codes: [0, 0, 0, 0], stderr: '' });
    },
    [Symbol.asyncDispose]: async () => void (await end()),
  };
}

/** The process behind a transport, which neither client shows: without it there is no exit code to look at. */
function childOf(transport: object): ChildProcess {
  const child: unknown = Reflect.get(transport, '_process');
  if (child instanceof ChildProcess) return child;
  throw new TypeError('the client library keeps its process elsewhere now');
}

function running(parts: {
  readonly kind: ClientKind;
  readonly client: AnyClient;
  readonly child: ChildProcess;
  readonly stderr: () => string;
  readonly startedMs: number;
}): RunningServer {
  const { kind, client, child, stderr, startedMs } = parts;
  const end = async (): Promise<number | null> => {
    const exit = exitOf(child);
    await client.close();
    return exit;
  };
  return {
    kind,
    process: child,
    pid: child.pid ?? 0,
    connectedAfterMs: Math.round(performance.now() - startedMs),
    stderr,
    call: async (tool, input = {}) => answerOf(tool, await client.callTool({ name: tool, arguments: { ...input } })),
    end,
    [Symbol.asyncDispose]: async () => void (await end()),
  };
}

function answerOf(tool: string, result: object): Answer {
  const answer: unknown = Reflect.get(result, 'structuredContent');
  if (Reflect.get(result, 'isError') !== true && typeof answer === 'object' && answer !== null) return { ...answer };
  const content: unknown = Reflect.get(result, 'content');
  throw new Error(`${tool}: ${JSON.stringify(content)}`);
}

function textSoFar(stream: { on(event: 'data', listener: (chunk: unknown) => void): unknown } | null): () => string {
  let text = '';
  stream?.on('data', (chunk) => {
    text += String(chunk);
  });
  return () => text;
}
