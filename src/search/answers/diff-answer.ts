import { z } from 'zod';
import type {
  AnswerOrigin,
  ComparisonAnswer,
  ComparisonRequest,
  DocumentChangeEntry,
  DocumentDiff,
} from '../requests/index.js';
import { type CursorBinding, decodeCursor, encodeCursor, pageAfter, requireLimit } from './cursor.js';

const LIMIT = { default: 100, most: 500 } as const;

/** The kinds of changes, in the order in which they are shown. */
const KINDS = ['added', 'changed', 'removed', 'renamed'] as const;
/** The last change shown: its kind, as a place in `KINDS`, and the path by which its kind is sorted. */
const positionSchema = z.tuple([z.number().int().nonnegative(), z.string()]);

/** One page of what differs: added, then changed, removed and renamed documents. @throws SearchError INVALID_REQUEST */
export function answerComparison(
  { from, to, documents }: Pick<ComparisonAnswer, 'from' | 'to'> & { readonly documents: DocumentDiff },
  request: ComparisonRequest,
): Omit<ComparisonAnswer, keyof AnswerOrigin> {
  const limit = requireLimit(request.limit, LIMIT);
  const binding: CursorBinding = ['compare', request.from, request.to ?? ''];
  const lastShown = decodeCursor(request.cursor, binding, positionSchema);
  const { added, changed, removed, renamed, unchanged } = documents;
  const { entries, last, hasMore } = pageAfter(
    changesOf(documents),
    limit,
    (change) => lastShown !== undefined && !isAfter(positionOf(change), lastShown),
  );
  const page = {
    from,
    to,
    counts: {
      added: added.length,
      changed: changed.length,
      removed: removed.length,
      renamed: renamed.length,
      unchanged,
    },
    changes: entries,
  };
  return last !== undefined && hasMore ? { ...page, nextCursor: encodeCursor(binding, positionOf(last)) } : page;
}

type Position = z.infer<typeof positionSchema>;

function positionOf({ change, path, formerPath }: DocumentChangeEntry): Position {
  return [KINDS.indexOf(change), formerPath ?? path];
}

function isAfter([kind, path]: Position, [otherKind, otherPath]: Position): boolean {
  return kind === otherKind ? path > otherPath : kind > otherKind;
}

function changesOf({ added, changed, removed, renamed }: DocumentDiff): readonly DocumentChangeEntry[] {
  return [
    ...added.map((document) => ({ change: 'added', ...document }) as const),
    ...changed.map((document) => ({ change: 'changed', ...document }) as const),
    ...removed.map((document) => ({ change: 'removed', ...document }) as const),
    ...renamed.map(
      ({ from, to, sizeBytes }) => ({ change: 'renamed', path: to, formerPath: from, sizeBytes }) as const,
    ),
  ];
}
