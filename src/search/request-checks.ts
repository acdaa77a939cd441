/** What the public calls of the search layer are given is checked with these: one description for each request. */
import {
  type ArgumentFault,
  BOOLEAN,
  type Check,
  type Checks,
  FUNCTION,
  faultOfArgument,
  oneOf,
  readArguments,
  required,
  TEXT,
} from '../arguments/index.js';
import { SearchError } from './errors.js';
import type { IndexNowRequest } from './project/project-work.js';
import type {
  CollectRequest,
  ComparisonRequest,
  DocumentRequest,
  HistoryRequest,
  LinksRequest,
  ListRequest,
  RelatedRequest,
  RollbackRequest,
  SearchRequest,
  StatusRequest,
  TagRequest,
  VerifyRequest,
} from './requests/index.js';

/** Its bounds are those of the request, and are told with them. */
const NUMBER: Check = { expected: 'a number', allows: (value) => typeof value === 'number' };
const WHOLE: Check = { expected: 'a whole number', allows: Number.isSafeInteger };
/** Who gives `Infinity` means the last one. */
const LAST: Check = { ...WHOLE, allows: (value) => value === Number.POSITIVE_INFINITY || Number.isSafeInteger(value) };
const SIGNAL: Check = { expected: 'an AbortSignal', allows: (value) => value instanceof AbortSignal };

/** What a query of an `IndexManager` may say beside its words: there are no other generations to ask. */
const QUERY: Checks<Omit<SearchRequest, 'query' | 'asOf'>> = {
  limit: NUMBER,
  cursor: TEXT,
  pathPrefix: TEXT,
  explain: BOOLEAN,
  detail: oneOf('brief', 'normal', 'full'),
};
const SEARCH: Checks<SearchRequest> = { query: required(TEXT), ...QUERY, asOf: TEXT };
const DOCUMENT: Checks<DocumentRequest> = { path: required(TEXT), startLine: WHOLE, endLine: LAST, asOf: TEXT };
const LIST: Checks<ListRequest> = { limit: NUMBER, cursor: TEXT, pathPrefix: TEXT, asOf: TEXT };
const RELATED: Checks<RelatedRequest> = { path: required(TEXT), limit: NUMBER, cursor: TEXT, asOf: TEXT };
const LINKS: Checks<LinksRequest> = { limit: NUMBER };
const STATUS: Checks<StatusRequest> = { asOf: TEXT, checkEmbedder: BOOLEAN };
const HISTORY: Checks<HistoryRequest> = { limit: NUMBER, cursor: TEXT };
const COMPARISON: Checks<ComparisonRequest> = { from: required(TEXT), to: TEXT, limit: NUMBER, cursor: TEXT };
const TAG: Checks<TagRequest> = { name: required(TEXT), generation: TEXT };
const ROLLBACK: Checks<RollbackRequest> = { generation: required(WHOLE), reason: TEXT };
const COLLECT: Checks<CollectRequest> = { dryRun: BOOLEAN };
const VERIFY: Checks<VerifyRequest> = { onProgress: FUNCTION };
const INDEX_NOW: Checks<IndexNowRequest> = { onProgress: FUNCTION, signal: SIGNAL };

/** Reads a request into a copy. @throws SearchError INVALID_REQUEST, which names the known fields */
type ReadRequest<Request> = (given: Request) => Request;

export const readQueryOptions: ReadRequest<Omit<SearchRequest, 'query' | 'asOf'>> = reading('query', QUERY);
export const readSearch: ReadRequest<SearchRequest> = reading('search', SEARCH);
export const readDocumentRequest: ReadRequest<DocumentRequest> = reading('document', DOCUMENT);
export const readList: ReadRequest<ListRequest> = reading('list', LIST);
export const readRelated: ReadRequest<RelatedRequest> = reading('related', RELATED);
export const readLinks: ReadRequest<LinksRequest> = reading('links', LINKS);
export const readStatus: ReadRequest<StatusRequest> = reading('status', STATUS);
export const readHistory: ReadRequest<HistoryRequest> = reading('history', HISTORY);
export const readComparison: ReadRequest<ComparisonRequest> = reading('compare', COMPARISON);
export const readTag: ReadRequest<TagRequest> = reading('tag', TAG);
export const readRollback: ReadRequest<RollbackRequest> = reading('rollback', ROLLBACK);
export const readCollect: ReadRequest<CollectRequest> = reading('collect', COLLECT);
export const readVerify: ReadRequest<VerifyRequest> = reading('verify', VERIFY);
export const readIndexNow: ReadRequest<IndexNowRequest> = reading('indexNow', INDEX_NOW);

/** @throws SearchError INVALID_REQUEST */
export function requireText(name: string, value: unknown): void {
  requireAllowed(name, value, TEXT);
}

/** @throws SearchError INVALID_REQUEST */
export function requireAllowed(name: string, value: unknown, check: Check): void {
  const fault = faultOfArgument(name, value, check);
  if (fault !== undefined) throw invalidRequest(fault);
}

/** Reads an object's fields into a copy. @throws SearchError INVALID_REQUEST, which names the known fields */
export function readAllowed<T extends object>(name: string, given: T, checks: Checks<T>): T {
  const read = readArguments(name, given, checks);
  if ('fault' in read) throw invalidRequest(read.fault);
  return read.fields;
}

function reading<Request extends object>(call: string, checks: Checks<Request>): ReadRequest<Request> {
  return (given) => readAllowed(`request of ${call}`, given, checks);
}

function invalidRequest({ message, remedy }: ArgumentFault): SearchError {
  return new SearchError('INVALID_REQUEST', message, { remedy });
}
