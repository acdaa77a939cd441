import { z } from 'zod';
import type { HistoryEntry, SnapshotStore } from '../../store/index.js';
import { type IndexMetadata, isIndex, readIndexMetadata } from '../indexing/index-metadata.js';
import type { GenerationSummary, HistoryAnswer, HistoryRequest } from '../requests/index.js';
import { type CursorBinding, decodeCursor, encodeCursor, generationSchema, requireLimit } from './cursor.js';

const LIMIT = { default: 50, most: 1000 } as const;

const BINDING: CursorBinding = ['history'];
/** The last generation shown. */
const positionSchema = z.tuple([generationSchema]);

/** How many documents a generation added, changed and removed. */
export type DocumentCounts = { readonly [count in 'added' | 'changed' | 'removed']: number };

/** Reads what a rollback changed; `undefined` if that cannot be told any more. */
export type ReadRestored = (entry: RestoredGeneration) => Promise<DocumentCounts | undefined>;

/** A generation that has the content of an older one, and the one that it came after. */
export interface RestoredGeneration {
  readonly generation: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly parent: number;
}

/**
 * The newest generations, or with a cursor those below the last one shown, and which older ones are tagged.
 * @throws SearchError INVALID_REQUEST
 */
export async function answerHistory(
  store: SnapshotStore,
  readRestored: ReadRestored,
  request: HistoryRequest,
): Promise<HistoryAnswer> {
  const limit = requireLimit(request.limit, LIMIT);
  const [below] = decodeCursor(request.cursor, BINDING, positionSchema) ?? [];
  // One more than is shown: the parent of the last one says whether that has a hold of its own.
  const history = await store.history(below === undefined ? { limit: limit + 1 } : {});
  const generations = history.generations.filter(({ generation }) => below === undefined || generation < below);
  const byNumber = new Map(generations.map((entry) => [entry.generation, entry]));
  const shown = generations.slice(0, limit);
  const beyond = generations.slice(limit);
  const last = shown.at(-1);
  const summaries: GenerationSummary[] = [];
  for (const entry of shown) {
    const parent = byNumber.get(entry.parent ?? 0);
    const indexing = readIndexing(entry);
    const counts = indexing ?? (await readCountsOfCopy(entry, parent, readRestored));
    summaries.push(summarize(entry, parent, { operation: operationOf(entry, indexing), counts }));
  }
  return {
    generations: summaries,
    olderTagged: [
      ...beyond.filter(({ tags }) => tags.length > 0).map(({ generation, tags }) => ({ generation, tags })),
      ...history.olderTagged,
    ],
    ...(beyond.length === 0 || last === undefined ? {} : { nextCursor: encodeCursor(BINDING, [last.generation]) }),
  };
}

/** What an update tells of itself; what copies another generation repeats the words of that one, and is `undefined`. */
function readIndexing(entry: HistoryEntry): IndexMetadata | undefined {
  const isOwn = entry.operation === 'update' && !entry.isTakenOver;
  return isOwn && isIndex(entry) ? readIndexMetadata(entry) : undefined;
}

function operationOf({ operation, isTakenOver }: HistoryEntry, indexing: IndexMetadata | undefined): string {
  return isTakenOver ? 'pull' : (indexing?.operation ?? operation);
}

/** A resume and a recovery copy their parent; another program's generation counts no documents. */
async function readCountsOfCopy(
  entry: HistoryEntry,
  parent: HistoryEntry | undefined,
  readRestored: ReadRestored,
): Promise<DocumentCounts | undefined> {
  const { generation, createdAt, operation, isTakenOver } = entry;
  if (operation === 'update' && !(isTakenOver && isIndex(entry))) return undefined;
  if (operation !== 'rollback' && !isTakenOver) return { added: 0, changed: 0, removed: 0 };
  return parent === undefined ? undefined : readRestored({ generation, createdAt, parent: parent.generation });
}

/** One generation for the history, in documents rather than files. */
function summarize(
  entry: HistoryEntry,
  parent: HistoryEntry | undefined,
  { operation, counts }: { readonly operation: string; readonly counts: DocumentCounts | undefined },
): GenerationSummary {
  const { generation, createdAt, writer, sizeBytes, ownSizeBytes, tags, reason } = entry;
  return {
    generation,
    parent: entry.parent,
    createdAt,
    writer: `${writer.client} (pid ${writer.pid} on ${writer.host})`,
    operation,
    reason,
    ...restoredBy(entry, parent),
    added: counts?.added ?? null,
    changed: counts?.changed ?? null,
    removed: counts?.removed ?? null,
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
