import { SearchError } from '../errors.js';

/** The error for a segment whose bytes contradict themselves or their checksums. */
export function damagedSegment(name: string, what: string, cause?: unknown): SearchError {
  return new SearchError('SEGMENT_DAMAGED', `segment ${name}: ${what}`, {
    remedy: 'Run `snapdex verify` to see what is damaged; the documents themselves are safe and can be indexed again.',
    cause,
  });
}
