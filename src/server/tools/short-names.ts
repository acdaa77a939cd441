import { textUpTo } from './text-up-to.js';

// Documents name themselves and their parts, in words of any length: a title of 200 KB would fill every list it is in.

/** A heading that is longer is no name any more; a reader who wants all of it reads the document. */
const LONGEST_NAME = 200;

const NAME_FIELDS: ReadonlySet<string> = new Set(['title', 'headingPath', 'anchor']);
/** What the next call is made with, and must be whole. Paths have limits of their own. */
const WHOLE_FIELDS: ReadonlySet<string> = new Set(['path', 'formerPath', 'root', 'indexPath', 'nextCursor']);

/** A copy of an answer of the index in which no title, heading or anchor is longer than 200 characters. */
export function withShortNames<T>(answer: T): T {
  return shortenedFields(answer, (field) => (NAME_FIELDS.has(field) ? LONGEST_NAME : Number.POSITIVE_INFINITY));
}

/** A copy of an answer of the index in which no text but those that a next call needs is longer than `longest` characters. */
export function withShortTexts<T>(answer: T, longest: number): T {
  return shortenedFields(answer, (field) => (WHOLE_FIELDS.has(field) ? Number.POSITIVE_INFINITY : longest));
}

type LongestOf = (field: string) => number;

function shortenedFields<T>(value: T, longestOf: LongestOf, field?: string): T;
function shortenedFields(value: unknown, longestOf: LongestOf, field = ''): unknown {
  if (typeof value === 'string') return shortened(value, longestOf(field));
  if (Array.isArray(value)) return value.map((item: unknown) => shortenedFields(item, longestOf, field));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shortenedFields(item, longestOf, key)]));
}

function shortened(text: string, longest: number): string {
  return text.length <= longest ? text : `${textUpTo(text, longest - 1)}…`;
}
