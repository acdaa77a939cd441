import { findTerms } from '../analysis/index.js';

const ELLIPSIS = '…';
/** How far a cut moves to find a space; beyond this the script has none, or the word is no word. */
const WORD_SEARCH = 24;

interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * The part of a passage that shows best why it matched: white space tidied, cut between words, an ellipsis where
 * something was left out. A passage without a match gives its beginning.
 *
 * @param terms index terms of the query
 * @param maximumLength most UTF-16 code units of the result, ellipses included; default 240
 */
export function snippet(text: string, terms: readonly string[], maximumLength = 240): string {
  // Single spaces, which are nearly all, stay as they are.
  const tidy = text.replace(/\s{2,}|[^\S ]/g, ' ').trim();
  if (tidy.length <= maximumLength) return tidy;
  const room = maximumLength - 2 * ELLIPSIS.length;
  if (room <= 0) return '';
  const { start, end } = cut(tidy, around(densest(matches(tidy, terms), room), tidy.length, room));
  return `${start > 0 ? ELLIPSIS : ''}${tidy.slice(start, end).trim()}${end < tidy.length ? ELLIPSIS : ''}`;
}

interface Match extends Range {
  readonly term: string;
}

function matches(text: string, terms: readonly string[]): readonly Match[] {
  return findTerms(text, new Set(terms));
}

/** The stretch of at most `room` with the most different terms, then the most matches; the first of equal ones. */
function densest(found: readonly Match[], room: number): Range {
  const counts = new Map<string, number>();
  let best: Range = { start: 0, end: 0 };
  let bestScore = 0;
  let first = 0;
  for (const [last, match] of found.entries()) {
    counts.set(match.term, (counts.get(match.term) ?? 0) + 1);
    while (match.end - (found[first]?.start ?? match.start) > room && first < last) {
      const left = found[first++];
      if (left !== undefined) reduce(counts, left.term);
    }
    // A thousand repeats of one word show less than two different ones.
    const score = counts.size * 1000 + Math.min(999, last - first);
    if (score > bestScore) {
      bestScore = score;
      best = { start: found[first]?.start ?? match.start, end: match.end };
    }
  }
  return best;
}

function reduce(counts: Map<string, number>, term: string): void {
  const count = (counts.get(term) ?? 0) - 1;
  if (count > 0) counts.set(term, count);
  else counts.delete(term);
}

/** `room` characters of the text with the range in their middle. */
function around(range: Range, length: number, room: number): Range {
  const spare = room - (range.end - range.start);
  const start = Math.max(0, Math.min(range.start - Math.floor(spare / 2), length - room));
  return { start, end: Math.min(length, start + room) };
}

/** Moves both ends inwards to the next space, or else to a place where no character is torn apart. */
function cut(text: string, range: Range): Range {
  let start = range.start;
  let end = range.end;
  if (start > 0 && text[start - 1] !== ' ') {
    const space = text.indexOf(' ', start);
    if (space !== -1 && space - start <= WORD_SEARCH) start = space + 1;
    while (start < end && isInsideCharacter(text, start)) start++;
  }
  if (end < text.length && text[end] !== ' ') {
    const space = text.lastIndexOf(' ', end);
    if (space > start && end - space <= WORD_SEARCH) end = space;
    while (end > start && isInsideCharacter(text, end)) end--;
  }
  return { start, end };
}

/** True between the halves of a surrogate pair, before a combining mark and within a joined emoji. */
function isInsideCharacter(text: string, place: number): boolean {
  const next = text.charCodeAt(place);
  if (next >= 0xdc00 && next <= 0xdfff) return true;
  return /^[\p{Mark}\u200d]/u.test(text.slice(place, place + 2)) || text[place - 1] === '\u200d';
}
