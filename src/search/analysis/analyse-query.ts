import type { AnalysedQuery } from './analysed-document.js';
import { isStopTerm } from './stop-words.js';
import { forEachWord } from './tokenizer.js';
import { termsOfWord } from './word-terms.js';

/** Terms beyond this are left out: a query is a question, not a document. */
const MAXIMUM_TERMS = 64;

/** A pasted document is read this far. */
const MAXIMUM_CHARACTERS = 10_000;

/**
 * Puts a question through the analysis that documents went through. Stop words go, unless the question has nothing else
 * (`to be or not to be` keeps them all). At most 64 distinct terms, of the first 10,000 characters, are kept.
 */
export function analyseQuery(text: string): AnalysedQuery {
  const all = new Set<string>();
  const wholes = new Map<string, string>();
  const alone = new Set<string>();
  const asked = text.slice(0, MAXIMUM_CHARACTERS);
  forEachWord(asked, {
    word(start, end) {
      const [whole, ...parts] = termsOfWord(asked, start, end);
      if (whole === undefined) return;
      all.add(whole);
      alone.add(whole);
      for (const part of parts) {
        all.add(part);
        if (!wholes.has(part)) wholes.set(part, whole);
      }
    },
    bigram(term) {
      all.add(term);
      alone.add(term);
    },
  });
  const meaningful = [...all].filter((term) => !isStopTerm(term));
  const terms = (meaningful.length > 0 ? meaningful : [...all]).slice(0, MAXIMUM_TERMS);
  return { text, terms, wholes: new Map([...wholes].filter(([part]) => !alone.has(part))) };
}
