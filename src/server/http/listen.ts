import type { Server } from 'node:http';
import { ServerError } from '../errors.js';

/** The port that is tried when none is asked for. */
const DEFAULT_PORT = 7331;

/** What stands for all addresses of this machine, and the one by which this machine itself reaches them. */
const EVERY_ADDRESS: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);

/** Where a server listens. */
export interface Listening {
  /** Where MCP is served, as this machine reaches it. */
  readonly url: string;
  readonly port: number;
  /** The default port that was taken by another process, if that is why the port is another one. */
  readonly takenPort: number | undefined;
}

/**
 * Starts to listen on `host`. `port` is 0 for any free one; if it is undefined, the port is
 * {@link DEFAULT_PORT}, or a free one if that is taken.
 *
 * @throws ServerError `PORT_UNAVAILABLE` if the port that was asked for is taken or not allowed.
 */
export async function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number | undefined },
): Promise<Listening> {
  const wanted = port ?? DEFAULT_PORT;
  if (await tryToListen(server, host, wanted, port === undefined)) return listening(server, host, undefined);
  await tryToListen(server, host, 0, false);
  return listening(server, host, wanted);
}

/** False if the port is taken and `mayBeTaken`. */
async function tryToListen(server: Server, host: string, port: number, mayBeTaken: boolean): Promise<boolean> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE' && mayBeTaken) return false;
    const isForeign = code === 'EADDRNOTAVAIL';
    const why =
      code === 'EADDRINUSE' ? 'another process listens there' : error instanceof Error ? error.message : String(error);
    throw new ServerError(
      'PORT_UNAVAILABLE',
      `port ${port} on ${host}: ${isForeign ? 'no address of this machine' : why}`,
      {
        remedy: isForeign
          ? 'Choose an address of this machine with --host, or 0.0.0.0 for all of them.'
          : 'Choose another port with --port, or --port 0 for any free one.',
        cause: error,
      },
    );
  }
}

function listening(server: Server, host: string, takenPort: number | undefined): Listening {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const reached = EVERY_ADDRESS.get(host) ?? host;
  const shownHost = reached.includes(':') ? `[${reached}]` : reached;
  return { url: `http://${shownHost}:${port}/mcp`, port, takenPort };
}
