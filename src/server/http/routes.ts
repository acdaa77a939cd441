import type { IncomingMessage } from 'node:http';
import { apiRoutes } from '../page/api-routes.js';

const ROUTES: ReadonlySet<string> = new Set(['/', '/mcp', '/health', '/metrics', '/login', '/logout', '/events']);

/** The path of a request, without what follows it. */
export function pathOf({ url = '/' }: IncomingMessage): string {
  return url.replace(/[?#].*$/su, '');
}

/** A path as it is counted: one of few names, whatever clients ask for. */
export function routeOf(path: string): string {
  if (ROUTES.has(path)) return path;
  if (path.startsWith('/page/')) return '/page';
  return path.startsWith('/api/') && apiRoutes.has(path.slice('/api/'.length)) ? path : 'other';
}
