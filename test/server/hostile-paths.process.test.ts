/** Paths that lead out of the project, by every way in that takes one. */
import { execFileSync } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, type TemporaryProject, temporaryProject } from '../cli/temporary-project.js';
import {
  type ConnectedClient,
  connectModernClient,
  connectSdkClient,
  untilCurrent,
} from './mcp-stdio/connected-client.js';
import { answerOf, type ServedProject, serveProject } from './page/served-project.js';

/** Stands outside of the project, and nowhere in it. */
const SECRET = 'the combination is 1234';

let around: TemporaryProject;
let root: string;
let server: ServedProject;
let clients: readonly ConnectedClient[];
let paths: readonly string[];

beforeAll(async () => {
  around = await temporaryProject({
    'secret.md': `# Secret\n\n${SECRET}\n`,
    'folder/secret.md': `# Secret\n\n${SECRET}\n`,
    'project/inside.md': '# Inside\n\nSee [out](../secret.md).\n',
    'project/replaced.md': '# Replaced\n\nIndexed before.\n',
    'project/below/replaced.md': '# Below\n\nIndexed before.\n',
  });
  root = join(around.root, 'project');
  await symlink('../secret.md', join(root, 'link.md'));
  await symlink('../folder', join(root, 'linked'));
  await json(['index', '--root', root]);
  // What was indexed is a link now, or lies behind one, and a pipe that nobody writes to.
  server = await serveProject(root);
  clients = await Promise.all([connectSdkClient(root), connectModernClient(root)]);
  await Promise.all(clients.map(untilCurrent));
  await rm(join(root, 'replaced.md'));
  await symlink('../secret.md', join(root, 'replaced.md'));
  await rm(join(root, 'below'), { recursive: true });
  await mkdir(join(around.root, 'elsewhere'));
  await writeFile(join(around.root, 'elsewhere/replaced.md'), SECRET);
  await symlink('../elsewhere', join(root, 'below'));
  if (process.platform !== 'win32') execFileSync('mkfifo', [join(root, 'pipe.md')]);
  paths = [
    '../secret.md',
    './../secret.md',
    'folder/../../secret.md',
    '..\\secret.md',
    '../project/../secret.md',
    '%2e%2e/secret.md',
    '%2e%2e%2fsecret.md',
    '..%2fsecret.md',
    '%252e%252e%252fsecret.md',
    '..%c0%afsecret.md',
    '\u2025/secret.md',
    '．．/secret.md',
    join(around.root, 'secret.md'),
    `/${join(around.root, 'secret.md')}`,
    `file://${join(around.root, 'secret.md')}`,
    '/etc/passwd',
    'C:\\Windows\\win.ini',
    '\\\\server\\share\\secret.md',
    'inside.md\0',
    'inside.md\0../secret.md',
    '../secret.md\0.md',
    'link.md',
    'linked/secret.md',
    'replaced.md',
    'below/replaced.md',
    'pipe.md',
    '.snapdex/CURRENT',
    '.',
    '..',
    'x'.repeat(4000),
  ];
});

afterAll(async () => {
  for (const client of clients) await client[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await around[Symbol.asyncDispose]();
});

/** All that a call of the client tells, its failure included. */
async function toldBy(call: Promise<object>): Promise<string> {
  try {
    return JSON.stringify(await call);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function expectNothing(told: string, path: string): void {
  expect({ path, isTold: told.includes(SECRET) || told.includes('root:x:') }).toEqual({ path, isTold: false });
}

/** Replaced documents are still in the index until it has seen that they are gone; all others are refused. */
function isNeverThere(path: string): boolean {
  return !path.includes('replaced');
}

describe('a path that leads out of the project tells nothing of what is there', () => {
  it('to a tool', async () => {
    for (const client of clients) {
      for (const path of paths) {
        const read = await client.call('get_document', { path });
        const related = await client.call('related_documents', { path });
        const asked = await client.call('query_documents', { query: 'combination secret', pathPrefix: path });
        const listed = await client.call('list_documents', { pathPrefix: path });
        for (const outcome of [read, related, asked, listed]) expectNothing(JSON.stringify(outcome), path);
        if (isNeverThere(path))
          expect({ path, isError: read.isError && related.isError }).toEqual({ path, isError: true });
      }
    }
  });

  it('to a tool as the name of a generation or a tag', async () => {
    const [client] = clients;
    for (const word of paths) {
      for (const [name, input] of [
        ['get_document', { path: 'inside.md', as_of: word }],
        ['compare_generations', { from: word }],
        ['rollback_index', { tag: word }],
        ['tag_generation', { name: word }],
      ] as const) {
        const outcome = await client?.call(name, input);
        expectNothing(JSON.stringify(outcome), word);
        if (name !== 'tag_generation')
          expect({ name, word, isError: outcome?.isError }).toEqual({ name, word, isError: true });
      }
    }
    // A tag that was taken is a name of one file, which lies among the tags.
    const { tags } = Object(await json(['tag', '--root', root]));
    for (const { name } of tags) expect(name).not.toMatch(/[/\\\0]|^\.+$/);
  });

  it('to a resource, however the URI spells it', async () => {
    for (const { client } of clients) {
      for (const path of paths) {
        for (const spelled of [path, encodeURIComponent(path), path.split('/').map(encodeURIComponent).join('/')]) {
          const uri = `snapdex://docs/${spelled}`;
          expectNothing(await toldBy(client.readResource({ uri })), uri);
        }
      }
    }
  });

  it('to the completion of a path', async () => {
    const ref = { type: 'ref/resource', uri: 'snapdex://docs/{+path}' } as const;
    for (const { client } of clients) {
      for (const value of paths) {
        const told = await toldBy(client.complete({ ref, argument: { name: 'path', value } }));
        expect(told).not.toContain('secret.md"');
      }
    }
  });

  it('to a route of the page', async () => {
    for (const path of paths) {
      for (const query of [encodeURIComponent(path), encodeURI(path)]) {
        for (const ask of [
          `/api/document?path=${query}`,
          `/api/related?path=${query}`,
          `/api/search?query=secret&pathPrefix=${query}`,
          `/api/document?path=inside.md&asOf=${query}`,
          `/api/compare?from=${query}&to=1`,
          `/page/${query}`,
          `/${query}`,
        ]) {
          const { text, status } = await server.ask(ask);
          expectNothing(text, ask);
          expect({ ask, isFault: status >= 500 }).toEqual({ ask, isFault: false });
        }
      }
    }
  });
});

it('a link out of the project in a document is not followed', async () => {
  expect(answerOf(await server.ask('/api/related?path=inside.md'))).toMatchObject({ links: [] });
});
