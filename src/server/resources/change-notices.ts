import type { McpServer } from '@modelcontextprotocol/server';
import type { DocumentsChanged } from '../../search/index.js';
import type { IndexSession } from '../index-session.js';
import { documentUri } from './document-uri.js';

/** What carries notices of changes to clients. */
export interface ChangeNotices {
  resourcesChanged(): void;
  resourceUpdated(uri: string): void;
}

/** Tells of documents that were added, removed or changed by any instance. */
export function noticeChanges(notices: ChangeNotices, { added, updated, removed }: DocumentsChanged): void {
  if (added.length + removed.length > 0) notices.resourcesChanged();
  for (const path of [...updated, ...removed, ...added]) notices.resourceUpdated(documentUri(path));
}

/**
 * Lets the client of a lasting connection know of changes until it is closed. In the 2026-07-28 revision the connection
 * itself passes on what the client has subscribed to; in those of 2025 a changed list is told to everybody once it is
 * initialized, and a changed document to who has subscribed to it.
 */
export function announceChanges(server: McpServer, session: IndexSession, era: 'legacy' | 'modern'): void {
  const subscribed = era === 'legacy' ? handleSubscriptions(server) : undefined;
  const isInitialized = (): boolean => era === 'modern' || server.server.getClientVersion() !== undefined;
  const ignoreClosed = (): void => {
    // The connection is closing, and with it whoever wanted to know.
  };
  const notices: ChangeNotices = {
    resourcesChanged: () => {
      server.server.sendResourceListChanged().catch(ignoreClosed);
    },
    resourceUpdated: (uri) => {
      if (subscribed?.has(uri) !== false) server.server.sendResourceUpdated({ uri }).catch(ignoreClosed);
    },
  };
  const stop = session.onDocumentsChanged((changed) => {
    if (isInitialized() && server.isConnected()) noticeChanges(notices, changed);
  });
  server.server.onclose = stop;
}

/** Keeps the resources that the client of a 2025 revision subscribes to. */
function handleSubscriptions({ server }: McpServer): ReadonlySet<string> {
  const subscribed = new Set<string>();
  server.setRequestHandler('resources/subscribe', ({ params }) => {
    subscribed.add(params.uri);
    return {};
  });
  server.setRequestHandler('resources/unsubscribe', ({ params }) => {
    subscribed.delete(params.uri);
    return {};
  });
  return subscribed;
}
