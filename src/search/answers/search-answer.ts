import { z } from 'zod';
import { type AnalysedQuery, analyseQuery } from '../analysis/index.js';
import type { Embedder } from '../embedding/index.js';
import { SearchError } from '../errors.js';
import type { LoadedIndex } from '../indexing/segment-catalog.js';
import {
  correctTerms,
  DEFAULT_RANKING,
  type QueryVector,
  type RankedChunk,
  type RankingParameters,
  searchView,
  snippet,
  type TermCorrection,
} from '../ranking/index.js';
import type { AnswerDetail, SearchAnswer, SearchRequest, SearchResult } from '../requests/index.js';
import type { IndexView } from '../segment/index.js';
import { describeCorrections } from './corrections.js';
import { type CurrentFiles, describeFile } from './current-files.js';
import {
  type CursorBinding,
  decodeCursor,
  encodeCursor,
  generationSchema,
  placeSchema,
  requireLimit,
} from './cursor.js';
import { firstPageNote } from './first-page-note.js';
import { pathInIndex, prefixInIndex } from './path-prefix.js';
import { explainScore } from './score-explanation.js';

const LIMIT = { default: 10, most: 50 } as const;

/** The generation of the first page, and how many results were shown. */
const positionSchema = z.tuple([generationSchema, placeSchema]);

/** A question as a vector, or why it is not one. */
export interface EmbeddedQuery {
  readonly vector?: QueryVector;
  readonly withoutVectors?: NonNullable<SearchAnswer['withoutVectors']>;
}

/** Embeds a question that is about to be asked of the view; does not throw for what may fail. */
export type EmbedQuery = (query: string, view: IndexView) => Promise<EmbeddedQuery>;

/** Questions go straight to the embedder, and whatever it throws to the caller. */
export function embeddingBy(embedder: Embedder): EmbedQuery {
  return async (query) => {
    const [values] = await embedder.embed([query], 'query');
    return values === undefined ? {} : { vector: { embedderId: embedder.id, values } };
  };
}

/** What a search is answered with, beside the index. */
export interface SearchMeans {
  readonly embedQuery: EmbedQuery;
  readonly files: CurrentFiles;
  /** Default `DEFAULT_RANKING`. */
  readonly ranking?: RankingParameters;
}

/** Answers a search on the index that `current` gives once the query is embedded. @throws SearchError INVALID_REQUEST */
export async function answerSearch(
  current: () => LoadedIndex,
  request: SearchRequest,
  { embedQuery, files, ranking = DEFAULT_RANKING }: SearchMeans,
): Promise<
  Pick<
    SearchAnswer,
    | 'results'
    | 'corrections'
    | 'isByLikenessAlone'
    | 'hasNoWords'
    | 'withoutVectors'
    | 'nextCursor'
    | 'firstPageGeneration'
  >
> {
  if (request.query.trim() === '') {
    throw new SearchError('INVALID_REQUEST', 'query: is empty', { remedy: 'Say in a few words what to look for.' });
  }
  const limit = requireLimit(request.limit, LIMIT);
  const binding: CursorBinding = ['search', request.query, pathInIndex(request.pathPrefix ?? '')];
  const position = decodeCursor(request.cursor, binding, positionSchema);
  const offset = position?.[1] ?? 0;
  const asked = analyseQuery(request.query);
  const { vector, withoutVectors } = await embedQuery(request.query, current().view);
  // From here on nothing is awaited: the view stays as it is.
  const { generation, view } = current();
  const firstGeneration = position?.[0] ?? generation;
  const pathPrefix = prefixInIndex(view, request.pathPrefix ?? '');
  const rank = (query: AnalysedQuery): readonly RankedChunk[] =>
    searchView(view, query, vector, {
      limit: limit + 1,
      offset,
      ranking,
      pathPrefix,
    });
  const foundAsAsked = rank(asked);
  const corrected = correctTerms(view, asked);
  const query = withCorrections(asked, corrected);
  const ranked = corrected.length === 0 ? foundAsAsked : rank(query);
  const texts = ranked.slice(0, limit).map((found) => ({ found, text: textOf(view, found) }));
  const corrections = describeCorrections(
    asked,
    corrected,
    texts.map(({ text }) => text),
  );
  return {
    results: texts.map(({ found, text }) => ({
      ...describe(found, shownText(text, query, request.detail), request.explain === true),
      ...describeFile(files, view.document(found.location)),
    })),
    ...(corrections.length === 0 ? {} : { corrections }),
    ...(offset === 0 && texts.length > 0 && !ranked.some(hasWords) ? { isByLikenessAlone: true } : {}),
    ...(asked.terms.length === 0 ? { hasNoWords: true } : {}),
    ...(withoutVectors === undefined ? {} : { withoutVectors }),
    ...(ranked.length <= limit ? {} : { nextCursor: encodeCursor(binding, [firstGeneration, offset + limit]) }),
    ...firstPageNote(firstGeneration, generation),
  };
}

function hasWords({ matchedBy }: RankedChunk): boolean {
  return matchedBy.includes('keyword');
}

function withCorrections(query: AnalysedQuery, corrections: readonly TermCorrection[]): AnalysedQuery {
  if (corrections.length === 0) return query;
  const meant = new Map(corrections.map(({ asked, used }) => [asked, used]));
  return { ...query, terms: [...new Set(query.terms.map((term) => meant.get(term) ?? term))] };
}

function textOf(view: IndexView, { chunk, location }: RankedChunk): string {
  return chunk === undefined ? '' : view.chunkText(location.segment, chunk);
}

function shownText(text: string, { terms, functionTerms }: AnalysedQuery, detail: AnswerDetail = 'normal'): string {
  if (detail === 'brief') return '';
  if (detail === 'full') return text;
  return snippet(
    text,
    terms.filter((term) => !functionTerms.has(term)),
  );
}

function describe(chunk: RankedChunk, shown: string, isExplained: boolean): SearchResult {
  const { path, title, headingPath, startLine, endLine, score, matchedBy } = chunk;
  const result = { path, title, headingPath, startLine, endLine, score, snippet: shown, matchedBy };
  return isExplained ? { ...result, explanation: explainScore(chunk.explain) } : result;
}
