import { termsOfWord } from './word-terms.js';

/**
 * English words that ask for a kind of text or an act rather than for a subject: `add an example to the page on props` is
 * about props. Unlike stop words they stay in a question, since sometimes they are all there is, but count for less.
 */
const WEAK_WORDS =
  'add also change correct doc document documentation example fix get improve like make may mention missing need new note ' +
  'page remove section see update use way work wrong';

const WEAK_TERMS: ReadonlySet<string> = new Set(WEAK_WORDS.split(' ').flatMap(termsOfWord));

/** True for the index term of a word that says little about a subject. */
export function isWeakTerm(term: string): boolean {
  return WEAK_TERMS.has(term);
}
