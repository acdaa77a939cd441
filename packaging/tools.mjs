import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

/** The tools of the built server, as it lists them. */
export async function listTools({ bin }) {
  const root = mkdtempSync(join(tmpdir(), 'snapdex-bundle-'));
  const script = fileURLToPath(new URL(`../${bin.snapdex}`, import.meta.url));
  const client = new Client({ name: 'bundle', version: '1' });
  try {
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [script, 'serve', '--root', root],
        stderr: 'ignore',
      }),
    );
    return (await client.listTools()).tools;
  } finally {
    await client.close();
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  }
}
