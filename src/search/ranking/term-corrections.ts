import { type AnalysedQuery, plainWords, termsOneEditAway } from '../analysis/index.js';
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
const LETTERS_FOR_TWO_EDITS = 8;

const postings = new TermPostings();

/**
 * What was probably meant by the terms of a question of which the index has none; nothing if it has one. Nearest are the
 * terms of words that are one edit away from the word that was typed, then terms that are one or two away from its own.
 * Of those that are equally near, the one that most documents have is taken, of equal ones the first by code units.
 * Looks at every term of the index.
 *
 * @throws SearchError SEGMENT_DAMAGED
 */
export function correctTerms(view: IndexView, { text, terms }: AnalysedQuery): readonly TermCorrection[] {
  if (terms.some((term) => documentsWith(view, term) > 0)) return [];
  const words = plainWords(text);
  return terms.flatMap((asked) => {
    const used = nearestTerm(view, asked, words.get(asked));
    return used === undefined ? [] : [{ asked, used }];
  });
}

/** @param word what was typed, where it is a plain word */
function nearestTerm(view: IndexView, asked: string, word: string | undefined): string | undefined {
  const letters = [...(word ?? asked)].length;
  if (letters < LETTERS_FOR_ONE_EDIT) return undefined;
  const meant = word === undefined ? undefined : commonest(view, termsOneEditAway(word));
  if (meant !== undefined) return meant;
  for (const near of termsWithin(view, asked, letters < LETTERS_FOR_TWO_EDITS ? 1 : 2)) {
    const best = commonest(view, near);
    if (best !== undefined) return best;
  }
  return undefined;
}

function commonest(view: IndexView, terms: ReadonlySet<string>): string | undefined {
  let best: string | undefined;
  let most = 0;
  for (const term of [...terms].sort()) {
    const documents = documentsWith(view, term);
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
