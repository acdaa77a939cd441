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
  /** Sessions that were signed out before their end, and when that is. */
  readonly #signedOut = new Map<string, number>();

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
  isSignedIn(request: IncomingMessage): boolean {
    return this.#sessionsOf(request).length > 0;
  }

  /** The `Set-Cookie` that signs a browser in; `isSecure` if the browser spoke TLS. */
  signIn({ isSecure }: { readonly isSecure: boolean }): string {
    const until = String(this.#nowMs() + SESSION_MS);
    const session = `${until}.${this.#signature(until)}`;
    return `${this.#cookieName}=${session}; Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
  }

  /** The `Set-Cookie` that signs a browser out; what it kept is worth nothing from now on, whoever has a copy. */
  signOut(request: IncomingMessage): string {
    for (const [session, untilMs] of this.#signedOut) if (untilMs <= this.#nowMs()) this.#signedOut.delete(session);
    for (const session of this.#sessionsOf(request)) this.#signedOut.set(session, endOf(session));
    return `${this.#cookieName}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`;
  }

  /** What the browser shows that is a session of this server. */
  #sessionsOf({ headers }: IncomingMessage): readonly string[] {
    const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('=', 2));
    return pairs.flatMap(([name, value = '']) => (name === this.#cookieName && this.#isSession(value) ? [value] : []));
  }

  #isSession(value: string): boolean {
    const [until = '', signature = ''] = value.split('.', 2);
    const isOwn = isSame(signature, this.#signature(until)) && endOf(value) > this.#nowMs();
    return isOwn && !this.#signedOut.has(value);
  }

  #signature(until: string): string {
    return createHmac('sha256', this.#token).update(`snapdex page until ${until}`).digest('base64url');
  }
}

/** When a session ends, in milliseconds since 1970. */
function endOf(session: string): number {
  return Number(session.split('.', 1)[0]);
}

function isSame(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

/** Of one length, whatever the text's is. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
