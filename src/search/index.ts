export {
  DEFAULT_INCLUDE,
  DEFAULT_MAXIMUM_FILE_BYTES,
  discover,
  findPatternExcess,
  readWatchBudget,
  resolveRoot,
  type WatchBudget,
} from './documents/index.js';
export {
  type Embedder,
  type EmbedderKind,
  type EmbeddingOptions,
  type EmbeddingPurpose,
  HttpEmbedder,
  type HttpEmbedderOptions,
  LocalEmbedder,
  type QuantizedVector,
  readStaticModel,
  StaticEmbedder,
  type StaticModel,
} from './embedding/index.js';
export { SearchError, type SearchErrorCode } from './errors.js';
export type { CommitOutcome } from './indexing/commit-changes.js';
export { IndexManager, type IndexManagerOptions } from './indexing/index-manager.js';
export { compareIndexes } from './project/compare-indexes.js';
export {
  type IndexProblem,
  type IndexProgress,
  ProjectIndex,
  type ProjectIndexOptions,
} from './project/project-index.js';
export { storeOptionsOf } from './project/store-options.js';
export type * from './requests.js';
