import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../../dist/server/http/host-guard.js';

const LOOPBACK = { host: '127.0.0.1', isReachable: false, allowedHosts: [] };
const EVERYWHERE = { host: '0.0.0.0', isReachable: true, allowedHosts: ['docs.example.com'] };

function refused(headers: Record<string, string>, options: typeof LOOPBACK | typeof EVERYWHERE): boolean {
  const request: IncomingMessage = Object.assign(Object.create(null), { headers });
  return refusalOf(request, options) !== undefined;
}

describe('a server that only this machine reaches', () => {
  it.each([
    { host: 'localhost:7331' },
    { host: '127.0.0.1:7331' },
    { host: '[::1]:7331' },
    { host: 'localhost', origin: 'http://localhost:5173' },
  ])('answers %j', (headers) => expect(refused(headers, LOOPBACK)).toBe(false));

  it.each([
    { host: 'evil.example' },
    { host: '127.0.0.1.evil.example' },
    { host: '192.0.2.1:7331' },
    { host: 'localhost@evil.example' },
    { host: 'localhost:1:2' },
    { host: 'localhost', origin: 'http://evil.example' },
    { host: 'localhost', origin: 'null' },
    { host: 'localhost', origin: 'file://' },
  ])('refuses %j', (headers) => expect(refused(headers, LOOPBACK)).toBe(true));

  it('answers by its own address, whichever that is', () => {
    expect(refused({ host: '127.0.0.2:1' }, { ...LOOPBACK, host: '127.0.0.2' })).toBe(false);
    expect(refused({ host: '127.0.0.2:1' }, LOOPBACK)).toBe(true);
  });
});

describe('a server that other machines reach', () => {
  it.each([
    { host: '192.0.2.1:7331' },
    { host: '[2001:db8::1]:7331', origin: 'http://[2001:db8::1]:7331' },
    { host: '192.0.2.1:7331', origin: 'http://192.0.2.1:7331' },
    { host: 'docs.example.com' },
    { host: 'DOCS.example.com', origin: 'https://docs.example.com' },
    { host: 'localhost:7331' },
  ])('answers %j', (headers) => expect(refused(headers, EVERYWHERE)).toBe(false));

  it.each([
    { host: 'evil.example' },
    { host: 'docs.example.com.evil.example' },
    { host: '192.0.2.1.evil.example' },
    { host: '192.0.2.1:7331', origin: 'http://192.0.2.2:7331' },
    { host: '192.0.2.1:7331', origin: 'http://evil.example' },
    { host: 'docs.example.com', origin: 'null' },
  ])('refuses %j', (headers) => expect(refused(headers, EVERYWHERE)).toBe(true));
});
