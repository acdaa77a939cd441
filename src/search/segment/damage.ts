import { SearchError } from '../errors.js';

/** The error for a segment whose bytes contradict themselves or their checksums. */
export function damagedSegment(name: string, what: string, cause?: unknown): SearchError {
  return new SearchError('SEGMENT_DAMAGED', `segment ${name}: ${what}`, {
    remedy:
      'The newest intact generation answers; a running server heals the index, else `snapdex index` does. The documents are safe.',
    cause,
  });
}
