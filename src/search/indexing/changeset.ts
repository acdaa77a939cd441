/** A changeset says which paths have which content now; what of it is left to do depends on the base. Pure. */

/** One path's new state. */
export interface DocumentChange {
  readonly path: string;
  /** `undefined` if the document is gone. */
  readonly contentHash: string | undefined;
  /** What the index had when the change was made; a base that has something else was changed by somebody meanwhile. */
  readonly seenHash: string | undefined;
}

/** A base, as far as a changeset needs to know it. */
export interface IndexedHashes {
  /** The content hash that the base has for a path. */
  find(path: string): string | undefined;
}

/** What is left of a changeset on one base. */
export interface RemainingChanges {
  /** Paths whose documents are to be written. */
  readonly written: ReadonlySet<string>;
  /** Paths to be removed. */
  readonly removed: readonly string[];
  readonly added: number;
  readonly changed: number;
}

/**
 * Drops what the base has already, and what another writer has decided meanwhile unless `isCurrent` says that ours is
 * what the files hold now.
 */
export function remainingOn(
  base: IndexedHashes,
  changes: readonly DocumentChange[],
  isCurrent: (change: DocumentChange) => boolean,
): RemainingChanges {
  const written = new Set<string>();
  const removed: string[] = [];
  let added = 0;
  for (const change of changes) {
    const indexed = base.find(change.path);
    if (indexed === change.contentHash) continue;
    if (indexed !== change.seenHash && !isCurrent(change)) continue;
    if (change.contentHash === undefined) removed.push(change.path);
    else written.add(change.path);
    if (indexed === undefined) added += 1;
  }
  return { written, removed, added, changed: written.size - added };
}
