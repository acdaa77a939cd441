import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { Authentication } from '../../../dist/server/http/authentication.js';

const TOKEN = 'a-token-of-more-than-16-characters';
const HOURS_MS = 60 * 60 * 1000;

/** A request with these headers, as far as authentication looks at it. */
function requestWith(headers: Record<string, string>): IncomingMessage {
  return Object.assign(Object.create(null), { headers });
}

function signedIn(authentication: Authentication): string {
  return authentication.signIn({ isSecure: false }).split(';', 1)[0] ?? '';
}

it.each([
  [`Bearer ${TOKEN}`, true],
  [`bearer  ${TOKEN}`, true],
  [`Bearer ${TOKEN}x`, false],
  [`Bearer ${TOKEN.slice(1)}`, false],
  [`Basic ${TOKEN}`, false],
  [`Bearer ${TOKEN}, Bearer x`, false],
  [TOKEN, false],
  ['', false],
])('a request that shows %j has the token: %j', (authorization, expected) => {
  const authentication = new Authentication({ token: TOKEN, port: 1 });
  expect(authentication.hasToken(requestWith({ authorization }))).toBe(expected);
});

it('a browser stays signed in for twelve hours', () => {
  let nowMs = 1_000_000;
  const authentication = new Authentication({ token: TOKEN, port: 1 }, () => nowMs);
  const request = requestWith({ cookie: `other=1; ${signedIn(authentication)}; more=2` });
  expect(authentication.isSignedIn(request)).toBe(true);
  nowMs += 12 * HOURS_MS;
  expect(authentication.isSignedIn(request)).toBe(false);
});

it('a browser that is signed in keeps no token, and nothing that it could make last', () => {
  const authentication = new Authentication({ token: TOKEN, port: 1 });
  const cookie = signedIn(authentication);
  expect(cookie).not.toContain(TOKEN);
  const [, until = ''] = /=(\d+)\./.exec(cookie) ?? [];
  const longer = cookie.replace(until, String(Number(until) + HOURS_MS));
  expect(authentication.isSignedIn(requestWith({ cookie: longer }))).toBe(false);
});

it('a session is worth nothing on a server with another token or port', () => {
  const cookie = signedIn(new Authentication({ token: TOKEN, port: 1 }));
  for (const other of [
    { token: `${TOKEN}2`, port: 1 },
    { token: TOKEN, port: 2 },
  ]) {
    expect(new Authentication(other).isSignedIn(requestWith({ cookie }))).toBe(false);
  }
});

it('scripts cannot read the cookie, other sites cannot use it, and behind TLS it stays there', () => {
  const authentication = new Authentication({ token: TOKEN, port: 1 });
  expect(authentication.signIn({ isSecure: false })).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
  expect(authentication.signIn({ isSecure: true })).toMatch(/; Secure$/);
});
