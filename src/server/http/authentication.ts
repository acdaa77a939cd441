import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** How long a browser stays signed in. */
const SESSION_MS = 12 * 60 * 60 * 1000;

/**
 * Who may ask: whoever shows the token as `Authorization: Bearer …`, and a browser that was signed in with it. What the
 * browser keeps is not the token, ends by itself, and is worth nothing after the token has changed. Comparing takes the
 * same time whatever is wrong.
 */
export class Authentication {
  readonly #token: string;
  readonly #cookieName: string;
  readonly #nowMs: () => number;

  /** `port` keeps servers on one host apart, which share a browser's cookies. */
  constructor({ token, port }: { readonly token: string; readonly port: number }, nowMs: () => number = Date.now) {
    this.#token = token;
    this.#cookieName = `snapdex-${port}`;
    this.#nowMs = nowMs;
  }

  /** True if it is the token. */
  isToken(shown: string): boolean {
    return isSame(shown, this.#token);
  }

  /** True if the request shows the token; undefined if it shows nothing. */
  hasToken({ headers }: IncomingMessage): boolean | undefined {
    if (headers.authorization === undefined) return undefined;
    const [, shown = ''] = /^Bearer +(\S+) *$/iu.exec(headers.authorization) ?? [];
    return this.isToken(shown);
  }

  /** True if the request comes from a browser that is signed in. */
  isSignedIn({ headers }: IncomingMessage): boolean {
    const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('=', 2));
    return pairs.some(([name, value = '']) => name === this.#cookieName && this.#isSession(value));
  }

  /** The `Set-Cookie` that signs a browser in; `isSecure` if the browser spoke TLS. */
  signIn({ isSecure }: { readonly isSecure: boolean }): string {
    const until = String(this.#nowMs() + SESSION_MS);
    const session = `${until}.${this.#signature(until)}`;
    return `${this.#cookieName}=${session}; Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
  }

  #isSession(value: string): boolean {
    const [until = '', signature = ''] = value.split('.', 2);
    return isSame(signature, this.#signature(until)) && Number(until) > this.#nowMs();
  }

  #signature(until: string): string {
    return createHmac('sha256', this.#token).update(`snapdex page until ${until}`).digest('base64url');
  }
}

function isSame(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

/** Of one length, whatever the text's is. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
