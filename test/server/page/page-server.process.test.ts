import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { json, type TemporaryProject, temporaryProject } from '../../cli/temporary-project.js';
import { answerOf, PAGE_HEADERS, type ServedProject, serveProject } from './served-project.js';

let project: TemporaryProject;
let server: ServedProject;

beforeAll(async () => {
  project = await temporaryProject();
  await json(['index', '--root', project.root]);
  await project.write(
    'docs/hops.md',
    '# Hops\n\nBitter. See [mashing](guide.md#mashing) and [cones](guide.md#cones).\n',
  );
  await json(['index', '--root', project.root]);
  server = await serveProject(project.root);
});

afterAll(async () => {
  expect(await server.end()).toBe(0);
  await project[Symbol.asyncDispose]();
});

async function answer(path: string): Promise<unknown> {
  const reply = await server.ask(path);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  return answerOf(reply);
}

describe('the page', () => {
  it('lets nothing be loaded from elsewhere and nothing inline run', async () => {
    const { headers } = await server.ask('/');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    });
  });

  it('is sent once to a browser that keeps it', async () => {
    const { headers, text } = await server.ask('/page/main.js');
    expect(headers['content-type']).toContain('text/javascript');
    expect(text).toContain('import');
    const again = await server.ask('/page/main.js', { headers: { 'if-none-match': String(headers.etag) } });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  it('is small, all of it together', () => {
    const folder = fileURLToPath(new URL('../../../dist/page', import.meta.url));
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) =>
      statSync(join(folder, name)),
    );
    expect(files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0)).toBeLessThan(150_000);
  });

  it.each([
    '/page/../package.json',
    '/page/%2e%2e/main.js',
    '/page/',
    '/page/vendor/d3-force.LICENSE',
    '/page/\0',
    '//',
  ])('has nothing else to give: %j', async (path) => {
    expect((await server.ask(encodeURI(path))).status).toBe(404);
  });
});

describe('the JSON of the page', () => {
  it('is that of the index', async () => {
    expect(await answer('/api/search?query=zymurgy')).toMatchObject({
      generation: 2,
      results: [{ path: 'docs/yeast.md', explanation: expect.arrayContaining([]) }],
    });
    expect(await answer('/api/document?path=docs/yeast.md&startLine=1&endLine=1')).toMatchObject({ text: '# Yeast\n' });
    expect(await answer('/api/related?path=docs/yeast.md')).toMatchObject({ backlinks: [{ path: 'docs/guide.md' }] });
    expect(await answer('/api/status')).toMatchObject({ root: project.root, documents: 5 });
    expect(await answer('/api/storage')).toMatchObject({ retired: [], totalBytes: expect.any(Number) });
    expect(await answer('/api/history?limit=1')).toMatchObject({
      generations: [{ generation: 2, added: 1, ownSizeBytes: expect.any(Number) }],
    });
  });

  it('compares two generations', async () => {
    expect(await answer('/api/compare?from=1&to=2')).toMatchObject({
      from: { generation: 1 },
      to: { generation: 2 },
      counts: { added: 1, changed: 0, removed: 0, renamed: 0, unchanged: 4 },
      changes: [{ change: 'added', path: 'docs/hops.md' }],
    });
  });

  it('searches an older generation', async () => {
    const older = await answer('/api/search?query=bitter%20hops&asOf=1');
    expect(older).toMatchObject({ generation: 1, stale: true, asOf: { createdAt: expect.any(String), newest: 2 } });
    expect(pathsOf(older)).not.toContain('docs/hops.md');
    expect(pathsOf(await answer('/api/search?query=bitter%20hops&asOf=2'))).toContain('docs/hops.md');
  });

  it('tells what is linked, what nothing links to, and what leads nowhere', async () => {
    expect(await answer('/api/links')).toMatchObject({
      total: 5,
      orphans: { total: 3, listed: expect.arrayContaining([{ path: 'docs/hops.md', title: 'Hops' }]) },
      brokenLinks: {
        total: 2,
        listed: [
          { path: 'docs/hops.md', target: 'docs/guide.md', anchor: 'cones', isHeadingMissing: true },
          { path: 'docs/yeast.md', target: 'missing.md', isHeadingMissing: false },
        ],
      },
    });
  });

  it.each([
    ['/api/search', 400, 'INVALID_REQUEST'],
    ['/api/search?query=x&unknown=1', 400, 'INVALID_REQUEST'],
    ['/api/search?query=x&asOf=99', 404, 'GENERATION_NOT_FOUND'],
    ['/api/search?query=x&asOf=99999999999999999999', 400, 'INVALID_REQUEST'],
    ['/api/rollback', 405, 'INVALID_REQUEST'],
    ['/api/nothing', 404, 'NOT_FOUND'],
  ])('says what is wrong with %s', async (path, status, code) => {
    const reply = await server.ask(path);
    expect(reply.status).toBe(status);
    expect(answerOf(reply)).toMatchObject({ error: { code, remedy: expect.any(String) } });
  });
});

