/** A server that other machines reach, and what it asks of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { snapdex, type TemporaryProject, temporaryProject } from '../../cli/temporary-project.js';
import { answerOf, PAGE_HEADERS, type ServedProject, serveProject } from '../page/served-project.js';

const WRONG = 'another-token-of-enough-characters';

let project: TemporaryProject;
let server: ServedProject;
let token: string;

beforeAll(async () => {
  project = await temporaryProject();
  const file = join(project.root, '.token');
  server = await serveProject(project.root, {
    words: ['--host', '0.0.0.0', '--token-file', file, '--allowed-host', 'docs.example.com'],
  });
  token = readFileSync(file, 'utf8').trim();
});

afterAll(async () => {
  expect(await server.end()).toBe(0);
  expect(server.said()).not.toContain(token);
  await project[Symbol.asyncDispose]();
});

function bearer(shown: string): Record<string, string> {
  return { authorization: `Bearer ${shown}` };
}

/** What a browser keeps after it has signed in. */
async function signIn(headers: Record<string, string> = {}): Promise<string> {
  const { headers: answered } = await server.ask('/login', {
    method: 'POST',
    headers: { ...PAGE_HEADERS, ...headers },
    body: JSON.stringify({ token }),
  });
  return String(answered['set-cookie']).split(';', 1)[0] ?? '';
}

describe('without a token', () => {
  it.each([
    ['--host', '0.0.0.0'],
    ['--host', '::'],
    ['--allowed-host', 'docs.example.com'],
  ])('nothing is served with %s %s, and the error says what to do', async (...words) => {
    const { code, stderr } = await snapdex(['serve', '--http', '--port', '0', '--root', project.root, ...words]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/TOKEN_REQUIRED[\s\S]+--token-file[\s\S]+SNAPDEX_TOKEN/);
  });

  it.each(['/mcp', '/metrics', '/api/status', '/api/search?query=malt', '/events'])('%s is refused', async (path) => {
    for (const headers of [{}, bearer(WRONG), { cookie: `snapdex-${server.port}=1.x` }]) {
      const reply = await server.ask(path, { headers });
      expect([reply.status, reply.headers['www-authenticate']]).toEqual([401, 'Bearer realm="snapdex"']);
      expect(reply.text).not.toContain('malt');
    }
  });

  it('a call of a tool is refused before it is read', async () => {
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    expect((await server.ask('/mcp', { method: 'POST', headers, body: '{' })).status).toBe(401);
  });

  it('the health is told, and nothing of the documents', async () => {
    expect(answerOf(await server.ask('/health'))).toEqual({ status: 'ok' });
  });

  it('the form to sign in with stands in the place of the page', async () => {
    const { status, text } = await server.ask('/');
    expect(status).toBe(200);
    expect(text).toContain('id="sign-in"');
    expect((await server.ask('/page/sign-in.js')).status).toBe(200);
  });
});

describe('with the token', () => {
  it('a client of MCP is served', async () => {
    const client = new Client({ name: 'sdk-client', version: '1.0.0' });
    const url = new URL(`${server.origin}/mcp`);
    await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers: bearer(token) } }));
    expect((await client.listTools()).tools.length).toBeGreaterThan(5);
    await client.close();
  });

  it.each(['/metrics', '/api/status', '/health'])('%s is answered', async (path) => {
    const { status, text } = await server.ask(path, { headers: bearer(token) });
    expect(status).toBe(200);
    expect(text).toMatch(/generation/);
  });

  it.each([
    { host: 'evil.example' },
    { host: 'docs.example.com.evil.example' },
    { origin: 'http://evil.example' },
    { origin: 'null' },
  ])('a request with %j is refused all the same', async (headers) => {
    expect((await server.ask('/api/status', { headers: { ...headers, ...bearer(token) } })).status).toBe(403);
  });

  it('it is reached by its allowed name, and by whatever address a network gives it', async () => {
    for (const host of ['docs.example.com', '192.0.2.7:8080', '[2001:db8::7]']) {
      expect((await server.ask('/health', { headers: { host } })).status).toBe(200);
    }
  });
});

