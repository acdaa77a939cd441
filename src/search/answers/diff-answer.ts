import type {
  AnswerOrigin,
  ComparisonAnswer,
  ComparisonRequest,
  DocumentChangeEntry,
  DocumentDiff,
} from '../requests/index.js';
import { encodeCursor, offsetOf, requireLimit } from './cursor.js';

const LIMIT = { default: 100, most: 500 } as const;

/** One page of what differs: added, then changed, removed and renamed documents. @throws SearchError INVALID_REQUEST */
export function answerComparison(
  { from, to, documents }: Pick<ComparisonAnswer, 'from' | 'to'> & { readonly documents: DocumentDiff },
  request: ComparisonRequest,
): Omit<ComparisonAnswer, keyof AnswerOrigin> {
  const limit = requireLimit(request.limit, LIMIT);
  const offset = offsetOf(request.cursor);
  const { added, changed, removed, renamed, unchanged } = documents;
  const all = changesOf(documents);
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
    changes: all.slice(offset, offset + limit),
  };
  if (offset + limit >= all.length) return page;
  return { ...page, nextCursor: encodeCursor({ generation: to.generation, offset: offset + limit }) };
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
