import type { IncomingMessage } from 'node:http';
import { type HoldBytes, MAXIMUM_BODY_BYTES } from './limits.js';

/** So much of a refused body is read and dropped. A client that cannot send it to its end would not read the answer. */
const MOST_DROPPED_BYTES = 16_000_000;

/** A body that is larger than what is accepted. */
export class BodyTooLarge extends Error {
  constructor() {
    super(`the request body is larger than ${MAXIMUM_BODY_BYTES} bytes`);
  }
}

/**
 * The body of a request; empty if it has none.
 *
 * @throws BodyTooLarge if it has more than {@link MAXIMUM_BODY_BYTES}, what `hold` throws, and Error if the client goes
 *   away meanwhile. Nothing has been answered then, and the rest is dropped as it arrives.
 */
export function readBody(request: IncomingMessage, hold: HoldBytes): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let isRefused = false;
    const refuse = (error: unknown): void => {
      isRefused = true;
      chunks.length = 0;
      reject(error);
    };
    if (Number(request.headers['content-length'] ?? 0) > MAXIMUM_BODY_BYTES) refuse(new BodyTooLarge());
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MOST_DROPPED_BYTES) request.destroy();
      if (isRefused) return;
      try {
        if (bytes > MAXIMUM_BODY_BYTES) throw new BodyTooLarge();
        hold(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        refuse(error);
      }
    });
    request.on('end', () => resolve(new Uint8Array(Buffer.concat(chunks))));
    request.on('error', reject);
    request.on('close', () => reject(new Error('the client went away before it had sent its request')));
  });
}
