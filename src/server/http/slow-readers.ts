import type { Socket } from 'node:net';

/** How far a connection was when it was last seen to move. */
interface Progress {
  sentBytes: number;
  atMs: number;
}

/** How slow a client may be. */
export interface Patience {
  /** How long it may take before it reads anything. */
  readonly waitMs: number;
  /** How fast it must then read what it was sent. */
  readonly slowestBytesPerSecond: number;
}

/** Ends connections whose clients do not read what they were sent: each holds memory for as long as it is open. */
export class SlowReaders {
  readonly #patience: Patience;
  readonly #progress = new Map<Socket, Progress>();
  readonly #timer: NodeJS.Timeout;

  constructor(patience: Patience) {
    this.#patience = patience;
    this.#timer = setInterval(() => this.#look(), patience.waitMs / 2).unref();
  }

  /** Looks after a connection until it is closed. */
  add(socket: Socket): void {
    this.#progress.set(socket, { sentBytes: 0, atMs: performance.now() });
    socket.on('close', () => this.#progress.delete(socket));
  }

  /** Looks no more. */
  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const nowMs = performance.now();
    for (const [socket, progress] of this.#progress) {
      // `bytesWritten` counts what waits in this process too, and what is sent in one piece counts when all of it is.
      const sentBytes = socket.bytesWritten - socket.writableLength;
      if (socket.writableLength === 0 || sentBytes !== progress.sentBytes) {
        progress.sentBytes = sentBytes;
        progress.atMs = nowMs;
      } else if (nowMs - progress.atMs >= this.#patienceMsFor(socket.writableLength)) socket.destroy();
    }
  }

  #patienceMsFor(bytes: number): number {
    return this.#patience.waitMs + (bytes / this.#patience.slowestBytesPerSecond) * 1000;
  }
}
