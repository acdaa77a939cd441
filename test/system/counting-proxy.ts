/** A network between a machine and an object store that counts what passes. */
import { once } from 'node:events';
import http from 'node:http';

export class CountingProxy {
  readonly endpoint: string;
  /** What was downloaded of each object, by path, each time. Bytes. */
  readonly downloads = new Map<string, readonly number[]>();
  /** Requests by method; listings as LIST. */
  readonly requests = new Map<string, number>();
  bytesDown = 0;
  bytesUp = 0;
  readonly #server: http.Server;
  readonly #target: URL;

  /** @param target the object store's endpoint */
  static async start(target: string): Promise<CountingProxy> {
    const server = http.createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new CountingProxy(server, new URL(target));
  }

  private constructor(server: http.Server, target: URL) {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a port was asked for');
    this.endpoint = `http://127.0.0.1:${address.port}`;
    this.#server = server;
    this.#target = target;
    server.on('request', (incoming, outgoing) => this.#pass(incoming, outgoing));
  }

  /** Downloads of files of generations, all else left out: their names, and their bytes in all. */
  files(): { readonly names: readonly string[]; readonly bytes: number } {
    const files = [...this.downloads].filter(([path]) => path.includes('/files/'));
    return {
      names: files.flatMap(([path, sizes]) => sizes.map(() => path)),
      bytes: files.flatMap(([, sizes]) => sizes).reduce((sum, size) => sum + size, 0),
    };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The signature is over all headers, the name of the host too, so they go as they came. */
  #pass(incoming: http.IncomingMessage, outgoing: http.ServerResponse): void {
    const { method = 'GET', url: path = '/', headers } = incoming;
    const kind = path.includes('list-type=') ? 'LIST' : method;
    this.requests.set(kind, (this.requests.get(kind) ?? 0) + 1);
    const { hostname, port } = this.#target;
    const passed = http.request({ hostname, port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      let bytes = 0;
      answer.on('data', (piece: Buffer) => {
        bytes += piece.byteLength;
      });
      answer.on('end', () => {
        this.bytesDown += bytes;
        if (kind === 'GET' && answer.statusCode === 200)
          this.downloads.set(path, [...(this.downloads.get(path) ?? []), bytes]);
      });
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    incoming.on('data', (piece: Buffer) => {
      this.bytesUp += piece.byteLength;
    });
    incoming.pipe(passed);
  }
}
