#!/usr/bin/env node
/** `MEMORY_FILE_PATH=memory.jsonl node server.js [--history-tools]`: an MCP server on standard input and output. */
import { resolve } from 'node:path';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { SubscribeRequestSchema, UnsubscribeRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { addHistoryTools } from './history-tools.js';
import { openMemory } from './memory.js';
import { addTools } from './tools.js';

const GRAPH_URI = 'memory://knowledge-graph';

const onWarning = (message) => process.stderr.write(`${message}\n`);
const memory = await openMemory(resolve(process.env.MEMORY_FILE_PATH ?? 'memory.jsonl'), { onWarning });
const server = new McpServer({ name: 'memory-server', version: '0.1.0' });
addTools(server, memory);
if (process.argv.includes('--history-tools')) addHistoryTools(server, memory);
addGraphResource();
process.stdin.on('end', () => void memory.close());
await server.connect(new StdioServerTransport());

/** The graph as a resource, whose subscribers hear of changes by every instance. */
function addGraphResource() {
  server.registerResource(
    'knowledge-graph',
    GRAPH_URI,
    {
      title: 'Knowledge Graph',
      description: 'The full knowledge graph with all entities and relations',
      mimeType: 'application/json',
    },
    async ({ href }) => {
      const text = JSON.stringify(await memory.read(), null, 2);
      return { contents: [{ uri: href, mimeType: 'application/json', text }] };
    },
  );
  server.server.registerCapabilities({ resources: { subscribe: true } });
  const subscriptions = new Set();
  server.server.setRequestHandler(SubscribeRequestSchema, ({ params }) => {
    subscriptions.add(params.uri);
    return {};
  });
  server.server.setRequestHandler(UnsubscribeRequestSchema, ({ params }) => {
    subscriptions.delete(params.uri);
    return {};
  });
  memory.subscribe(() => {
    if (subscriptions.has(GRAPH_URI)) void server.server.sendResourceUpdated({ uri: GRAPH_URI });
  });
}
