import type { SchemaIssue } from './standard-schema.js';

/** Why a document could not be read or changed. Each code has a line in `docs/errors.md`. */
export type DocumentErrorCode =
  | 'DOCUMENT_INVALID'
  | 'DOCUMENT_NEWER'
  | 'DOCUMENT_NOT_MIGRATED'
  | 'NOT_A_DOCUMENT'
  | 'INVALID_ARGUMENT'
  | 'INVALID_CALL';

/** What is known beside the message of a `DocumentError`. */
export interface DocumentErrorDetails {
  /** What a person can do about it, as one sentence. */
  readonly remedy: string;
  /** What the validator said; empty for everything but `DOCUMENT_INVALID`. */
  readonly issues?: readonly SchemaIssue[];
  readonly cause?: unknown;
}

/** An error of documents and collections. Callers branch on `code`; what the store says is a `StoreError`. */
export class DocumentError extends Error {
  readonly code: DocumentErrorCode;
  readonly remedy: string;
  readonly issues: readonly SchemaIssue[];

  constructor(code: DocumentErrorCode, message: string, details: DocumentErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'DocumentError';
    this.code = code;
    this.remedy = details.remedy;
    this.issues = details.issues ?? [];
  }
}

/** The error for an argument that TypeScript would not have let through, or that no type can say. */
export function invalidArgument(name: string, expected: string): DocumentError {
  return new DocumentError('INVALID_ARGUMENT', `${name} is not ${expected}`, { remedy: `Give ${expected}.` });
}

/** The error for a store in which something else is kept. */
export function notADocument(store: string, problem: string): DocumentError {
  return new DocumentError('NOT_A_DOCUMENT', `store ${store}: ${problem}`, {
    remedy: 'Give each document and each collection a directory of its own, and open it with the call that made it.',
  });
}
