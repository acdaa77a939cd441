import type { AnalysedQuery } from './analysed-document.js';
import { functionTermsOf } from './function-words.js';
import { isStopTerm } from './stop-words.js';
import { tokenize } from './tokenizer.js';

/** Terms beyond this are left out: a query is a question, not a document. */
const MAXIMUM_TERMS = 64;

/** A pasted document is read this far. */
const MAXIMUM_CHARACTERS = 10_000;

/**
 * Puts a question through the analysis that documents went through. English stop words go, unless the question has
 * nothing else (`to be or not to be` keeps them all). At most 64 distinct terms, of the first 10,000 characters, are kept.
 */
export function analyseQuery(text: string): AnalysedQuery {
  const all = [...new Set(tokenize(text.slice(0, MAXIMUM_CHARACTERS)))];
  const meaningful = all.filter((term) => !isStopTerm(term));
  const terms = (meaningful.length > 0 ? meaningful : all).slice(0, MAXIMUM_TERMS);
  const ofGrammar = functionTermsOf(all);
  const functionTerms = terms.filter((term) => ofGrammar.has(term));
  return { text, terms, functionTerms: new Set(functionTerms.length < terms.length ? functionTerms : []) };
}
