import { pathInIndex } from '../answers/path-prefix.js';
import { SearchError } from '../errors.js';
import type { DocumentRequest } from '../requests/index.js';
import type { ProblemList } from './problem-list.js';

/** Why a file that is there is not indexed. */
const SKIPPED_CODES = ['DOCUMENT_NOT_UTF8', 'DOCUMENT_TOO_LARGE', 'DOCUMENT_UNREADABLE'] as const;

/**
 * What to throw where `error` says that the index has no document of that path: if the file was left out, why it was;
 * otherwise `error` itself. Of an older generation nobody knows.
 */
export function orWhySkipped(error: unknown, { path, asOf }: DocumentRequest, problems: ProblemList): unknown {
  if (!(error instanceof SearchError) || error.code !== 'DOCUMENT_NOT_FOUND' || asOf !== undefined) return error;
  const problem = problems.find(`document ${pathInIndex(path)}`);
  const code = SKIPPED_CODES.find((one) => one === problem?.code);
  if (problem === undefined || code === undefined) return error;
  const { message, remedy } = problem;
  return new SearchError(code, `${message}; it is left out of the index`, { remedy, cause: error });
}
