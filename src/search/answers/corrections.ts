import { type AnalysedQuery, tokenizeWithOffsets } from '../analysis/index.js';
import { editDistance, type TermCorrection } from '../ranking/index.js';
import type { Correction } from '../requests/index.js';

/**
 * Corrections in the words of the query and of the documents, since terms are stems. A term that no text has as a word,
 * but only a title or a path, is given as it is. A word of several terms, such as `v-modle`, is told once, by its first.
 *
 * @param texts what was found
 */
export function describeCorrections(
  query: AnalysedQuery,
  corrections: readonly TermCorrection[],
  texts: readonly string[],
): readonly Correction[] {
  const byWord = new Map<string, Correction>();
  for (const correction of corrections) {
    const asked = wordsOf(correction.asked, [query.text])[0] ?? correction.asked;
    if (byWord.has(asked)) continue;
    byWord.set(asked, { asked, used: nearest(asked, wordsOf(correction.used, texts)) ?? correction.used });
  }
  return [...byWord.values()];
}

/** The words of the texts that give the term, in lower case. */
function wordsOf(term: string, texts: readonly string[]): readonly string[] {
  const words = texts.flatMap((text) =>
    tokenizeWithOffsets(text)
      .filter((occurrence) => occurrence.term === term)
      .map(({ start, end }) => text.slice(start, end).toLowerCase()),
  );
  return [...new Set(words)];
}

function nearest(asked: string, words: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const word of words) {
    const distance = editDistance(asked, word, asked.length + word.length);
    if (distance >= least) continue;
    best = word;
    least = distance;
  }
  return best;
}
