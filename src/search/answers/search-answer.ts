import { analyseQuery } from '../analysis/index.js';
import type { Embedder } from '../embedding/index.js';
import { SearchError } from '../errors.js';
import type { LoadedIndex } from '../indexing/segment-catalog.js';
import { type RankedChunk, searchView, snippet } from '../ranking/index.js';

import type { SearchAnswer, SearchRequest, SearchResult } from '../requests.js';
import { encodeCursor, offsetOf, requireLimit } from './cursor.js';

const LIMIT = { default: 10, most: 50 } as const;

/** Answers a search on the index that `current` gives once the query is embedded. @throws SearchError INVALID_REQUEST */
export async function answerSearch(
  current: () => LoadedIndex,
  embedder: Embedder,
  request: SearchRequest,
): Promise<Pick<SearchAnswer, 'results' | 'nextCursor'>> {
  if (request.query.trim() === '') {
    throw new SearchError('INVALID_REQUEST', 'query: is empty', { remedy: 'Say in a few words what to look for.' });
  }
  const limit = requireLimit(request.limit, LIMIT);
  const offset = offsetOf(request.cursor);
  const query = analyseQuery(request.query);
  const [queryVector] = await embedder.embed([request.query]);
  // From here on nothing is awaited: the view stays as it is.
  const { generation, view } = current();
  const vector = queryVector === undefined ? undefined : { embedderId: embedder.id, values: queryVector };
  const { pathPrefix } = request;
  const ranked = searchView(view, query, vector, {
    limit: limit + 1,
    offset,
    ...(pathPrefix === undefined ? {} : { pathPrefix }),
  });
  const results = ranked
    .slice(0, limit)
    .map((found) =>
      describe(
        found,
        found.chunk === undefined ? '' : view.chunkText(found.location.segment, found.chunk),
        query.terms,
      ),
    );
  if (ranked.length <= limit) return { results };
  return { results, nextCursor: encodeCursor({ generation, offset: offset + limit }) };
}

function describe(chunk: RankedChunk, text: string, terms: readonly string[]): SearchResult {
  const { path, title, headingPath, startLine, endLine, score, matchedBy } = chunk;
  return { path, title, headingPath, startLine, endLine, score, snippet: snippet(text, terms), matchedBy };
}
