import type { HistoryEntry, SnapshotStore } from '../../store/index.js';
import { readIndexMetadata } from '../indexing/index-metadata.js';
import type { GenerationSummary, HistoryAnswer, HistoryRequest } from '../requests.js';
import { requireLimit } from './cursor.js';

const LIMIT = { default: 50, most: 1000 } as const;

/** The newest generations, and which older ones are tagged. @throws SearchError INVALID_REQUEST */
export async function answerHistory(store: SnapshotStore, request: HistoryRequest): Promise<HistoryAnswer> {
  const limit = requireLimit(request.limit, LIMIT);
  // One more than is shown: the parent of the last one says whether that has a hold of its own.
  const { generations, olderTagged } = await store.history({ limit: limit + 1 });
  const byNumber = new Map(generations.map((entry) => [entry.generation, entry]));
  const beyond = generations.slice(limit).filter(({ tags }) => tags.length > 0);
  return {
    generations: generations.slice(0, limit).map((entry) => summarize(entry, byNumber.get(entry.parent ?? 0))),
    olderTagged: [...beyond.map(({ generation, tags }) => ({ generation, tags })), ...olderTagged],
  };
}

/** One generation for the history, in documents rather than files. */
function summarize(entry: HistoryEntry, parent: HistoryEntry | undefined): GenerationSummary {
  const { generation, createdAt, writer, sizeBytes, tags, reason } = entry;
  // A rollback or a resume repeats the words of the generation it copies; the counts there are not its own.
  const isIndexing = entry.operation === 'update';
  const metadata = readIndexMetadata(entry);
  return {
    generation,
    parent: entry.parent,
    createdAt,
    writer: `${writer.client} (pid ${writer.pid} on ${writer.host})`,
    operation: isIndexing ? metadata.operation : entry.operation,
    reason,
    ...restoredBy(entry, parent),
    added: isIndexing ? metadata.added : 0,
    changed: isIndexing ? metadata.changed : 0,
    removed: isIndexing ? metadata.removed : 0,
    sizeBytes,
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
