import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { IndexView, memorySource, openSegment } from '../../../dist/search/segment/index.js';
import { PATHS, Random, randomDocument, segmentBytes } from './random-documents.js';

const FIXTURE = join(import.meta.dirname, 'fixtures', 'version-1.seg');
const documents = PATHS.map((path, index) => randomDocument(new Random(index), path));
const bytes = segmentBytes(documents, ['gone.md']);

// Only for a new format version, under a new name: `SNAPDEX_WRITE_FIXTURE=1 npx vitest run test/search/segment/format`.
if (process.env.SNAPDEX_WRITE_FIXTURE === '1') writeFileSync(FIXTURE, bytes);

test('a segment written by version 1 is read', () => {
  const view = IndexView.open([openSegment('version-1.seg', memorySource(readFileSync(FIXTURE)))]);
  expect(view.paths()).toEqual(documents.map(({ path }) => path).sort());
  for (const { path, text } of documents) {
    const location = view.find(path);
    expect(location && view.document(location).text()).toBe(text);
  }
});

test('the bytes of version 1 have not changed unnoticed', () => {
  expect(Buffer.from(bytes).equals(readFileSync(FIXTURE))).toBe(true);
});
