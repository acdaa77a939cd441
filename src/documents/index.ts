/**
 * JSON documents that are validated, on a store.
 * @module snapdex/documents
 */
export type { ChangeEntry } from './change-history.js';
export type { ChangeOptions } from './change-options.js';
export type { CollectionDraft } from './collection-draft.js';
export type { CollectionView } from './collection-view.js';
export { DocumentError, type DocumentErrorCode, type DocumentErrorDetails } from './errors.js';
export type { SchemaIssue, SchemaResult, StandardSchema } from './standard-schema.js';
export {
  type CollectionChange,
  type CollectionOptions,
  openCollection,
  type StoredCollection,
} from './stored-collection.js';
export {
  type DocumentChange,
  type DocumentOptions,
  openDocument,
  type StoredDocument,
} from './stored-document.js';
export type { SchemaOptions } from './versioned-schema.js';
