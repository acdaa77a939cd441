import { Client as ModernClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { cleanEnvironment, SNAPDEX } from '../../cli/temporary-project.js';

/** What both generations of real clients offer to a test. */
export interface ConnectedClient extends AsyncDisposable {
  readonly protocolVersion: string | undefined;
  readonly instructions: string | undefined;
  toolNames(): Promise<readonly string[]>;
  tools(): Promise<readonly object[]>;
  call(name: string, input?: Record<string, unknown>, options?: CallOptions): Promise<ToolOutcome>;
}

export interface CallOptions {
  /** Told the messages of progress notifications. */
  readonly onProgress?: (message: string) => void;
  readonly signal?: AbortSignal;
}

export interface ToolOutcome {
  readonly isError: boolean;
  readonly text: string;
  /** The structured content; empty for an error. */
  readonly answer: Readonly<Record<string, unknown>>;
}

/** The client of the 2025 revisions. It checks every answer against the tool's output schema. */
export async function connectSdkClient(root: string): Promise<ConnectedClient> {
  const client = new Client({ name: 'sdk-client', version: '1.0.0' });
  const transport = new StdioClientTransport(serverCommand(root));
  await client.connect(transport);
  return asConnected(client, undefined, (request, options) => client.callTool(request, undefined, options));
}

/** The client of the 2026-07-28 revision. */
export async function connectModernClient(root: string): Promise<ConnectedClient> {
  const client = new ModernClient(
    { name: 'modern-client', version: '2.0.0' },
    { versionNegotiation: { mode: 'auto' } },
  );
  await client.connect(new ModernTransport(serverCommand(root)));
  const version = client.getNegotiatedProtocolVersion();
  return asConnected(client, version, (request, options) => client.callTool(request, options));
}

function serverCommand(root: string) {
  return {
    command: process.execPath,
    args: [SNAPDEX, 'serve', '--root', root],
    env: cleanEnvironment(),
    stderr: 'inherit' as const,
  };
}

interface AnyClient {
  listTools(): Promise<{ readonly tools: readonly { readonly name: string }[] }>;
  getInstructions(): string | undefined;
  close(): Promise<void>;
}

interface ToolRequest {
  readonly name: string;
  readonly arguments: Record<string, unknown>;
}

interface RequestOptions {
  readonly onprogress?: (progress: { readonly message?: string | undefined }) => void;
  readonly signal?: AbortSignal;
}

function asConnected(
  client: AnyClient,
  protocolVersion: string | undefined,
  callTool: (request: ToolRequest, options: RequestOptions) => Promise<object>,
): ConnectedClient {
  const tools = async (): Promise<readonly { readonly name: string }[]> => (await client.listTools()).tools;
  return {
    protocolVersion,
    instructions: client.getInstructions(),
    tools,
    toolNames: async () => (await tools()).map((tool) => tool.name),
    call: async (name, input = {}, options = {}) =>
      outcomeOf(await callTool({ name, arguments: input }, requestOptions(options))),
    [Symbol.asyncDispose]: () => client.close(),
  };
}

function requestOptions({ onProgress, signal }: CallOptions): RequestOptions {
  return {
    ...(onProgress === undefined ? {} : { onprogress: ({ message = '' }) => onProgress(message) }),
    ...(signal === undefined ? {} : { signal }),
  };
}

function outcomeOf(result: object): ToolOutcome {
  const content: unknown = Reflect.get(result, 'content');
  const answer: unknown = Reflect.get(result, 'structuredContent');
  const first: unknown = Array.isArray(content) ? content[0] : undefined;
  return {
    isError: Reflect.get(result, 'isError') === true,
    text: typeof first === 'object' && first !== null ? String(Reflect.get(first, 'text')) : '',
    answer: typeof answer === 'object' && answer !== null ? { ...answer } : {},
  };
}

/** The answer to `index_status` once everything is indexed. */
export async function untilCurrent(client: ConnectedClient): Promise<ToolOutcome> {
  for (;;) {
    const status = await client.call('index_status');
    if (status.isError) throw new Error(status.text);
    if (status.answer.stale === false) return status;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
