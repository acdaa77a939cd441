import {
  type AnalysedQuery,
  isStopTerm,
  plainWords,
  termsOneEditAway,
  tokenizeWithOffsets,
} from '../analysis/index.js';
import { type IndexView, singleString } from '../segment/index.js';
import { editDistance } from './edit-distance.js';
import { TermPostings } from './term-postings.js';

/** A term of a query that the index does not have, and the one that was most probably meant. */
export interface TermCorrection {
  readonly asked: string;
  readonly used: string;
}

/** Letters from which on a term may be one edit, or two edits, away from what was meant: shorter ones are near too many. */
const LETTERS_FOR_ONE_EDIT = 4;
/** The same where other words of the question are known, which lose if it is none of the documents' words. */
const LETTERS_BESIDE_KNOWN = 5;
const LETTERS_FOR_TWO_EDITS = 8;

const postings = new TermPostings();

/**
 * What was probably meant by the words of a question of which the index has no form. Nearest are the terms of words that
 * are one edit away from the word that was typed, then terms that are one away from its own, or two if the index has no
 * word of the question. Function words are no misspellings, and stop words are not meant. Of those that are equally near, the one that most documents have is taken, of equal ones the
 * first by code units. Looks at every term of the index, if a word is unknown.
 *
 * @throws SearchError SEGMENT_DAMAGED
 */
export function correctTerms(view: IndexView, query: AnalysedQuery): readonly TermCorrection[] {
  const { text, terms, functionTerms } = query;
  const unknown = unknownTerms(view, query);
  const edits = unknown.length === terms.length ? ALONE : BESIDE_KNOWN;
  const words = plainWords(text);
  return unknown.flatMap((asked) => {
    if (functionTerms.has(asked)) return [];
    const used = nearestTerm(view, asked, words.get(asked), edits);
    return used === undefined ? [] : [{ asked, used }];
  });
}

/** The terms that the index does not have, nor another term of the same word: the parts of an identifier tell each other. */
function unknownTerms(view: IndexView, { text, terms }: AnalysedQuery): readonly string[] {
  const missing = new Set(terms.filter((term) => !isKnown(view, term)));
  if (missing.size === 0 || missing.size === terms.length) return [...missing];
  const knownPlaces = new Set<number>();
  const occurrences = tokenizeWithOffsets(text);
  for (const { term, start } of occurrences) if (!missing.has(term)) knownPlaces.add(start);
  for (const { term, start } of occurrences) if (knownPlaces.has(start)) missing.delete(term);
  return [...missing];
}

/** From how many letters on a term may be one edit, or two, away from what was meant. */
interface LeastLetters {
  readonly one: number;
  readonly two: number;
}

const ALONE: LeastLetters = { one: LETTERS_FOR_ONE_EDIT, two: LETTERS_FOR_TWO_EDITS };
const BESIDE_KNOWN: LeastLetters = { one: LETTERS_BESIDE_KNOWN, two: Number.POSITIVE_INFINITY };

/** @param word what was typed, where it is a plain word */
function nearestTerm(
  view: IndexView,
  asked: string,
  word: string | undefined,
  least: LeastLetters,
): string | undefined {
  const letters = [...(word ?? asked)].length;
  if (letters < least.one) return undefined;
  const meant = word === undefined ? undefined : commonest(view, termsOneEditAway(word));
  if (meant !== undefined) return meant;
  for (const near of termsWithin(view, asked, letters < least.two ? 1 : 2)) {
    const best = commonest(view, near);
    if (best !== undefined) return best;
  }
  return undefined;
}

function commonest(view: IndexView, terms: ReadonlySet<string>): string | undefined {
  let best: string | undefined;
  let most = 0;
  for (const term of [...terms].sort()) {
    const documents = isStopTerm(term) ? 0 : documentsWith(view, term);
    if (documents <= most) continue;
    best = term;
    most = documents;
  }
  return best;
}

/** The terms of the index, dead ones included, that are one edit away, and those that are two, up to `most`. */
function termsWithin(view: IndexView, asked: string, most: number): readonly ReadonlySet<string>[] {
  const byDistance = Array.from({ length: most }, () => new Set<string>());
  const bytes = Buffer.byteLength(asked);
  // Another number is another thing, not a slip: `v19` never means `v29`.
  const digits = digitsOf(asked);
  // An edit inserts or leaves out at most four bytes of UTF-8.
  const furthest = 4 * most;
  for (const { segment } of view.segments) {
    const terms = segment.parts.terms.all();
    for (let number = 0; number < terms.count; number++) {
      const length = (terms.starts[number + 1] ?? 0) - (terms.starts[number] ?? 0);
      if (Math.abs(length - bytes) > furthest) continue;
      const term = terms.text(number);
      if (digitsOf(term) !== digits) continue;
      byDistance[editDistance(asked, term, most) - 1]?.add(term);
    }
  }
  return byDistance;
}

function digitsOf(term: string): string {
  return term.replace(/\P{Nd}+/gu, '');
}

/** True if a live document has the term. Postings are read only where documents of a segment are dead. */
function isKnown(view: IndexView, term: string): boolean {
  const wanted = singleString(term);
  return view.segments.some(({ segment, deadDocuments }) => {
    if (segment.parts.terms.find(wanted) === undefined) return false;
    if (deadDocuments === undefined || !postings.read(segment, wanted)) return true;
    return postings.documents.ids.subarray(0, postings.documents.length).some((id) => deadDocuments[id] !== 1);
  });
}

/** Live documents that have the term. */
function documentsWith(view: IndexView, term: string): number {
  const wanted = singleString(term);
  let count = 0;
  for (const { segment, deadDocuments } of view.segments) {
    if (!postings.read(segment, wanted)) continue;
    const { ids, length } = postings.documents;
    for (let entry = 0; entry < length; entry++) if (deadDocuments?.[ids[entry] ?? 0] !== 1) count++;
  }
  return count;
}
