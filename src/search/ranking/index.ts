export type { FieldParameters } from './bm25f.js';
export type { ScoreParts } from './candidates.js';
export { editDistance } from './edit-distance.js';
export {
  DEFAULT_RANKING,
  type DocumentParameters,
  type NameParameters,
  type PassageParameters,
  type RankingParameters,
  type SignalWeights,
  type TermParameters,
} from './ranking-options.js';
export { type RankedChunk, type SearchOptions, searchView } from './search-view.js';
export { snippet } from './snippet.js';
export { correctTerms, type TermCorrection } from './term-corrections.js';
export type { QueryVector } from './vector-scan.js';
