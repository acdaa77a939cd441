#!/usr/bin/env node
/** `MEMORY_FILE_PATH=memory.jsonl node server.js [--history-tools]`: an MCP server on standard input and output. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { SubscribeRequestSchema, UnsubscribeRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { addHistoryTools } from './history-tools.js';
import { openMemory } from './memory.js';
import { addTools } from './tools.js';

const GRAPH_URI = 'memory://knowledge-graph';

const HELP = `MEMORY_FILE_PATH=FILE node server.js [--history-tools]

An MCP server on standard input and output that keeps a knowledge graph, which any number of servers share. It is kept
in the directory beside FILE (default memory.jsonl, in the current folder); what FILE has is taken over the first time.

  --history-tools  two tools more, memory_history and restore_memory
  --help`;

const { history: hasHistoryTools } = readArguments();
const onWarning = (message) => process.stderr.write(`${message}\n`);
const memory = await openOrEnd(resolve(process.env.MEMORY_FILE_PATH ?? 'memory.jsonl'));
const server = new McpServer({ name: 'memory-server', version: '0.1.0' });
addTools(server, memory);
if (hasHistoryTools) addHistoryTools(server, memory);
addGraphResource();
process.stdin.on('end', () => void memory.close());
await server.connect(new StdioServerTransport());

function readArguments() {
  try {
    const { values } = parseArgs({ options: { 'history-tools': { type: 'boolean' }, help: { type: 'boolean' } } });
    if (values.help !== true) return { history: values['history-tools'] === true };
    console.log(HELP);
    process.exit(0);
  } catch (error) {
    end(error, 2);
  }
}

async function openOrEnd(file) {
  try {
    return await openMemory(file, { onWarning });
  } catch (error) {
    return end(error, 1);
  }
}

/** A client shows its user what stands here. */
function end({ message, remedy }, exitCode) {
  process.stderr.write(`memory-server: ${message}${remedy === undefined ? '' : `\n${remedy}`}\n`);
  process.exit(exitCode);
}

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
