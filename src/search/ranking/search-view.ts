import type { AnalysedQuery } from '../analysis/index.js';
import type { MatchSource } from '../requests/index.js';
import type { DocumentLocation, IndexView } from '../segment/index.js';
import { Candidates, type ScoredPassage, type ScoreParts } from './candidates.js';
import { scoreKeywords } from './keyword-scores.js';
import { DEFAULT_RANKING, type RankingParameters } from './ranking-options.js';
import { ScoreBoard } from './score-board.js';
import { selectPassages } from './select-passages.js';
import { NO_CHUNK } from './signal-mix.js';
import { type QueryVector, scanVectors } from './vector-scan.js';

/** One passage that answers a query. */
export interface RankedChunk {
  readonly location: DocumentLocation;
  /** Number of the chunk in its segment, for `IndexView.chunkText`; undefined for an empty document found by its name. */
  readonly chunk: number | undefined;
  readonly path: string;
  readonly title: string;
  readonly headingPath: readonly string[];
  /** From 1, inclusive. */
  readonly startLine: number;
  readonly endLine: number;
  /** Sum of `explain`. */
  readonly score: number;
  readonly matchedBy: readonly MatchSource[];
  /** What each signal added to the score. */
  readonly explain: ScoreParts;
}

export interface SearchOptions {
  /** Most results, default 10. */
  readonly limit?: number;
  /** Results to pass over, default 0. */
  readonly offset?: number;
  /** Only documents whose path starts with this; rarity is still that of the whole index. */
  readonly pathPrefix?: string;
  /** Default `DEFAULT_RANKING`. */
  readonly ranking?: RankingParameters;
}

const board = new ScoreBoard();

/**
 * The passages that answer a query, best first; of equal ones the lower path, then the earlier line. What comes out
 * depends on the live documents alone, not on how they are spread over segments.
 *
 * @param queryVector undefined to rank by keywords only
 * @throws SearchError SEGMENT_DAMAGED
 */
export function searchView(
  view: IndexView,
  query: AnalysedQuery,
  queryVector: QueryVector | undefined,
  options: SearchOptions = {},
): readonly RankedChunk[] {
  const { limit = 10, offset = 0, pathPrefix = '', ranking = DEFAULT_RANKING } = options;
  board.reserve(view);
  try {
    scoreKeywords(view, query, ranking, board);
    if (queryVector !== undefined && ranking.weights.vector > 0)
      scanVectors(view, queryVector, ranking.minimumSimilarity, board);
    const candidates = new Candidates(view, board, ranking, pathPrefix);
    const passages = selectPassages(candidates, ranking, offset + limit);
    return passages.slice(offset).map((passage) => describe(view, candidates, passage));
  } finally {
    board.clear(view);
  }
}

function describe(view: IndexView, candidates: Candidates, passage: ScoredPassage): RankedChunk {
  const part = candidates.part(passage.document);
  const { segment, documentBase, chunkBase } = part;
  const { chunkPlaces, paths, titles } = segment.parts;
  const document = passage.document - documentBase;
  const chunk = passage.chunk === NO_CHUNK ? undefined : passage.chunk - chunkBase;
  return {
    location: { segment: view.segments.indexOf(part), document },
    chunk,
    path: paths.text(document),
    title: titles.text(document),
    headingPath: chunk === undefined ? [] : segment.headingPath(chunk),
    startLine: chunk === undefined ? 1 : (chunkPlaces.startLine[chunk] ?? 1),
    endLine: chunk === undefined ? 1 : (chunkPlaces.endLine[chunk] ?? 1),
    score: passage.score,
    matchedBy: matchSources(candidates, passage),
    explain: candidates.explain(passage),
  };
}

function matchSources(candidates: Candidates, passage: ScoredPassage): readonly MatchSource[] {
  const sources: MatchSource[] = [];
  if (board.isFoundDocument(passage.document)) sources.push('keyword');
  if (candidates.mix.isSimilar(passage.chunk)) sources.push('vector');
  if (candidates.isLinked(passage.document)) sources.push('link');
  return sources;
}
