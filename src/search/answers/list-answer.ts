import { z } from 'zod';
import type { LoadedIndex } from '../indexing/segment-catalog.js';
import type { AnswerOrigin, ListAnswer, ListRequest } from '../requests/index.js';
import { type CursorBinding, decodeCursor, encodeCursor, pageAfter, requireLimit } from './cursor.js';
import { pathInIndex, prefixInIndex } from './path-prefix.js';

const LIMIT = { default: 100, most: 500 } as const;

/** The last path shown. */
const positionSchema = z.tuple([z.string()]);

/** The documents by path. @throws SearchError INVALID_REQUEST */
export function answerList({ view }: LoadedIndex, request: ListRequest): Omit<ListAnswer, keyof AnswerOrigin> {
  const limit = requireLimit(request.limit, LIMIT);
  const asked = request.pathPrefix ?? '';
  const binding: CursorBinding = ['list', pathInIndex(asked)];
  const [lastShown] = decodeCursor(request.cursor, binding, positionSchema) ?? [];
  const pathPrefix = prefixInIndex(view, asked);
  const paths = pathPrefix === '' ? view.paths() : view.paths().filter((path) => path.startsWith(pathPrefix));
  const { entries, last, hasMore } = pageAfter(paths, limit, (path) => lastShown !== undefined && path <= lastShown);
  const documents = entries.flatMap((path) => {
    const location = view.find(path);
    if (location === undefined) return [];
    const { title, sizeBytes, chunkCount } = view.document(location);
    return [{ path, title, sizeBytes, chunks: chunkCount }];
  });
  const page = { total: paths.length, documents };
  return last !== undefined && hasMore ? { ...page, nextCursor: encodeCursor(binding, [last]) } : page;
}
