/** Clients that send rubbish, too much, too slowly, or never go away. */
import { once } from 'node:events';
import { type ClientRequest, get, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exitOf, type TemporaryProject, temporaryProject, textOf } from '../../cli/temporary-project.js';
import { answerOf, type ServedProject, serveProject } from '../page/served-project.js';

let project: TemporaryProject;
let server: ServedProject;
beforeAll(async () => {
  project = await temporaryProject();
  server = await serveProject(project.root);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await project[Symbol.asyncDispose]();
});

async function isServed(): Promise<boolean> {
  return (await server.ask('/health')).status === 200;
}

/** A connection without a client library. */
function rawConnection(port = server.port): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {
    // The server may break it off, which is what is looked at.
  });
  return socket;
}

/** Waits until it is closed; `once` of the library would fail with the error of a connection that is broken off. */
function closed(ended: ClientRequest | Socket): Promise<void> {
  return new Promise((resolve) => ended.once('close', () => resolve()));
}

/** All that the server says on a connection until it closes it. */
async function answerTo(text: string | Buffer): Promise<string> {
  const socket = rawConnection();
  socket.end(text);
  let said = '';
  socket.on('data', (chunk) => {
    said += String(chunk);
  });
  await closed(socket);
  return said;
}

function openEvents(origin = server.origin): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(`${origin}/events`, { agent: false }, resolve).on('error', reject);
  });
}

describe('a body that is too large', () => {
  it('is refused while the client still sends it, whether or not it says how large it is', async () => {
    for (const headers of [{ 'content-length': '8000000' }, {}]) {
      const outgoing = request(`${server.origin}/mcp`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
      });
      const answered = once(outgoing, 'response');
      outgoing.end(Buffer.alloc(8_000_000, ' '));
      const [response] = await answered;
      expect(response.statusCode).toBe(413);
      response.resume();
    }
    expect(await isServed()).toBe(true);
  });

  it('without an end is broken off', async () => {
    const outgoing = request(`${server.origin}/mcp`, { method: 'POST', headers: { 'transfer-encoding': 'chunked' } });
    const ended = closed(outgoing);
    outgoing.on('error', () => {
      // The connection is reset, which is what is looked for.
    });
    const send = (): void => {
      while (!outgoing.destroyed && outgoing.write(Buffer.alloc(64 * 1024, ' ')));
      if (!outgoing.destroyed) outgoing.once('drain', send);
    };
    send();
    await ended;
    expect(await isServed()).toBe(true);
  });
});

