export { DEFAULT_INCLUDE, DEFAULT_MAXIMUM_FILE_BYTES, resolveRoot } from './documents/index.js';
export { type Embedder, LocalEmbedder, type QuantizedVector } from './embedding/index.js';
export { SearchError, type SearchErrorCode } from './errors.js';
export type { CommitOutcome } from './indexing/commit-changes.js';
export { IndexManager, type IndexManagerOptions } from './indexing/index-manager.js';
export {
  type IndexProblem,
  type IndexProgress,
  ProjectIndex,
  type ProjectIndexOptions,
} from './project/project-index.js';
export type * from './requests.js';
