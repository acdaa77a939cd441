/** A real client of a memory server in a process of its own. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';

export interface MemoryClient {
  readonly client: Client;
  /** The addresses of resources that were said to have changed. */
  readonly updates: readonly string[];
  /** What a tool answers. */
  call(tool: string, parameters?: { readonly [name: string]: unknown }): Promise<ToolAnswer>;
  close(): Promise<void>;
}

export interface ToolAnswer {
  readonly content?: unknown;
  readonly structuredContent?: unknown;
  readonly isError?: unknown;
}

/** Starts a server on the memory in `file`. */
export async function connectMemory(
  program: string,
  file: string,
  options: readonly string[] = [],
): Promise<MemoryClient> {
  const client = new Client({ name: 'test', version: '1' });
  const updates: string[] = [];
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
    updates.push(params.uri);
  });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [program, ...options],
      env: { MEMORY_FILE_PATH: file },
      stderr: 'ignore',
    }),
  );
  return {
    client,
    updates,
    call: async (name, parameters = {}) => {
      // Many instances on a small machine take their time to start.
      const answer = await client.callTool({ name, arguments: parameters }, undefined, { timeout: 300_000 });
      const { content, structuredContent, isError } = answer;
      return { content, structuredContent, isError };
    },
    close: () => client.close(),
  };
}
