import { requireText } from '../request-checks.js';
import { analyseQuery } from './analyse-query.js';
import { findTerms } from './tokenizer.js';

/** A stretch of a text, in UTF-16 code units. */
export interface TextRange {
  readonly start: number;
  /** The place behind it. */
  readonly end: number;
}

/**
 * Where the words of a question stand in a text, other forms of them included (`brewed` for `brewing`), as the index
 * sees them: in order, without overlaps. Words of grammar alone count only if the question has nothing else.
 * @throws SearchError INVALID_REQUEST
 */
export function matchedWords(text: string, query: string): readonly TextRange[] {
  requireText('text', text);
  requireText('query', query);
  const { terms, functionTerms } = analyseQuery(query);
  const wanted = new Set(terms.filter((term) => !functionTerms.has(term)));
  const found = findTerms(text, wanted).toSorted((a, b) => a.start - b.start);
  const ranges: TextRange[] = [];
  for (const { start, end } of found) {
    const last = ranges.at(-1);
    // A whole identifier and its parts, or neighbours in a script without spaces.
    if (last !== undefined && start <= last.end) ranges[ranges.length - 1] = { ...last, end: Math.max(last.end, end) };
    else ranges.push({ start, end });
  }
  return ranges;
}
