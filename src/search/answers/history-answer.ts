import type { HistoryEntry, SnapshotStore } from '../../store/index.js';
import { EMPTY_METADATA, isIndex, readIndexMetadata } from '../indexing/index-metadata.js';
import type { GenerationSummary, HistoryAnswer, HistoryRequest } from '../requests.js';
import { decodeCursor, encodeCursor, requireLimit } from './cursor.js';

const LIMIT = { default: 50, most: 1000 } as const;

/**
 * The newest generations, or with a cursor those below the last one shown, and which older ones are tagged.
 * @throws SearchError INVALID_REQUEST
 */
export async function answerHistory(store: SnapshotStore, request: HistoryRequest): Promise<HistoryAnswer> {
  const limit = requireLimit(request.limit, LIMIT);
  const below = request.cursor === undefined ? undefined : decodeCursor(request.cursor).generation;
  // One more than is shown: the parent of the last one says whether that has a hold of its own.
  const history = await store.history(below === undefined ? { limit: limit + 1 } : {});
  const generations = history.generations.filter(({ generation }) => below === undefined || generation < below);
  const byNumber = new Map(generations.map((entry) => [entry.generation, entry]));
  const shown = generations.slice(0, limit);
  const beyond = generations.slice(limit);
  const last = shown.at(-1);
  return {
    generations: shown.map((entry) => summarize(entry, byNumber.get(entry.parent ?? 0))),
    olderTagged: [
      ...beyond.filter(({ tags }) => tags.length > 0).map(({ generation, tags }) => ({ generation, tags })),
      ...history.olderTagged,
    ],
    ...(beyond.length === 0 || last === undefined
      ? {}
      : { nextCursor: encodeCursor({ generation: last.generation, offset: 0 }) }),
  };
}

/** One generation for the history, in documents rather than files. */
function summarize(entry: HistoryEntry, parent: HistoryEntry | undefined): GenerationSummary {
  const { generation, createdAt, writer, sizeBytes, ownSizeBytes, tags, reason } = entry;
  // A rollback or a resume repeats the words of the generation it copies; the counts there are not its own.
  const isIndexing = entry.operation === 'update' && isIndex(entry);
  const metadata = isIndexing ? readIndexMetadata(entry) : EMPTY_METADATA;
  return {
    generation,
    parent: entry.parent,
    createdAt,
    writer: `${writer.client} (pid ${writer.pid} on ${writer.host})`,
    operation: isIndexing ? metadata.operation : entry.operation,
    reason,
    ...restoredBy(entry, parent),
    added: metadata.added,
    changed: metadata.changed,
    removed: metadata.removed,
    sizeBytes,
    ownSizeBytes,
    tags,
  };
}

/** The hold of a rollback names what was restored; one that it found already there speaks of an earlier rollback. */
function restoredBy(
  { operation, hold }: HistoryEntry,
  parent: HistoryEntry | undefined,
): Pick<GenerationSummary, 'rolledBackTo'> {
  const isOwn = hold !== null && (parent?.hold?.since !== hold.since || parent.hold.rolledBackTo !== hold.rolledBackTo);
  return operation === 'rollback' && isOwn ? { rolledBackTo: hold.rolledBackTo } : {};
}
