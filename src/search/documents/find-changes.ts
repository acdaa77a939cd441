import { Turns } from '../turns.js';
import type { Discovery } from './discover.js';
import type { StatCache } from './stat-cache.js';

export interface DocumentChanges {
  /** Documents whose content may differ from the index, in the order they were found; reading them tells. */
  readonly toRead: readonly string[];
  /** Documents of the index that are no longer there. */
  readonly removed: readonly string[];
}

/**
 * Compares what is on disk with what is indexed. Nothing is read: a document is left alone only if the cache vouches
 * that it still holds what the index has of it. Documents in a folder that could not be listed count as unchanged.
 */
export async function findChanges({
  discovery,
  cache,
  indexed,
}: {
  readonly discovery: Discovery;
  readonly cache: StatCache;
  readonly indexed: Iterable<{ readonly path: string; readonly contentHash: string }>;
}): Promise<DocumentChanges> {
  const turns = new Turns();
  const found = new Set(discovery.documents.map((document) => document.path));
  const unreadable = discovery.problems
    .filter((problem) => problem.code === 'FOLDER_UNREADABLE')
    .map((problem) => (problem.path === '' ? '' : `${problem.path}/`));

  const hashes = new Map<string, string>();
  const removed: string[] = [];
  for (const { path, contentHash } of indexed) {
    if (turns.isOver) await turns.next();
    hashes.set(path, contentHash);
    if (!found.has(path) && !unreadable.some((folder) => path.startsWith(folder))) removed.push(path);
  }

  const toRead: string[] = [];
  for (const document of discovery.documents) {
    if (turns.isOver) await turns.next();
    const onDisk = cache.findContentHash(document.path, document);
    if (onDisk === undefined || onDisk !== hashes.get(document.path)) toRead.push(document.path);
  }
  return { toRead, removed };
}
