import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { SlowReaders } from '../../../dist/server/http/slow-readers.js';

const PATIENCE_MS = 100;
const MORE_THAN_BUFFERS_HOLD = Buffer.alloc(32 * 1024 * 1024);

let server: Server;
afterEach(() => {
  server.close();
});

/** Both ends of a connection; the first one is looked after. */
async function connection(slowestBytesPerSecond: number): Promise<[Socket, Socket]> {
  server = createServer();
  const accepted = once(server, 'connection');
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const client = connect(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1');
  client.on('error', () => {
    // The other end breaks it off.
  });
  const [socket] = await accepted;
  new SlowReaders({ waitMs: PATIENCE_MS, slowestBytesPerSecond }).add(socket);
  return [socket, client];
}

it('a client that reads nothing of what it was sent is let go', async () => {
  const [socket, client] = await connection(1_000_000_000);
  client.pause();
  socket.on('error', () => {});
  socket.write(MORE_THAN_BUFFERS_HOLD);
  await new Promise((resolve) => socket.once('close', resolve));
  client.destroy();
});

it('a client that reads, however much, and one that waits for nothing, stay', async () => {
  const [socket, client] = await connection(100_000);
  client.resume();
  await new Promise((resolve) => socket.write(MORE_THAN_BUFFERS_HOLD, resolve));
  await new Promise((resolve) => setTimeout(resolve, 4 * PATIENCE_MS));
  expect(socket.destroyed).toBe(false);
  client.destroy();
});
