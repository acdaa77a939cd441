/** An embeddings endpoint of our own, for the `http` embedder: it counts what it is asked for. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

/** A SHA-512 has as many bytes. */
const DIMENSION = 64;

/**
 * Listens on a free port of this machine until `close`. `settings` are the variables by which a server uses it;
 * `takeCount` gives the texts embedded since it was last called.
 */
export async function startEmbeddingsEndpoint() {
  let count = 0;
  const server = createServer(async (request, response) => {
    const { input } = JSON.parse(await textOf(request));
    count += input.length;
    const data = input.map((text, index) => ({ object: 'embedding', index, embedding: vectorOf(text) }));
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ object: 'list', data }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    settings: {
      SNAPDEX_EMBEDDER: 'http',
      SNAPDEX_EMBEDDING_MODEL: 'counted',
      SNAPDEX_EMBEDDING_URL: `http://127.0.0.1:${server.address().port}/v1`,
    },
    takeCount: () => {
      const taken = count;
      count = 0;
      return taken;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Numbers that follow from the text and mean nothing. */
function vectorOf(text) {
  const bytes = createHash('sha512').update(text).digest();
  return Array.from({ length: DIMENSION }, (_, place) => bytes[place] - 127.5);
}

async function textOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}
