import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  cleanEnvironment,
  exitOf,
  SNAPDEX,
  snapdex,
  type TemporaryProject,
  temporaryProject,
} from '../../cli/temporary-project.js';

let project: TemporaryProject;
let url: URL;
let stop: () => Promise<number | null>;

beforeAll(async () => {
  project = await temporaryProject();
  const server = spawn(
    process.execPath,
    [SNAPDEX, 'serve', '--http', '--port', '0', '--json', '--root', project.root],
    {
      env: cleanEnvironment(),
    },
  );
  server.stderr.resume();
  const [firstLine] = await once(server.stdout, 'data');
  const announced: unknown = JSON.parse(String(firstLine));
  url = new URL(String(typeof announced === 'object' && announced !== null && Reflect.get(announced, 'url')));
  stop = () => {
    server.kill('SIGTERM');
    return exitOf(server);
  };
});

afterAll(async () => {
  expect(await stop()).toBe(0);
  await project[Symbol.asyncDispose]();
});

describe('the HTTP server', () => {
  it('serves a client of the 2025 revisions', async () => {
    const client = new Client({ name: 'sdk-client', version: '1.0.0' });
    const transport = new StreamableHTTPClientTransport(url);
    await client.connect(transport);
    expect((await client.listTools()).tools).toHaveLength(11);
    // Answered request by request, it could not be told of changes.
    expect(client.getServerCapabilities()?.resources).toEqual({ listChanged: false, subscribe: false });
    expect(await client.callTool({ name: 'index_status', arguments: {} })).toMatchObject({
      structuredContent: { root: project.root },
    });
    await client.close();
  });

  it('closes the connection behind an answer if the client asks for that', async () => {
    const outgoing = request(url, {
      method: 'POST',
      agent: false,
      headers: {
        connection: 'close',
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
    });
    outgoing.end(
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'index_status', arguments: {} } }),
    );
    const [response] = await once(outgoing, 'response');
    expect([response.statusCode, response.headers.connection]).toEqual([200, 'close']);
    response.resume();
    await once(response.socket, 'close');
  });

  it('serves a client of the 2026-07-28 revision', async () => {
    const client = new ModernClient({ name: 'modern', version: '2.0.0' }, { versionNegotiation: { mode: 'auto' } });
    await client.connect(new ModernTransport(url));
    expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28');
    const { tools } = await client.listTools();
    expect(tools).toHaveLength(11);
    await client.close();
  });

  it('tells a client of the 2026-07-28 revision of changes that it has subscribed to', async () => {
    const client = new ModernClient({ name: 'modern', version: '2.0.0' }, { versionNegotiation: { mode: 'auto' } });
    const told = new Promise<string>((resolve) => {
      client.setNotificationHandler('notifications/resources/updated', ({ params }) => resolve(params.uri));
    });
    await client.connect(new ModernTransport(url));
    const uri = 'snapdex://docs/docs/yeast.md';
    await client.listen({ resourceSubscriptions: [uri] });
    await project.write('docs/yeast.md', '# Yeast\n\nThe art of zymurgy, in other words.\n');
    expect(await told).toBe(uri);
    await client.close();
  });

  it('tells its health', async () => {
    const { status, body } = await ask('/health');
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ status: 'ok', name: 'snapdex', generation: expect.any(Number) });
  });

  it.each([
    { host: 'evil.example' },
    { host: '127.0.0.1.evil.example:80' },
    { origin: 'http://evil.example' },
    { origin: 'null' },
  ])('refuses a request with %j', async (headers) => {
    for (const path of ['/mcp', '/health']) expect((await ask(path, { headers })).status).toBe(403);
  });

  it.each([{ origin: 'http://localhost:5173' }, { host: 'localhost:1' }])(
    'accepts a request with %j',
    async (headers) => {
      expect((await ask('/health', { headers })).status).toBe(200);
    },
  );

  it('refuses a body that is too large', async () => {
    const { status } = await ask('/mcp', { method: 'POST', body: ' '.repeat(1_000_001) });
    expect(status).toBe(413);
  });

  it('answers rubbish with an error of the protocol, and goes on', async () => {
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    const { status, body } = await ask('/mcp', { method: 'POST', body: '{rubbish', headers });
    expect([status, JSON.parse(body)]).toEqual([400, expect.objectContaining({ jsonrpc: '2.0' })]);
    expect((await ask('/health')).status).toBe(200);
  });

  it('knows no other path', async () => {
    expect((await ask('/elsewhere')).status).toBe(404);
  });

  it('fails with a clear error when the port that was asked for is taken', async () => {
    const { code, stderr } = await snapdex(['serve', '--http', '--port', url.port, '--root', project.root]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/PORT_UNAVAILABLE[\s\S]+--port 0/);
  });

  it('ends with 1 and the reason when the project cannot be opened', async () => {
    const { code, stderr } = await snapdex(['serve', '--http', '--port', '0', '--root', '/no/such/folder']);
    expect(code).toBe(1);
    expect(stderr).toContain('ROOT_MISSING');
  });
});

describe('the HTTP server for a person', () => {
  it('names another port if the usual one is taken, and then what it found', async () => {
    const other = createServer().listen(7331, '127.0.0.1');
    // Taken by somebody else is as good.
    await new Promise((resolve) => other.once('listening', resolve).once('error', resolve));
    const server = spawn(process.execPath, [SNAPDEX, 'serve', '--http', '--root', project.root], {
      env: cleanEnvironment(),
    });
    let stderr = '';
    for await (const chunk of server.stderr) {
      stderr += String(chunk);
      if (stderr.includes('ready at')) break;
    }
    server.kill('SIGINT');
    expect(await exitOf(server)).toBe(0);
    other.close();
    expect(stderr).toMatch(
      /port 7331 is taken[\s\S]+serves MCP at http:\/\/127\.0\.0\.1:\d+\/mcp[\s\S]+found 4 documents/,
    );
  });
});

interface Question {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** `node:http` rather than `fetch`, which does not let a test choose its `Host`. */
function ask(
  path: string,
  { method = 'GET', headers = {}, body }: Question = {},
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port: url.port, path, method, headers }, async (response) => {
      let text = '';
      for await (const chunk of response) text += String(chunk);
      resolve({ status: response.statusCode ?? 0, body: text });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
