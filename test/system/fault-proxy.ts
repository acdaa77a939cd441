/** A network between clients and an object store that cuts, delays, repeats and refuses requests, as chance decides. */
import { once } from 'node:events';
import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

type Chance = () => number;

/** A request with all its bytes. */
interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What may become of a request. `late`: the client is cut off at once, and the server hears of it seconds later. */
const FATES = ['cut before', 'cut after', 'late', 'twice', 'refused', 'done and refused', 'slow'] as const;
type Fate = (typeof FATES)[number];

/** The share of requests that each fate befalls. */
const SHARE = 0.005;
const LATEST_MS = 5_000;
const SLOWEST_MS = 1_000;

export class FaultProxy {
  /** Where it listens: a URL, or the path of a socket. */
  readonly endpoint: string;
  /** How many requests came while fates could befall them. */
  requests = 0;
  /** How many of them each fate has befallen. */
  readonly befallen: Map<Fate, number> = new Map(FATES.map((fate) => [fate, 0]));
  readonly #server: http.Server;
  readonly #target: URL;
  readonly #chance: Chance;
  readonly #late = new Set<Promise<unknown>>();
  #isCalm = false;

  /**
   * @param target the object store's endpoint
   * @param socket the path of a socket to listen on; default a port of its own on loopback
   */
  static async start(target: string, chance: Chance, socket?: string): Promise<FaultProxy> {
    const server = http.createServer();
    await once(socket === undefined ? server.listen(0, '127.0.0.1') : server.listen(socket), 'listening');
    return new FaultProxy(server, new URL(target), chance);
  }

  private constructor(server: http.Server, target: URL, chance: Chance) {
    const address = server.address();
    if (address === null) throw new Error('it does not listen');
    this.endpoint = typeof address === 'string' ? address : `http://127.0.0.1:${address.port}`;
    this.#server = server;
    this.#target = target;
    this.#chance = chance;
    server.on('request', (incoming, outgoing) => {
      // Whatever goes wrong on the way is one more cut.
      this.#handle(incoming, outgoing).catch(() => outgoing.destroy());
    });
  }

  /** Lets all requests pass from now on, and waits until the late ones have landed. */
  async calmDown(): Promise<void> {
    this.#isCalm = true;
    await Promise.allSettled(this.#late);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(incoming: http.IncomingMessage, outgoing: http.ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = incoming;
    const request = { method, path: url, headers, body: await bytesOf(incoming) };
    if (!this.#isCalm) this.requests += 1;
    const fate = this.#isCalm ? undefined : FATES[Math.floor(this.#chance() / SHARE)];
    if (fate !== undefined) this.befallen.set(fate, (this.befallen.get(fate) ?? 0) + 1);
    switch (fate) {
      case 'cut before':
        return void outgoing.destroy();
      case 'cut after':
        await this.#forward(request);
        return void outgoing.destroy();
      case 'late':
        outgoing.destroy();
        return this.#forwardLater(request);
      case 'twice':
        answer(outgoing, await this.#forward(request));
        return this.#forwardLater(request);
      case 'refused':
        return answer(outgoing, REFUSAL);
      case 'done and refused':
        await this.#forward(request);
        return answer(outgoing, REFUSAL);
      case 'slow':
        await pause(this.#chance() * SLOWEST_MS);
        return answer(outgoing, await this.#forward(request));
      default:
        answer(outgoing, await this.#forward(request));
    }
  }

  async #forwardLater(request: Request): Promise<void> {
    const landing = pause(this.#chance() * LATEST_MS).then(() => this.#forward(request));
    this.#late.add(landing);
    try {
      await landing;
    } finally {
      this.#late.delete(landing);
    }
  }

  /** The signature is over all headers, the name of the host too, so they go as they came. */
  async #forward({ method, path, headers, body }: Request): Promise<Answer> {
    const { hostname, port } = this.#target;
    const request = http.request({ hostname, port, method, path, headers });
    request.end(body);
    const [response]: http.IncomingMessage[] = await once(request, 'response');
    if (response === undefined) throw new Error('no answer');
    return { status: response.statusCode ?? 500, headers: response.headers, body: await bytesOf(response) };
  }
}

const REFUSAL: Answer = { status: 500, headers: {}, body: Buffer.from('<Error><Code>InternalError</Code></Error>') };

function answer(outgoing: http.ServerResponse, { status, headers, body }: Answer): void {
  outgoing.writeHead(status, headers).end(body);
}

async function bytesOf(message: http.IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(piece);
  return Buffer.concat(pieces);
}
