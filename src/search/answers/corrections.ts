import { type AnalysedQuery, tokenizeWithOffsets } from '../analysis/index.js';
import type { TermCorrection } from '../ranking/index.js';
import type { Correction } from '../requests.js';

/**
 * Corrections in the words of the query and of the documents, since terms are stems. A term that no text has as a word,
 * but only in a title or a path, is given as it is.
 *
 * @param texts what was found, best first
 */
export function describeCorrections(
  query: AnalysedQuery,
  corrections: readonly TermCorrection[],
  texts: readonly string[],
): readonly Correction[] {
  return corrections.map(({ asked, used }) => ({
    asked: wordOf(asked, [query.text]) ?? asked,
    used: wordOf(used, texts) ?? used,
  }));
}

/** The word of the texts that gives the term, in lower case. */
function wordOf(term: string, texts: readonly string[]): string | undefined {
  for (const text of texts) {
    const found = tokenizeWithOffsets(text).find((occurrence) => occurrence.term === term);
    if (found !== undefined) return text.slice(found.start, found.end).toLowerCase();
  }
  return undefined;
}
