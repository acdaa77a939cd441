/** Real `snapdex serve` processes, driven by a real MCP client. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { cleanEnvironment, SNAPDEX } from './project.mjs';

/** A server on a project: `pid`, `call(tool, input)` for the structured answer, `close`. It gets the variables besides. */
export async function startServer(root, variables = {}) {
  const client = new Client({ name: 'bench', version: '1.0.0' });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [SNAPDEX, 'serve', '--root', root],
    env: { ...cleanEnvironment(), ...variables },
    stderr: 'inherit',
  });
  await client.connect(transport);
  return {
    pid: transport.pid,
    call: async (name, input = {}) => {
      const { isError, content, structuredContent } = await client.callTool({ name, arguments: input });
      if (isError === true) throw new Error(`${name}: ${content[0]?.text}`);
      return structuredContent;
    },
    close: () => client.close(),
  };
}

/** Waits until a server has indexed everything; answers its last status. */
export async function untilCurrent(server) {
  for (;;) {
    const status = await server.call('index_status');
    if (!status.stale && !status.indexing) return status;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
