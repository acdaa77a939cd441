import { Client as ModernClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import {
  ResourceListChangedNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { cleanEnvironment, SNAPDEX } from '../../cli/temporary-project.js';

/** What both generations of real clients offer to a test. */
export interface ConnectedClient extends AsyncDisposable {
  readonly protocolVersion: string | undefined;
  readonly instructions: string | undefined;
  toolNames(): Promise<readonly string[]>;
  tools(): Promise<readonly object[]>;
  call(name: string, input?: Record<string, unknown>, options?: CallOptions): Promise<ToolOutcome>;
  /** What is the same for both. */
  readonly client: AnyClient;
  /** Notices of changes so far: `list`, or the URI of a changed resource. */
  readonly notices: readonly string[];
  /** Asks to be told of changes of the list of resources and of this resource, by the means of the revision. */
  subscribe(uri: string): Promise<void>;
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
  const notices: string[] = [];
  client.setNotificationHandler(ResourceListChangedNotificationSchema, () => void notices.push('list'));
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => void notices.push(params.uri));
  await client.connect(new StdioClientTransport(serverCommand(root)));
  return asConnected(client, {
    protocolVersion: undefined,
    notices,
    callTool: (request, options) => client.callTool(request, undefined, options),
    subscribe: async (uri) => void (await client.subscribeResource({ uri })),
  });
}

/** The client of the 2026-07-28 revision. */
export async function connectModernClient(root: string): Promise<ConnectedClient> {
  const client = new ModernClient(
    { name: 'modern-client', version: '2.0.0' },
    { versionNegotiation: { mode: 'auto' } },
  );
  const notices: string[] = [];
  client.setNotificationHandler('notifications/resources/list_changed', () => void notices.push('list'));
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => void notices.push(params.uri));
  await client.connect(new ModernTransport(serverCommand(root)));
  return asConnected(client, {
    protocolVersion: client.getNegotiatedProtocolVersion(),
    notices,
    callTool: (request, options) => client.callTool(request, options),
    subscribe: async (uri) => void (await client.listen({ resourcesListChanged: true, resourceSubscriptions: [uri] })),
  });
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
  listResources(params: { cursor?: string }): Promise<ResourcePage>;
  listResourceTemplates(): Promise<{ readonly resourceTemplates: readonly object[] }>;
  readResource(params: {
    uri: string;
  }): Promise<{ readonly contents: readonly object[]; readonly _meta?: object | undefined }>;
  complete(params: CompletionRequest): Promise<{ readonly completion: { readonly values: readonly string[] } }>;
  listPrompts(): Promise<{ readonly prompts: readonly object[] }>;
  getPrompt(params: {
    name: string;
    arguments?: Record<string, string>;
  }): Promise<{ readonly messages: readonly object[] }>;
  getInstructions(): string | undefined;
  close(): Promise<void>;
}

export interface ResourcePage {
  readonly resources: readonly { readonly uri: string; readonly name: string }[];
  readonly nextCursor?: string | undefined;
}

interface CompletionRequest {
  ref: { type: 'ref/resource'; uri: string } | { type: 'ref/prompt'; name: string };
  argument: { name: string; value: string };
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
  own: {
    readonly protocolVersion: string | undefined;
    readonly notices: readonly string[];
    readonly callTool: (request: ToolRequest, options: RequestOptions) => Promise<object>;
    readonly subscribe: (uri: string) => Promise<void>;
  },
): ConnectedClient {
  const tools = async (): Promise<readonly { readonly name: string }[]> => (await client.listTools()).tools;
  return {
    client,
    protocolVersion: own.protocolVersion,
    notices: own.notices,
    subscribe: own.subscribe,
    instructions: client.getInstructions(),
    tools,
    toolNames: async () => (await tools()).map((tool) => tool.name),
    call: async (name, input = {}, options = {}) =>
      outcomeOf(await own.callTool({ name, arguments: input }, requestOptions(options))),
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

/** Waits until the server has been told of so many changed documents. */
export async function untilPending(client: ConnectedClient, count: number): Promise<void> {
  while ((await client.call('index_status')).answer.pendingChanges !== count)
    await new Promise((resolve) => setTimeout(resolve, 50));
}
