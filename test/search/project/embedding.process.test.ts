import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SnapshotStore } from '../../../dist/store/index.js';
import { embeddingServer } from '../embedding/embedding-server.js';
import { projectWith, until } from './temporary-project-index.js';

const MAIN = join(import.meta.dirname, '../../../dist/bundle/snapdex.js');
const DOCUMENTS = 300;

test('a process that is killed while it embeds is followed by one that goes on, and asks nothing twice that was kept', async () => {
  const server = await embeddingServer();
  server.fallSilentAfter(200);
  const documents = Array.from({ length: DOCUMENTS }, (_, number) => [`d${number}.md`, `# Title ${number}\n\nText.\n`]);
  await using project = await projectWith(Object.fromEntries(documents));
  const embedding = { embedder: 'http', model: 'tiny', url: server.url } as const;

  const settings = ['--embedder', 'http', '--embedding-model', 'tiny', '--embedding-url', server.url];
  const killed = spawn(process.execPath, [MAIN, 'index', '--root', project.root, ...settings], { stdio: 'ignore' });
  await until(async () => server.embedded.length >= 200);
  killed.kill('SIGKILL');
  await new Promise((resolve) => killed.once('exit', resolve));

  const reader = await project.open({ mode: 'read', embedding });
  const { embedding: kept, documents: indexed } = await reader.status();
  expect(indexed).toBe(DOCUMENTS);
  expect(kept.embedded).toBeGreaterThanOrEqual(100);
  expect(kept.missing).toBe(DOCUMENTS - kept.embedded);
  const askedBefore = server.embedded.length;
  server.fallSilentAfter(Number.POSITIVE_INFINITY);
  expect(await project.index({ embedding })).toMatchObject({ added: 0, withoutVectors: 0 });
  expect(server.embedded.length - askedBefore).toBe(kept.missing);
  expect(new Set(server.embedded).size).toBe(DOCUMENTS);
  await using store = await SnapshotStore.open(project.indexPath);
  expect((await store.verify()).problems).toEqual([]);
});

test('a server whose input closes ends, although the endpoint never answers', async () => {
  const server = await embeddingServer();
  server.answerAlways({ silent: true });
  await using project = await projectWith({ 'a.md': '# A\n' });
  const settings = ['--embedder', 'http', '--embedding-model', 'tiny', '--embedding-url', server.url];
  const serving = spawn(process.execPath, [MAIN, 'serve', '--root', project.root, ...settings], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = new Promise((resolve) => serving.once('exit', resolve));
  serving.stdin.write(`${JSON.stringify(INITIALIZE)}\n`);
  await server.requested(1);
  serving.stdin.end();
  expect(await ended).toBe(0);
});

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};
