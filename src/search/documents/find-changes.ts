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
export function findChanges({
  discovery,
  cache,
  indexed,
}: {
  readonly discovery: Discovery;
  readonly cache: StatCache;
  readonly indexed: Iterable<{ readonly path: string; readonly contentHash: string }>;
}): DocumentChanges {
  const found = new Set(discovery.documents.map((document) => document.path));
  const unreadable = discovery.problems
    .filter((problem) => problem.code === 'FOLDER_UNREADABLE')
    .map((problem) => (problem.path === '' ? '' : `${problem.path}/`));

  const hashes = new Map<string, string>();
  const removed: string[] = [];
  for (const { path, contentHash } of indexed) {
    hashes.set(path, contentHash);
    if (!found.has(path) && !unreadable.some((folder) => path.startsWith(folder))) removed.push(path);
  }

  const toRead = discovery.documents
    .filter((document) => {
      const onDisk = cache.findContentHash(document.path, document);
      return onDisk === undefined || onDisk !== hashes.get(document.path);
    })
    .map((document) => document.path);
  return { toRead, removed };
}
