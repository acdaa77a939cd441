import type { IncomingMessage } from 'node:http';
import {
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  validateHostHeader,
  validateOriginHeader,
} from '@modelcontextprotocol/server';

/**
 * Why a request must be refused, if it must. A page on the web may point a name of its own at 127.0.0.1 (DNS rebinding)
 * and would then be read as if it came from here; its `Host` and `Origin` give it away. A request without `Origin` is
 * no browser's and passes.
 */
export function refusalOf(request: IncomingMessage): string | undefined {
  // What is no plain name and port is taken apart differently by different readers.
  if (!/^[\w.:[\]-]+$/.test(request.headers.host ?? 'localhost')) return 'Invalid Host header';
  const host = validateHostHeader(request.headers.host, localhostAllowedHostnames());
  if (!host.ok) return host.message;
  const origin = validateOriginHeader(request.headers.origin, localhostAllowedOrigins());
  return origin.ok ? undefined : origin.message;
}
