import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  buildSegment,
  fileSource,
  IndexView,
  memorySource,
  openSegment,
  PostingBlock,
} from '../../../dist/search/segment/index.js';
import {
  PATHS,
  Random,
  randomDocument,
  segmentBytes,
  segmentOf,
  termList,
  testSeed,
  vectorOf,
} from './random-documents.js';

const documents = PATHS.map((path, index) => randomDocument(new Random(index), path));

test('a segment gives back every document as it was put in', () => {
  const view = IndexView.open([segmentOf(documents)]);
  for (const expected of documents) {
    const location = view.find(expected.path);
    if (location === undefined) throw new Error(expected.path);
    const found = view.document(location);
    expect(found).toMatchObject({ path: expected.path, title: expected.title, sizeBytes: expected.sizeBytes });
    expect(found.contentHash).toBe(expected.contentHash);
    expect(found.frontMatter()).toEqual(expected.frontMatter);
    expect(found.links()).toEqual(expected.links);
    expect(found.text()).toBe(expected.text);
    expect(found.lines).toBe(expected.text.split('\n').length - 1);
    expect(found.chunkCount).toBe(expected.chunks.length);
  }
});

test('chunks keep lines, headings, hash, vector and exactly their part of the text', () => {
  const segment = segmentOf(documents);
  const byPath = new Map(documents.map((document) => [document.path, document]));
  for (let document = 0, chunk = 0; document < segment.documentCount; document++) {
    const expected = byPath.get(segment.parts.paths.text(document));
    for (const part of expected?.chunks ?? []) {
      expect(segment.chunkText(chunk)).toBe(expected?.text.slice(part.startOffset, part.endOffset));
      expect(segment.headingPath(chunk)).toEqual(part.headingPath);
      expect(segment.anchor(chunk)).toBe(part.anchor);
      expect(segment.chunkHash(chunk)).toBe(part.hash);
      expect(segment.vector(chunk).codes).toEqual(vectorOf(part).codes);
      chunk++;
    }
  }
});

test('terms stand in the order of their bytes, also where their code units have another', () => {
  const [first] = documents;
  if (first === undefined) throw new Error('no document');
  // U+20000 is D840 DC00 in UTF-16, below FA0E, and F0 A0 80 80 in UTF-8, above EF A8 8E.
  const { terms } = segmentOf([{ ...first, titleTerms: termList(['\u{20000}', '\ufa0e', 'plain']), chunks: [] }]).parts;
  const read = Array.from({ length: terms.count }, (_, index) => terms.text(index));
  expect(read.slice(-2)).toEqual(['\ufa0e', '\u{20000}']);
});

test('the outline joins chunks that stand below one heading', () => {
  const [document] = documents;
  if (document === undefined) throw new Error('no document');
  const [chunk] = document.chunks;
  if (chunk === undefined) throw new Error('no chunk');
  const split = {
    ...document,
    chunks: [
      { ...chunk, endLine: 1 },
      { ...chunk, startLine: 2, endLine: 5 },
    ],
  };
  const view = IndexView.open([segmentOf([split])]);
  const outline = view.document({ segment: 0, document: 0 }).outline();
  expect(outline).toEqual([{ headingPath: chunk.headingPath, anchor: chunk.anchor, startLine: 1, endLine: 5 }]);
});

test('the same documents in any order give the same bytes', () => {
  expect(segmentBytes(documents.toReversed(), ['q', 'p'])).toEqual(segmentBytes(documents, ['p', 'q']));
});

test('an empty segment, one of tombstones only and one without vectors open', () => {
  expect(segmentOf([]).documentCount).toBe(0);
  expect(segmentOf([], ['gone.md']).parts.tombstones.text(0)).toBe('gone.md');
  const input = { documents, vectors: [], tombstones: [], embedderId: '', dimension: 0 };
  expect(openSegment('plain', memorySource(buildSegment(input))).vector(0).codes).toHaveLength(0);
});

test('a document of no chunks and an empty document are kept', () => {
  const empty = { ...randomDocument(new Random(1), 'empty.md'), text: '', chunks: [], links: [] };
  const view = IndexView.open([segmentOf([empty, ...documents])]);
  const location = view.find('empty.md');
  expect(location && view.document(location).text()).toBe('');
});

