import { matchedWords, type TextRange } from '../analysis/index.js';
import type { SearchAnswer } from '../requests/index.js';

/** Where the words that an answer was found by stand in one of its texts: those of the query, and what they were taken for. */
export function foundWords(
  text: string,
  query: string,
  { corrections = [] }: Pick<SearchAnswer, 'corrections'>,
): readonly TextRange[] {
  return matchedWords(text, [query, ...corrections.map(({ used }) => used)].join(' '));
}
