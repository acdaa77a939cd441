import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { IndexView, memorySource, mergeSegments, openSegment } from '../../../dist/search/segment/index.js';
import { PATHS, Random, randomDocument, segmentBytes } from './random-documents.js';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const NEWEST = join(FIXTURES, 'version-3.seg');
const documents = PATHS.map((path, index) => randomDocument(new Random(index), path));
const bytes = segmentBytes(documents, ['gone.md']);

// Only for a new format version, under a new name: `SNAPDEX_WRITE_FIXTURE=1 npx vitest run test/search/segment/format`.
if (process.env.SNAPDEX_WRITE_FIXTURE === '1') writeFileSync(NEWEST, bytes);

test.each([1, 2, 3])('a segment written by version %i is read', (version) => {
  const file = `version-${version}.seg`;
  const segment = openSegment(file, memorySource(readFileSync(join(FIXTURES, file))));
  const view = IndexView.open([segment]);
  expect(view.paths()).toEqual(documents.map(({ path }) => path).sort());
  expect(view.lengths).toEqual(IndexView.open([openSegment('new', memorySource(bytes))]).lengths);
  for (const { path, text } of documents) {
    const location = view.find(path);
    expect(location && view.document(location).text()).toBe(text);
  }
});

/** The segment as `file` holds it, merged alone. */
function mergedAlone(file: Uint8Array): Buffer {
  const segment = openSegment('old', memorySource(file));
  return Buffer.from(mergeSegments([{ segment, live: () => true }], { dropTombstones: false }));
}

test('merging a segment of any version gives one of the newest, whose vectors have the residuals that there were', () => {
  const [first, second, third] = [1, 2, 3].map((version) =>
    mergedAlone(readFileSync(join(FIXTURES, `version-${version}.seg`))),
  );
  expect(third?.equals(bytes)).toBe(true);
  expect(first?.equals(second ?? Buffer.alloc(0))).toBe(true);
  const [without, withAll] = [second ?? bytes, bytes].map((file) => openSegment('new', memorySource(file)));
  for (let chunk = 0; chunk < (withAll?.chunkCount ?? 0); chunk++) {
    const vector = without?.vector(chunk);
    expect(vector).toMatchObject({ codes: withAll?.vector(chunk).codes, scale: withAll?.vector(chunk).scale });
    expect(vector?.residuals.every((byte) => byte === 0)).toBe(true);
  }
});

test('a segment of version 1 that was harmed is found damaged when it is opened', () => {
  const harmed = readFileSync(join(FIXTURES, 'version-1.seg'));
  const place = harmed.indexOf('Title of');
  harmed[place] = (harmed[place] ?? 0) ^ 1;
  const damaged = expect.objectContaining({ code: 'SEGMENT_DAMAGED' });
  expect(() => openSegment('harmed', memorySource(harmed))).toThrowError(damaged);
});

test('the bytes of version 3 have not changed unnoticed', () => {
  expect(Buffer.from(bytes).equals(readFileSync(NEWEST))).toBe(true);
});
