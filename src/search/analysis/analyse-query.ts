import type { AnalysedQuery } from './analysed-document.js';
import { functionTermsOf } from './function-words.js';
import { isStopTerm } from './stop-words.js';
import { forEachWord } from './tokenizer.js';
import { currentVocabulary } from './vocabulary.js';

/** A question without words. */
export const NOTHING_ASKED: AnalysedQuery = {
  text: '',
  terms: [],
  functionTerms: new Set(),
  identifierParts: new Map(),
};

/** Terms beyond this are left out: a query is a question, not a document. */
const MAXIMUM_TERMS = 64;

/** A pasted document is read this far. */
const MAXIMUM_CHARACTERS = 10_000;

/**
 * Puts a question through the analysis that documents went through. English stop words go, unless the question has
 * nothing else (`to be or not to be` keeps them all). At most 64 distinct terms, of the first 10,000 characters, are kept.
 */
export function analyseQuery(text: string): AnalysedQuery {
  const words = wordsOf(text.slice(0, MAXIMUM_CHARACTERS));
  const all = [...new Set(words.flat())];
  const meaningful = all.filter((term) => !isStopTerm(term));
  const terms = (meaningful.length > 0 ? meaningful : all).slice(0, MAXIMUM_TERMS);
  const ofGrammar = functionTermsOf(all);
  const functionTerms = terms.filter((term) => ofGrammar.has(term));
  return {
    text,
    terms,
    functionTerms: new Set(functionTerms.length < terms.length ? functionTerms : []),
    identifierParts: identifierPartsOf(words),
  };
}

/** The terms of each word: of an identifier itself and its parts, else one. */
function wordsOf(text: string): readonly (readonly string[])[] {
  const vocabulary = currentVocabulary();
  const words: (readonly string[])[] = [];
  forEachWord(text, {
    word: (start, end) =>
      words.push(Array.from(vocabulary.termsOfWord(text, start, end), (term) => vocabulary.text(term))),
    bigram: (run, from, to) => words.push([run.slice(from, to)]),
  });
  return words;
}

/** Beside words, which may say what an identifier says otherwise, its parts count as they do. */
function identifierPartsOf(words: readonly (readonly string[])[]): ReadonlyMap<string, readonly string[]> {
  const identifiersOf = new Map<string, string[]>();
  const asked = words.filter(([whole = '']) => !isStopTerm(whole));
  if (!asked.every(({ length }) => length > 1)) return identifiersOf;
  const wholes = new Set(asked.flatMap(([whole = '']) => whole));
  for (const [whole = '', ...parts] of asked) {
    for (const part of parts) {
      if (!wholes.has(part)) identifiersOf.set(part, [...(identifiersOf.get(part) ?? []), whole]);
    }
  }
  return identifiersOf;
}
