export type { FieldParameters } from './bm25f.js';
export {
  DEFAULT_RANKING,
  type DocumentParameters,
  type NameParameters,
  type PassageParameters,
  type RankingParameters,
  type SignalWeights,
} from './ranking-options.js';
export { type RankedChunk, type SearchOptions, searchView } from './search-view.js';
export { snippet } from './snippet.js';
export type { QueryVector } from './vector-scan.js';
