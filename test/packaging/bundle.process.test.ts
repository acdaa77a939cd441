import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanEnvironment, temporaryProject } from '../cli/temporary-project.js';

let folder: string;
beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'snapdex-mcpb-')));
  const bundle = join(folder, 'x.mcpb');
  await promisify(execFile)(process.execPath, ['packaging/bundle.mjs', bundle], { env: cleanEnvironment() });
  for (const [path, bytes] of Object.entries(unzipSync(readFileSync(bundle)))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

describe('the MCPB bundle', () => {
  it('has a manifest with all that version 0.3 requires', () => {
    const { version, bin } = readJson('package.json');
    expect(readJson(join(folder, 'manifest.json'))).toMatchObject({
      manifest_version: '0.3',
      name: 'snapdex',
      version,
      description: expect.stringMatching(/\S/),
      author: { name: expect.stringMatching(/\S/) },
      server: { type: 'node', entry_point: bin.snapdex, mcp_config: { command: 'node' } },
    });
  });

  it('serves the tools that it lists, with nothing but what is in it', async () => {
    await using project = await temporaryProject();
    const { server, tools } = readJson(join(folder, 'manifest.json'));
    const args = server.mcp_config.args.map((word: string) =>
      // biome-ignore lint/suspicious/noTemplateCurlyInString: variables of the manifest
      word.replace('${__dirname}', folder).replace('${user_config.root}', project.root),
    );
    const client = new Client({ name: 'desktop', version: '1' });
    await client.connect(new StdioClientTransport({ command: process.execPath, args, cwd: folder }));
    const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);
    expect(names((await client.listTools()).tools)).toEqual(names(tools));
    const status = await client.callTool({ name: 'index_status', arguments: {} });
    expect(status.structuredContent).toMatchObject({ root: project.root });
    await client.close();
  });
});

describe('server.json', () => {
  const server = readJson('server.json');
  const description = readJson('package.json');

  it('describes this package in this version, under the name that the package claims', () => {
    expect(server).toMatchObject({ name: description.mcpName, version: description.version });
    expect(server.packages).toMatchObject([{ identifier: description.name, version: description.version }]);
  });

  it('keeps to the lengths and forms of the schema', () => {
    expect(server.name).toMatch(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/);
    expect(server.description.length).toBeLessThanOrEqual(100);
    expect(server.packages[0].transport).toEqual({ type: 'stdio' });
    for (const argument of server.packages[0].packageArguments) {
      expect(['positional', 'named']).toContain(argument.type);
    }
  });
});
