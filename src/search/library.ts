/**
 * The index of markdown documents on a store: what the layers above use, and what only other people's programs do.
 * @module snapdex/search
 */
export {
  HttpEmbedder,
  type HttpEmbedderOptions,
  LocalEmbedder,
  readStaticModel,
  StaticEmbedder,
  type StaticModel,
} from './embedding/index.js';
export * from './index.js';
export type { CommitOutcome } from './indexing/commit-changes.js';
export { IndexManager } from './indexing/index-manager.js';
export type { IndexManagerOptions } from './indexing/index-manager-options.js';
