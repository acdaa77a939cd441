import type { IncomingMessage } from 'node:http';

/** The header that every request of the page that changes something carries. */
const PROOF = 'snapdex-page';

/**
 * Why a request for what the page is served must be refused, if it must; beside what is asked of every request of this
 * server. Another page on this machine (`http://localhost:5173`) is as much a stranger as one on the web: it can send
 * requests here, so those that change something must show that they are the page's own. A header of its own is a proof,
 * because a browser asks before it sends one across origins, and this server never answers yes.
 */
export function pageRefusalOf({ headers, method = 'GET' }: IncomingMessage): string | undefined {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return 'The request comes from another page';
  if (headers.origin !== undefined && !isOwn(headers.origin, headers.host)) return 'Invalid Origin header';
  if (method === 'GET' || method === 'HEAD') return undefined;
  if (headers[PROOF] === undefined) return `The header ${PROOF} is missing`;
  const [type = ''] = (headers['content-type'] ?? '').split(';', 1);
  return type.trim() === 'application/json' ? undefined : 'The body is not application/json';
}

function isOwn(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}
