export { matchedWords, type TextRange } from './analysis/index.js';
export { foundWords } from './answers/found-words.js';
export {
  DEFAULT_INCLUDE,
  DEFAULT_MAXIMUM_FILE_BYTES,
  discover,
  findPatternFault,
  readWatchBudget,
  resolveRoot,
  type WatchBudget,
} from './documents/index.js';
export type {
  Embedder,
  EmbedderKind,
  EmbeddingOptions,
  EmbeddingPurpose,
  QuantizedVector,
} from './embedding/index.js';
export { SearchError, type SearchErrorCode } from './errors.js';
export { compareIndexes } from './project/compare-indexes.js';
export { whereItLeads } from './project/index-location.js';
export { answerVerified } from './project/project-generations.js';
export {
  type IndexProblem,
  type IndexProgress,
  ProjectIndex,
  type ProjectIndexOptions,
} from './project/project-index.js';
export { requireNotReadOnly } from './project/read-only.js';
export { storeOptionsOf } from './project/store-options.js';
export type * from './requests/index.js';
