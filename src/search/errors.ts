/** Why a search-layer operation failed. Each code has a line in `docs/errors.md`. */
export type SearchErrorCode =
  | 'ROOT_MISSING'
  | 'ROOT_NOT_A_DIRECTORY'
  | 'ROOT_FORBIDDEN'
  | 'ROOT_UNREADABLE'
  | 'DOCUMENTS_PATH_MISSING'
  | 'DOCUMENT_NOT_FOUND'
  | 'DOCUMENT_NOT_UTF8'
  | 'DOCUMENT_TOO_LARGE'
  | 'DOCUMENT_UNREADABLE'
  | 'NOT_AN_INDEX'
  | 'INDEX_OF_OTHER_PROJECT'
  | 'SEGMENT_DAMAGED'
  | 'SEGMENT_FORMAT_NEWER'
  | 'GENERATION_NOT_FOUND'
  | 'INVALID_REQUEST'
  | 'INDEX_CLOSED'
  | 'INDEXING_FAILED'
  | 'EMBEDDER_MODEL_INVALID'
  | 'EMBEDDER_NOT_INSTALLED'
  | 'EMBEDDER_UNAVAILABLE'
  | 'EMBEDDER_REFUSED'
  | 'EMBEDDER_ANSWER_INVALID';

/** An error of the search layer. Callers branch on `code`; `remedy` says what a person can do about it. */
export class SearchError extends Error {
  readonly code: SearchErrorCode;
  readonly remedy: string;

  constructor(code: SearchErrorCode, message: string, details: { readonly remedy: string; readonly cause?: unknown }) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'SearchError';
    this.code = code;
    this.remedy = details.remedy;
  }
}
