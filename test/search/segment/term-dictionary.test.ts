import { expect, test } from 'vitest';
import { memorySource, openSegment, PostingBlock, singleString } from '../../../dist/search/segment/index.js';
import { Random, randomDocument, segmentBytes, termList } from './random-documents.js';

/** More than is worth keeping in memory as a whole. */
const terms = Array.from({ length: 9_001 }, (_, index) => `term${String(3 * index).padStart(6, '0')}`);
const [chunk] = randomDocument(new Random(1), 'a.md').chunks;
if (chunk === undefined) throw new Error('no chunk');
const document = {
  ...randomDocument(new Random(1), 'a.md'),
  titleTerms: termList([]),
  pathTerms: termList([]),
  keywordTerms: termList([]),
};
const bytes = segmentBytes([
  {
    ...document,
    chunks: [{ ...chunk, headingTerms: termList([]), bodyTerms: termList(terms), codeTerms: termList([]) }],
  },
]);

test('each term of a dictionary that stays in the file is found, and no other', () => {
  const segment = openSegment('large', memorySource(bytes));
  const find = (term: string): number | undefined => segment.parts.terms.find(singleString(term));
  expect(terms.map(find)).toEqual(terms.map((_, number) => number));
  for (const term of ['', 'term', 'term000001', 'term000191', 'term027001', 'zzz']) expect(find(term)).toBeUndefined();
  expect(segment.parts.terms.text(4_000)).toBe(terms[4_000]);
  const postings = new PostingBlock();
  segment.readChunkPostings({ term: 9_000, dead: undefined }, postings);
  expect(postings.length).toBe(1);
});

test('a harmed block of terms is found damaged by whoever looks into it, and by nobody else', () => {
  const harmed = bytes.slice();
  const place = Buffer.from(harmed.buffer).lastIndexOf('term013500');
  const first = Buffer.from(harmed.buffer).indexOf('term013500');
  // Once among the terms, and perhaps once in the index of their blocks.
  for (const at of new Set([place, first])) harmed[at] = (harmed[at] ?? 0) ^ 1;
  const { terms: dictionary } = openSegment('harmed', memorySource(harmed)).parts;
  expect(dictionary.find(singleString('term000003'))).toBe(1);
  const damaged = expect.objectContaining({ code: 'SEGMENT_DAMAGED' });
  expect(() => dictionary.find(singleString('term013500'))).toThrowError(damaged);
  expect(() => dictionary.all()).toThrowError(damaged);
});
