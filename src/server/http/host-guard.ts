import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import {
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  validateHostHeader,
  validateOriginHeader,
} from '@modelcontextprotocol/server';

/** By which names a server may be spoken to. */
export interface HostGuardOptions {
  /** The address that it listens on. */
  readonly host: string;
  /** False if only this machine can reach that address. */
  readonly isReachable: boolean;
  /** Names that it is reached by, besides its addresses. */
  readonly allowedHosts: readonly string[];
}

/**
 * Why a request must be refused, if it must. A page on the web may point a name of its own at an address of this server
 * (DNS rebinding) and would then be read as if it came from here; its `Host` and `Origin` give it away. An address in
 * `Host` cannot be rebound, so a server that other machines reach takes any. A request without `Origin` is no
 * browser's and passes.
 */
export function refusalOf({ headers }: IncomingMessage, options: HostGuardOptions): string | undefined {
  const { host: named = 'localhost', origin } = headers;
  // What is no plain name and port is taken apart differently by different readers.
  if (!/^[\w.:[\]-]+$/.test(named) || !URL.canParse(`http://${named}`)) return 'Invalid Host header';
  const { hostname } = new URL(`http://${named}`);
  if (!(options.isReachable && isAddress(hostname))) {
    const allowed = [...localhostAllowedHostnames(), urlName(options.host), ...options.allowedHosts];
    const host = validateHostHeader(headers.host, allowed);
    if (!host.ok) return options.isReachable ? `${host.message}: start the server with --allowed-host` : host.message;
  }
  if (origin !== undefined && URL.canParse(origin) && new URL(origin).host === named.toLowerCase()) return undefined;
  const checked = validateOriginHeader(origin, [...localhostAllowedOrigins(), ...options.allowedHosts]);
  return checked.ok ? undefined : checked.message;
}

function isAddress(hostname: string): boolean {
  return isIP(hostname.replace(/^\[(.*)\]$/u, '$1')) !== 0;
}

/** As URLs write an address. */
function urlName(host: string): string {
  return isIP(host) === 6 ? new URL(`http://[${host}]`).hostname : host;
}