describe('a browser', () => {
  it('signs in with the token, and is then served the page, its JSON and its events', async () => {
    const cookie = await signIn();
    expect((await server.ask('/', { headers: { cookie } })).text).not.toContain('id="sign-in"');
    expect(answerOf(await server.ask('/api/status', { headers: { cookie } }))).toMatchObject({ documents: 4 });
    const headers = { ...PAGE_HEADERS, cookie };
    const body = '{"name":"kept","generation":1}';
    expect((await server.ask('/api/tag', { method: 'POST', headers, body })).status).toBe(200);
  });

  it('reaches nothing but the page with what it keeps', async () => {
    const cookie = await signIn();
    expect((await server.ask('/mcp', { headers: { cookie } })).status).toBe(401);
  });

  it('that is signed in does nothing for another page', async () => {
    const cookie = await signIn();
    const body = '{"generation":1}';
    for (const headers of [
      { origin: 'http://localhost:5173' },
      { origin: `http://127.0.0.1:${server.port + 1}` },
      { 'sec-fetch-site': 'same-site' },
      { 'content-type': 'text/plain' },
    ]) {
      const all = { ...PAGE_HEADERS, cookie, ...headers };
      expect((await server.ask('/api/rollback', { method: 'POST', headers: all, body })).status).toBe(403);
    }
    expect((await server.ask('/api/status', { headers: { cookie, 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
  });

  it.each(['{"token":"another-token-of-enough-characters"}', '{}', '', '{"token":1}', 'null'])(
    'that shows something else is not signed in: %s',
    async (body) => {
      const reply = await server.ask('/login', { method: 'POST', headers: PAGE_HEADERS, body });
      expect([reply.status, reply.headers['set-cookie']]).toEqual([401, undefined]);
      expect(answerOf(reply)).toMatchObject({ error: { code: 'TOKEN_REQUIRED' } });
    },
  );

  it('cannot be signed in by another page', async () => {
    const headers = { ...PAGE_HEADERS, origin: 'http://localhost:5173' };
    const body = JSON.stringify({ token });
    const reply = await server.ask('/login', { method: 'POST', headers, body });
    expect([reply.status, reply.headers['set-cookie']]).toEqual([403, undefined]);
  });

  it('that is signed out has no session any more, nor has who copied it', async () => {
    const cookie = await signIn();
    expect(answerOf(await server.ask('/login', { headers: { cookie } }))).toEqual({ signedIn: true });
    const headers = { ...PAGE_HEADERS, cookie };
    expect((await server.ask('/logout', { method: 'POST', headers: { cookie } })).status).toBe(403);
    expect((await server.ask('/api/status', { headers: { cookie } })).status).toBe(200);
    const reply = await server.ask('/logout', { method: 'POST', headers });
    expect(String(reply.headers['set-cookie'])).toMatch(/^snapdex-\d+=; .*Max-Age=0$/);
    expect((await server.ask('/api/status', { headers: { cookie } })).status).toBe(401);
    expect(answerOf(await server.ask('/login', { headers: { cookie } }))).toEqual({ signedIn: false });
    expect((await server.ask('/api/status', { headers: { cookie: await signIn() } })).status).toBe(200);
  });

  it('whoever guesses tokens is made to wait', async () => {
    let reply = await server.ask('/health', { headers: bearer(WRONG) });
    for (let guess = 0; guess < 200 && reply.status !== 429; guess += 1) {
      reply = await server.ask('/health', { headers: bearer(WRONG) });
    }
    expect([reply.status, Number(reply.headers['retry-after'])]).toEqual([429, expect.any(Number)]);
  });
});

it('a token that is set is asked for on a loopback address too, where other users are', async () => {
  await using own = await serveProject(project.root, { environment: { SNAPDEX_TOKEN: WRONG } });
  expect((await own.ask('/api/status')).status).toBe(401);
  expect((await own.ask('/api/status', { headers: bearer(WRONG) })).status).toBe(200);
  expect(own.said()).not.toContain(WRONG);
});
