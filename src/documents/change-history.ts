import type { HistoryEntry, SnapshotStore } from '../store/index.js';

/** One generation of a document or a collection. */
export interface ChangeEntry
  extends Pick<HistoryEntry, 'generation' | 'createdAt' | 'operation' | 'reason' | 'tags' | 'sizeBytes'> {
  /** The `client` of the process that made it. */
  readonly client: string;
}

/** The generations that can be read and rolled back to, newest first, at most `limit`. */
export async function readChanges(
  store: SnapshotStore,
  options: { readonly limit?: number },
): Promise<readonly ChangeEntry[]> {
  const { generations } = await store.history(options);
  return generations.map(({ generation, createdAt, operation, reason, tags, sizeBytes, writer }) => {
    return { generation, createdAt, operation, reason, tags, sizeBytes, client: writer.client };
  });
}
