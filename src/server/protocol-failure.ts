import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { problemReport } from './problem-report.js';

/** Codes of requests that nothing could answer as they are. */
const REQUEST_CODES: ReadonlySet<string> = new Set([
  'DOCUMENT_NOT_FOUND',
  'DOCUMENT_NOT_UTF8',
  'DOCUMENT_TOO_LARGE',
  'DOCUMENT_UNREADABLE',
  'GENERATION_EXPIRED',
  'GENERATION_NOT_FOUND',
  'INVALID_REQUEST',
  'TAG_NOT_FOUND',
]);

/**
 * What `work` gives; its failures become errors of the protocol, which what is not a tool answers with: their message
 * begins with the code and ends with what to do, and their data have both apart.
 */
export async function orProtocolError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ProtocolError) throw error;
    const report = problemReport(error);
    const { code, message, remedy } = report;
    const kind = REQUEST_CODES.has(code) ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError;
    throw new ProtocolError(kind, `${code}: ${message}. ${remedy}`, { ...report });
  }
}