test('a file that was unlinked while open stays readable, and closed it says so', () => {
  const folder = mkdtempSync(join(tmpdir(), 'segment-'));
  const file = join(folder, '1.seg');
  writeFileSync(file, segmentBytes(documents));
  const segment = openSegment('1.seg', fileSource(file));
  unlinkSync(file);
  expect(segment.readText(0).length).toBeGreaterThan(0);
  segment.close();
  segment.close();
  expect(() => segment.readText(0)).toThrowError(expect.objectContaining({ code: 'INDEX_CLOSED' }));
  rmSync(folder, { recursive: true });
});

test('contradictory input is refused', () => {
  const [document] = documents;
  if (document === undefined) throw new Error('no document');
  const refused = expect.objectContaining({ code: 'INDEXING_FAILED' });
  expect(() => segmentBytes([document, document])).toThrowError(refused);
  expect(() => segmentBytes([{ ...document, contentHash: 'abc' }])).toThrowError(refused);
  const input = { documents, vectors: [], tombstones: [], embedderId: 'x', dimension: 8 };
  expect(() => buildSegment(input)).toThrowError(refused);
});

test('a segment at an odd place in memory opens', () => {
  const bytes = segmentBytes(documents);
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  expect(openSegment('odd', memorySource(shifted.subarray(3))).documentCount).toBe(documents.length);
});

test('the worked example of the format page is what is written', () => {
  const chunk = { ...randomDocument(new Random(3), 'x').chunks[0] };
  const { headingPath = [], hash = '' } = chunk;
  const bytes = buildSegment({
    documents: [
      {
        ...randomDocument(new Random(3), 'a.md'),
        text: '# Hi\n',
        titleTerms: termList(['hi']),
        pathTerms: termList([]),
        keywordTerms: termList([]),
        links: [],
        chunks: [
          {
            headingPath,
            embeddedText: '',
            hash,
            anchor: 'hi',
            startLine: 1,
            endLine: 1,
            startOffset: 0,
            endOffset: 5,
            headingTerms: termList(['hi']),
            bodyTerms: termList([]),
            codeTerms: termList([]),
          },
        ],
      },
    ],
    vectors: [],
    tombstones: [],
    embedderId: '',
    dimension: 0,
  });
  const { parts } = openSegment('example', memorySource(bytes));
  expect([...bytes.subarray(0, 12)]).toEqual([0x53, 0x44, 0x58, 0x53, 0x45, 0x47, 0x0d, 0x0a, 3, 0, 0, 0]);
  expect([...bytes.subarray(16, 20)]).toEqual([0x17, 0, 0, 0]);
  expect([...parts.chunkPostings.read(0, parts.chunkPostings.length)]).toEqual([7, 1, 0, 0]);
  expect([...parts.fieldPostings.read(0, parts.fieldPostings.length)]).toEqual([1, 1, 0, 0]);
  expect(Buffer.from(bytes.subarray(-5)).toString()).toBe('# Hi\n');
});

test('random postings come back as they were written, large counts and distances included', () => {
  const random = new Random(testSeed('postings'));
  const many = Array.from({ length: 300 }, (_, index) => randomDocument(random, `${index}.md`));
  const big = { ...many[0], ...randomDocument(random, '0.md') };
  const [chunk] = big.chunks;
  if (chunk === undefined) throw new Error('no chunk');
  const repeated = Array.from({ length: 40_000 }, () => 'often');
  const segment = segmentOf([...many.slice(1), { ...big, chunks: [{ ...chunk, bodyTerms: termList(repeated) }] }]);
  const term = Array.from({ length: segment.parts.terms.count }, (_, index) => segment.parts.terms.text(index)).indexOf(
    'often',
  );
  const block = { term, dead: undefined };
  const postings = new PostingBlock();
  segment.readChunkPostings(block, postings);
  expect([postings.length, postings.ids[0], postings.second[0]]).toEqual([1, 0, 40_000]);
});
