import { termsOfWord } from './word-terms.js';

/**
 * English words too frequent to tell documents apart, lower-cased and unstemmed.
 * The list is the function words of Snowball's English stop list, with the contractions; words that mean something in
 * technical prose (`off`, `only`, `same`, `own`, `against`, `without`) are left out of it.
 */
const ENGLISH_STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a about am an and any are as at be because been being both but by can could did do does doing during each few for ' +
    'from further had has have having he her here hers herself him himself his how i if in into is it its itself just ' +
    'let me more most my myself no not now of on or other our ours ourselves out over should so some such than that the their ' +
    'theirs them themselves then there these they this those through to too under until up very was we were what when ' +
    'where which while who whom why will with would you your yours yourself yourselves ' +
    "aren't can't couldn't didn't doesn't don't hadn't hasn't haven't he'd he'll he's here's how's i'd i'll i'm i've " +
    "isn't it'd it'll it's let's she'd she'll she's shouldn't that's there's they'd they'll they're they've wasn't we'd " +
    "we'll we're we've weren't what's when's where's who's why's won't wouldn't you'd you'll you're you've she"
  ).split(' '),
);

const STOP_TERMS = new Set([...ENGLISH_STOP_WORDS].flatMap(termsOfWord));

/** True for the index term of a stop word. */
export function isStopTerm(term: string): boolean {
  return STOP_TERMS.has(term);
}