it.each([
  ['limit=99', 'limit: expected a whole number from 1 to 50, found 99'],
  ['limit=many', 'limit: expected a whole number from 1 to 50'],
  ['foo=1', '"foo" is no argument, there are query, limit, cursor, pathPrefix, asOf'],
])('what is not taken is told with what is: %s', async (given, message) => {
  const reply = await server.ask(`/api/search?query=x&${given}`);
  expect(answerOf(reply)).toMatchObject({ error: { code: 'INVALID_REQUEST', message } });
});

describe('a document outside of the project', () => {
  const secretOf = (root: string): string => `${root}-secret.md`;

  beforeAll(() => writeFile(secretOf(project.root), '# Secret\n\nHidden.\n'));
  afterAll(() => rm(secretOf(project.root)));

  it.each([
    ['a relative path', (secret: string) => `../${basename(secret)}`],
    ['a path through a folder', (secret: string) => `docs/../../${basename(secret)}`],
    ['an absolute path', (secret: string) => secret],
    ['a path with backslashes', (secret: string) => `..\\${basename(secret)}`],
    ['a path that ends early', (secret: string) => `../${basename(secret)}\0.md`],
  ])('is not read by %s', async (_, pathOf) => {
    const path = pathOf(secretOf(project.root));
    const reply = await server.ask(`/api/document?path=${encodeURIComponent(path)}`);
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(answerOf(reply)).toMatchObject({ error: { code: expect.any(String) } });
    expect(reply.text).not.toContain('Hidden');
  });
});

describe('a request that changes something', () => {
  const body = JSON.stringify({ name: 'kept', generation: 1 });

  it.each([
    { ...PAGE_HEADERS, origin: 'http://localhost:5173' },
    { ...PAGE_HEADERS, origin: 'http://evil.example' },
    { ...PAGE_HEADERS, 'sec-fetch-site': 'same-site' },
    { ...PAGE_HEADERS, 'content-type': 'text/plain' },
    { ...PAGE_HEADERS, host: 'evil.example' },
    { 'content-type': 'application/json' },
  ])('is refused with the headers %j', async (headers) => {
    expect((await server.ask('/api/tag', { method: 'POST', headers, body })).status).toBe(403);
    expect(await answer('/api/history?limit=1')).toMatchObject({ olderTagged: [] });
  });

  it('is done for the page, which tags and untags', async () => {
    const headers = { ...PAGE_HEADERS, origin: server.origin, 'sec-fetch-site': 'same-origin' };
    const tag = (): ReturnType<ServedProject['ask']> => server.ask('/api/tag', { method: 'POST', headers, body });
    expect(answerOf(await tag())).toMatchObject({ tag: { name: 'kept', generation: 1 } });
    expect((await tag()).status).toBe(409);
    const untag = { method: 'POST', headers, body: '{"name":"kept"}' };
    expect(answerOf(await server.ask('/api/untag', untag))).toEqual({ removed: 'kept' });
  });

  it.each(['', '{', '[]', '{"generation":"1"}', '{"generation":1,"more":1}'])(
    'needs a body it understands: %j',
    async (rubbish) => {
      const reply = await server.ask('/api/rollback', { method: 'POST', headers: PAGE_HEADERS, body: rubbish });
      expect([reply.status, answerOf(reply)]).toEqual([
        400,
        { error: expect.objectContaining({ code: 'INVALID_REQUEST' }) },
      ]);
    },
  );

  it('may not be large', async () => {
    const headers = { ...PAGE_HEADERS, 'content-length': '1000001' };
    const reply = await server.ask('/api/tag', { method: 'POST', headers });
    expect(reply.status).toBe(413);
  });
});

describe('a question of another page', () => {
  it.each(['/api/status', '/events'])('is refused: %s', async (path) => {
    expect((await server.ask(path, { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
    expect((await server.ask(path, { headers: { origin: 'http://localhost:1' } })).status).toBe(403);
  });
});

describe('the events', () => {
  it('tell how the index is, and a commit of another process', async () => {
    const events = await listen(server.origin);
    expect(await events.next()).toMatchObject({ generation: expect.any(Number), instances: [{ role: 'indexer' }] });
    await project.write('docs/water.md', '# Water\n\nSoft.\n');
    for (let state = await events.next(); !isWith(state, 6); ) state = await events.next();
    events.end();
  });
});

function pathsOf(found: unknown): readonly string[] {
  const { results } = z.object({ results: z.array(z.object({ path: z.string() })) }).parse(found);
  return results.map(({ path }) => path);
}

function isWith(state: unknown, documents: number): boolean {
  return typeof state === 'object' && state !== null && Reflect.get(state, 'documents') === documents;
}

/** The states that `/events` tells, one after the other. */
async function listen(origin: string): Promise<{ next(): Promise<unknown>; end(): void }> {
  const outgoing = get(`${origin}/events`);
  const [response] = await once(outgoing, 'response');
  let text = '';
  response.setEncoding('utf8');
  const next = async (): Promise<unknown> => {
    for (;;) {
      const [event, data] = /event: state\ndata: (.*)\n\n/.exec(text) ?? [];
      if (event !== undefined && data !== undefined) {
        text = text.slice(text.indexOf(event) + event.length);
        return JSON.parse(data);
      }
      const [chunk] = await once(response, 'data');
      text += String(chunk);
    }
  };
  return { next, end: () => outgoing.destroy() };
}