describe('what is no HTTP', () => {
  it.each([
    ['rubbish', 'rubbish\r\n\r\n'],
    ['bytes', Buffer.from([0, 255, 1, 254, 13, 10, 13, 10])],
    ['a head without end', `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(100_000)}\r\n\r\n`],
    ['two lengths', 'POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
    [
      'a length and chunks',
      'POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a line feed in a header', 'GET / HTTP/1.1\r\nhost: localhost\r\nx: a\nb\r\n\r\n'],
  ])('%s is refused, and the server goes on', async (_, text) => {
    expect(await answerTo(text)).toMatch(/^(?:HTTP\/1\.1 4\d\d |$)/);
    expect(await isServed()).toBe(true);
  });

  it('a head that is too large is told so, and the client comes to read it', async () => {
    const asked = Array.from({ length: 10 }, async () => {
      const outgoing = request(`${server.origin}/${'x'.repeat(3_000_000)}`, { agent: false }).end();
      const [response] = await once(outgoing, 'response');
      response.resume();
      return [response.statusCode, response.headers.connection];
    });
    for (const answered of await Promise.all(asked)) expect(answered).toEqual([431, 'close']);
  });

  it('a body in broken chunks is told so', async () => {
    const head = 'POST /mcp HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n';
    expect(await answerTo(`${head}nonsense\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
    expect(await isServed()).toBe(true);
  });

  it('does not keep a connection for ever, whoever goes on sending', async () => {
    const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => {
      // Broken off while it writes.
    });
    const sending = setInterval(() => socket.write('x'.repeat(1000)), 50);
    socket.resume();
    socket.write('rubbish\r\n\r\n');
    await closed(socket);
    clearInterval(sending);
  });

  it('a request without a host, or with a whole address for a path, is refused', async () => {
    expect(await answerTo('GET /health HTTP/1.1\r\nconnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    const whole = 'GET http://evil.example/health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n';
    expect(await answerTo(whole)).toMatch(/^HTTP\/1\.1 404 /);
  });

  it.each(['{', '[]', '"x"', 'null', '{"jsonrpc":"2.0"}', `${'['.repeat(200_000)}`, '\0'])(
    'a message that is none is refused: %.20j',
    async (body) => {
      const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
      const reply = await server.ask('/mcp', { method: 'POST', headers, body });
      expect(reply.status).toBe(400);
      expect(answerOf(reply)).toMatchObject({ jsonrpc: '2.0', error: { code: expect.any(Number) } });
    },
  );
});

describe('a client that takes too much', () => {
  it('is told to wait, and is served again then', async () => {
    const many = 'GET /page/none HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(1500);
    const last = 'GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n';
    const said = await answerTo(many + last);
    expect(said).toMatch(/HTTP\/1\.1 429 Too Many Requests\r\nretry-after: \d+\r\n/i);
    while (!(await isServed())) await new Promise((resolve) => setTimeout(resolve, 200));
  });

  it('is refused more open streams of events, until it closes one', async () => {
    const streams: IncomingMessage[] = [];
    let next = await openEvents();
    for (; streams.length < 1000; next = await openEvents()) {
      if (next.statusCode === 200) streams.push(next);
      // Too many requests of whatever kind are refused for a second.
      else if (next.headers['retry-after'] === '1') await new Promise((resolve) => setTimeout(resolve, 1000));
      else break;
    }
    expect([next.statusCode, next.headers['retry-after']]).toEqual([429, '10']);
    expect(await isServed()).toBe(true);
    for (const stream of streams) stream.destroy();
    do next = await openEvents();
    while (next.statusCode !== 200);
    next.destroy();
  });

  it('is refused more connections, and others are served once it closes them', async () => {
    const sockets = Array.from({ length: 200 }, () => rawConnection());
    const [said] = await Promise.race(sockets.map((socket) => once(socket, 'data')));
    expect(String(said)).toMatch(/^HTTP\/1\.1 503 /);
    for (const socket of sockets) socket.destroy();
    while (!(await isServed().catch(() => false))) await new Promise((resolve) => setTimeout(resolve, 100));
  });
});

describe('a slow client', () => {
  it('does not hold the server, and is let go if its request does not come', async () => {
    const slow = rawConnection();
    slow.write('GET /health HTTP/1.1\r\nhost: localhost\r\n');
    const dripping = setInterval(() => slow.write('x: y\r\n'), 500);
    expect(await isServed()).toBe(true);
    slow.resume();
    await closed(slow);
    clearInterval(dripping);
    expect(await isServed()).toBe(true);
  });
});

describe('a server that is to end', () => {
  it('ends its streams, and does not wait for ever for a client that is slow', async () => {
    await using ending = await serveProject(project.root);
    const events = await openEvents(ending.origin);
    events.resume();
    const idle = rawConnection(ending.port);
    const half = rawConnection(ending.port);
    half.write('POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n{');
    await Promise.all([once(idle, 'connect'), once(half, 'connect')]);
    const streamEnded = once(events, 'end');
    expect(await ending.end()).toBe(0);
    await streamEnded;
  });

  it('answers what it was being asked before it ends', async () => {
    await using ending = await serveProject(project.root);
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} });
    const outgoing = request(`${ending.origin}/mcp`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'content-length': String(body.length),
        // Answered when the server has read the head.
        expect: '100-continue',
      },
    });
    const answered = once(outgoing, 'response');
    outgoing.flushHeaders();
    await once(outgoing, 'continue');
    ending.process.kill('SIGTERM');
    outgoing.end(body);
    const [response] = await answered;
    expect(response.statusCode).toBe(200);
    expect(await textOf(response)).toContain('query_documents');
    expect(await exitOf(ending.process)).toBe(0);
  });
});
