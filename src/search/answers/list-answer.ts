import type { LoadedIndex } from '../indexing/segment-catalog.js';
import type { AnswerOrigin, ListAnswer, ListRequest } from '../requests/index.js';
import { encodeCursor, offsetOf, requireLimit } from './cursor.js';
import { prefixInIndex } from './path-prefix.js';

const LIMIT = { default: 100, most: 500 } as const;

/** The documents by path. @throws SearchError INVALID_REQUEST */
export function answerList(
  { view, generation }: LoadedIndex,
  request: ListRequest,
): Omit<ListAnswer, keyof AnswerOrigin> {
  const limit = requireLimit(request.limit, LIMIT);
  const offset = offsetOf(request.cursor);
  const pathPrefix = prefixInIndex(view, request.pathPrefix ?? '');
  const paths = pathPrefix === '' ? view.paths() : view.paths().filter((path) => path.startsWith(pathPrefix));
  const documents = paths.slice(offset, offset + limit).flatMap((path) => {
    const location = view.find(path);
    if (location === undefined) return [];
    const { title, sizeBytes, chunkCount } = view.document(location);
    return [{ path, title, sizeBytes, chunks: chunkCount }];
  });
  const page = { total: paths.length, documents };
  if (offset + limit >= paths.length) return page;
  return { ...page, nextCursor: encodeCursor({ generation, offset: offset + limit }) };
}
