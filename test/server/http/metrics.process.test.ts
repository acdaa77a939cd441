import { afterAll, beforeAll, expect, it } from 'vitest';
import { indexedProject, type TemporaryProject } from '../../cli/temporary-project.js';
import { type ServedProject, serveProject } from '../page/served-project.js';

let project: TemporaryProject;
let server: ServedProject;
beforeAll(async () => {
  project = await indexedProject();
  server = await serveProject(project.root);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await project[Symbol.asyncDispose]();
});

async function figures(): Promise<ReadonlyMap<string, number>> {
  const { status, text, headers } = await server.ask('/metrics');
  expect([status, headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

/** The figures once this one has the value that is waited for. */
async function figuresWith(name: string, value: number): Promise<ReadonlyMap<string, number>> {
  for (;;) {
    const found = await figures();
    if (found.get(name) === value) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

it('the figures tell what the index holds, who has it open, and what its embedder does', async () => {
  expect(Object.fromEntries(await figuresWith('snapdex_instances{role="indexer"}', 1))).toMatchObject({
    snapdex_index_up: 1,
    snapdex_index_generation: 1,
    snapdex_index_documents: 4,
    snapdex_index_pending_changes: 0,
    snapdex_index_held: 0,
    snapdex_commits_total: 0,
    snapdex_rebases_total: 0,
    'snapdex_instances{role="follower"}': 0,
    snapdex_embedder_up: 1,
    snapdex_embedder_missing_passages: 0,
  });
});

it('they follow what is committed', async () => {
  await project.write('docs/hops.md', '# Hops\n\nBitter.\n');
  const found = await figuresWith('snapdex_index_documents', 5);
  expect([found.get('snapdex_index_generation'), found.get('snapdex_commits_total')]).toEqual([2, 1]);
});

it('requests are counted by route and status, and what clients make up is one route', async () => {
  await server.ask('/api/search?query=malt');
  await server.ask('/api/search');
  for (const path of ['/x', '/y', '/api/none', '/metrics/more']) await server.ask(path);
  const found = await figures();
  expect(found.get('snapdex_http_requests_total{route="/api/search",method="GET",status="200"}')).toBe(1);
  expect(found.get('snapdex_http_requests_total{route="/api/search",method="GET",status="400"}')).toBe(1);
  expect(found.get('snapdex_http_requests_total{route="other",method="GET",status="404"}')).toBe(4);
  expect(found.get('snapdex_http_request_duration_seconds_count{route="/api/search"}')).toBe(2);
  expect([...found.keys()].filter((name) => name.includes('/x') || name.includes('malt'))).toEqual([]);
});
