import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { clientOf } from './client-address.js';
import { RequestRate } from './request-rate.js';
import { SharedLimit } from './shared-limit.js';

// Far more than assistants, pages and a scraper need, and less than what would hold up this process. docs/security.md
// lists all of them.

/** A tool call is a few kilobytes; nothing that a client has to say is larger than this. */
export const MAXIMUM_BODY_BYTES = 1_000_000;

const REQUESTS = { each: { burst: 500, perSecond: 100 }, all: { burst: 2000, perSecond: 400 } } as const;
const CONNECTIONS = { each: 128, all: 512 } as const;
const STREAMS = { each: 32, all: 128 } as const;
const BODY_BYTES = { each: 4_000_000, all: 32_000_000 } as const;
/** So many requests does a wrong token count for. */
const WRONG_TOKEN_REQUESTS = 20;

/** A request that is refused because the same client, or all together, ask for too much. */
export class TooMuch extends Error {
  readonly retryAfterSeconds: number;

  constructor(what: string, retryAfterSeconds: number) {
    super(`too many ${what}`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Told of each part of a body before it is kept; what it throws refuses the body. */
export type HoldBytes = (bytes: number) => void;

/** What all clients hold at this moment. */
export interface HeldNow {
  readonly connections: number;
  readonly streams: number;
}

/** Keeps one client, and all together, from taking more of a server than there is. */
export class ServerLimits {
  readonly #requests = new RequestRate(REQUESTS);
  readonly #connections = new SharedLimit(CONNECTIONS);
  readonly #streams = new SharedLimit(STREAMS);
  readonly #bodyBytes = new SharedLimit(BODY_BYTES);

  get held(): HeldNow {
    return { connections: this.#connections.total, streams: this.#streams.total };
  }

  /** True if the connection may stay; it counts until it is closed. */
  admitConnection(socket: Socket): boolean {
    const client = clientOf(socket.remoteAddress);
    if (!this.#connections.take(client)) return false;
    socket.on('close', () => this.#connections.giveBack(client));
    return true;
  }

  /** @throws TooMuch */
  countRequest({ socket }: IncomingMessage): void {
    const retryAfterSeconds = this.#requests.take(clientOf(socket.remoteAddress));
    if (retryAfterSeconds !== undefined) throw new TooMuch('requests', retryAfterSeconds);
  }

  /** Whoever shows a wrong token has to wait sooner. */
  countWrongToken({ socket }: IncomingMessage): void {
    this.#requests.charge(clientOf(socket.remoteAddress), WRONG_TOKEN_REQUESTS);
  }

  /** Counts an answer that stays open, until it is closed. @throws TooMuch */
  admitStream({ socket }: IncomingMessage, response: ServerResponse): void {
    const client = clientOf(socket.remoteAddress);
    if (!this.#streams.take(client)) throw new TooMuch('open event streams', 10);
    response.on('close', () => this.#streams.giveBack(client));
  }

  /** Counts the parts of a body, until its request is answered; what it gives throws TooMuch. */
  bodyOf({ socket }: IncomingMessage, response: ServerResponse): HoldBytes {
    const client = clientOf(socket.remoteAddress);
    let held = 0;
    response.on('close', () => this.#bodyBytes.giveBack(client, held));
    return (bytes) => {
      if (!this.#bodyBytes.take(client, bytes)) throw new TooMuch('bytes in requests', 1);
      held += bytes;
    };
  }
}
