import { tmpdir } from 'node:os';
import { pathToFileURL } from 'node:url';
import { Client as ModernClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ListRootsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, it } from 'vitest';
import { cleanEnvironment, SNAPDEX, type TemporaryProject, temporaryProject } from '../../cli/temporary-project.js';

interface Start {
  readonly cwd: string;
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

function server({ cwd, args = [], environment = {} }: Start) {
  const env = { ...cleanEnvironment(), CLAUDE_PROJECT_DIR: '', WORKSPACE_FOLDER_PATHS: '', ...environment };
  return { command: process.execPath, args: [SNAPDEX, 'serve', ...args], cwd, env, stderr: 'ignore' as const };
}

/** Which root the server works in, for a client that lists `roots` (undefined: that knows no roots). */
async function servedRoot(start: Start, roots: readonly string[] | undefined): Promise<unknown> {
  const client = new Client(
    { name: 'editor', version: '1' },
    { capabilities: roots === undefined ? {} : { roots: {} } },
  );
  if (roots !== undefined) {
    client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: roots.map((uri) => ({ uri })) }));
  }
  await client.connect(new StdioClientTransport(server(start)));
  try {
    const { structuredContent, content } = await client.callTool({ name: 'index_status', arguments: {} });
    return structuredContent === undefined ? content : Reflect.get(Object(structuredContent), 'root');
  } finally {
    await client.close();
  }
}

async function withTwo(work: (open: TemporaryProject, cwd: TemporaryProject) => Promise<void>): Promise<void> {
  await using open = await temporaryProject({ 'a.md': '# A\n' });
  await using cwd = await temporaryProject({ 'b.md': '# B\n', 'package.json': '{}' });
  await work(open, cwd);
}

describe('a server that nobody tells its root', () => {
  it('works in the folder that the client lists as its root', () =>
    withTwo(async (open, { root: cwd }) => {
      expect(await servedRoot({ cwd }, [pathToFileURL(open.root).href])).toBe(open.root);
    }));

  it('works in the folder that the client’s environment names', () =>
    withTwo(async (open, { root: cwd }) => {
      const environment = { CLAUDE_PROJECT_DIR: open.root };
      expect(await servedRoot({ cwd, environment }, [pathToFileURL(cwd).href])).toBe(open.root);
    }));

  it('works in the project around the working directory if the client lists none', () =>
    withTwo(async (_, { root: cwd }) => {
      expect(await servedRoot({ cwd }, [])).toBe(cwd);
      expect(await servedRoot({ cwd }, undefined)).toBe(cwd);
    }));

  it('answers where it may not work with what to add to the client’s configuration', async () => {
    expect(JSON.stringify(await servedRoot({ cwd: tmpdir() }, undefined))).toMatch(
      /ROOT_FORBIDDEN[\s\S]+--root[\s\S]+behind [\s\S]+serve/,
    );
  });

  it('asks nothing of a client of the 2026-07-28 revision', () =>
    withTwo(async (_, { root: cwd }) => {
      const client = new ModernClient({ name: 'editor', version: '1' }, { versionNegotiation: { mode: 'auto' } });
      await client.connect(new ModernTransport(server({ cwd })));
      const { structuredContent } = await client.callTool({ name: 'index_status', arguments: {} });
      expect(structuredContent).toMatchObject({ root: cwd });
      await client.close();
    }));
});

it('a root that is named goes before what the client lists', () =>
  withTwo(async (open, { root: cwd }) => {
    expect(await servedRoot({ cwd: tmpdir(), args: ['--root', cwd] }, [pathToFileURL(open.root).href])).toBe(cwd);
  }));
