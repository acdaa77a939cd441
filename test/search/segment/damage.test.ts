import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { SearchError } from '../../../dist/search/errors.js';
import {
  IndexView,
  memorySource,
  openSegment,
  PostingBlock,
  StoredDocument,
  singleString,
} from '../../../dist/search/segment/index.js';
import { PATHS, Random, randomDocument, segmentBytes, segmentOf, testSeed } from './random-documents.js';

const documents = PATHS.map((path, index) => randomDocument(new Random(index), path));
const SECTIONS = 23;
const intact = segmentBytes(documents, ['gone.md']);
const other = segmentOf([randomDocument(new Random(99), PATHS[0] ?? '')], ['gone.md']);

/** Everything that a segment says, as text. */
function readAll(bytes: Uint8Array): string {
  const segment = openSegment('damaged', memorySource(bytes));
  const { parts } = segment;
  // With another one, so that paths are compared.
  const view = IndexView.open([segment, other]);
  const said: unknown[] = [parts.embedderId, view.documentCount, view.lengths, view.paths()];
  for (let term = 0; term < parts.terms.count; term++) {
    const block = new PostingBlock();
    segment.readChunkPostings({ term, dead: undefined }, block);
    segment.readFieldPostings({ term, dead: undefined }, block);
    const text = parts.terms.text(term);
    said.push(text, parts.terms.find(singleString(text)), [...block.ids.subarray(0, block.length)]);
  }
  for (let number = 0; number < segment.documentCount; number++) {
    const document = new StoredDocument(segment, number);
    said.push(document.path, document.title, document.contentHash, document.text(), document.frontMatter());
    said.push(document.outline(), document.links(), segment.fieldLengths(number));
  }
  for (let chunk = 0; chunk < segment.chunkCount; chunk++) {
    said.push(segment.chunkText(chunk), segment.chunkHash(chunk), segment.anchor(chunk), segment.headingPath(chunk));
    const { codes, residuals } = segment.vector(chunk);
    said.push([...codes], [...residuals], parts.scales[chunk], parts.chunkLengths.bodyLength[chunk]);
  }
  for (let number = 0; number < parts.tombstones.count; number++) said.push(parts.tombstones.text(number));
  return JSON.stringify(said);
}

/** Makes every checksum right again, as someone who means harm would. */
function resealed(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer);
  const entries = Array.from({ length: SECTIONS }, (_, index) => 64 + 16 * index);
  const contentAt = (entry: number): Uint8Array => {
    const offset = view.getUint32(entry + 8, true);
    return bytes.subarray(offset, offset + view.getUint32(entry + 12, true));
  };
  const pages = contentAt(entries.at(-1) ?? 0);
  const checksums = entries.slice(0, -1).flatMap((entry) => pageChecksums(contentAt(entry)));
  pages.set(new Uint8Array(Uint32Array.from(checksums).buffer).subarray(0, pages.length));
  for (const entry of entries) view.setUint32(entry + 4, crc32(contentAt(entry)), true);
  view.setUint32(12, crc32(bytes.subarray(16, 64 + SECTIONS * 16)), true);
  return bytes;
}

/** Every section of the segment here is a page at most. */
function pageChecksums(section: Uint8Array): readonly number[] {
  return section.length === 0 ? [] : [crc32(section)];
}

/** Runs `act`; anything but success or a SearchError of these codes fails the test. */
function expectOnly(codes: readonly string[], act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof SearchError) || !codes.includes(error.code)) throw error;
  }
}

/** Flips bits one at a time, each in a copy of its own. */
function* flips(seedName: string): Generator<{ readonly place: number; readonly bytes: Uint8Array }> {
  const random = new Random(testSeed(seedName));
  for (let round = 0; round < 2000; round++) {
    const bytes = intact.slice();
    const place = round % 4 === 0 ? random.below(400) : random.below(bytes.length);
    bytes[place] = (bytes[place] ?? 0) ^ (1 << random.below(8));
    yield { place, bytes };
  }
}

test('with any single flipped bit a segment says what it said before, or that it is damaged', () => {
  const expected = readAll(intact);
  for (const { place, bytes } of flips('flips')) {
    expectOnly(['SEGMENT_DAMAGED', 'SEGMENT_FORMAT_NEWER'], () => {
      expect(readAll(bytes) === expected, `byte ${place}`).toBe(true);
    });
  }
});

test('any single flipped bit of the resident part is noticed by verifying', () => {
  const residentBytes = new DataView(intact.buffer).getUint32(24, true);
  for (const { place, bytes } of flips('verified flips')) {
    // Only the zeros between sections belong to nothing.
    const isPadding = place >= 64 && intact[place] === 0;
    if (place >= residentBytes || isPadding) continue;
    const verify = (): void => openSegment('damaged', memorySource(bytes)).verify();
    expect(verify, `byte ${place}`).toThrowError(SearchError);
  }
});

test('a segment cut short anywhere is damaged, not a crash', () => {
  for (let length = 0; length < intact.length; length += 7) {
    const damaged = expect.objectContaining({ code: 'SEGMENT_DAMAGED' });
    expect(() => openSegment('short', memorySource(intact.slice(0, length)))).toThrowError(damaged);
  }
});

test('hostile bytes with right checksums give answers or SEGMENT_DAMAGED, nothing else', () => {
  const random = new Random(testSeed('hostile'));
  for (let round = 0; round < 3000; round++) {
    const bytes = intact.slice();
    for (let change = random.below(4); change >= 0; change--) {
      const place = random.below(bytes.length - 16) + 16;
      bytes[place] = random.pick([0, 1, 0x7f, 0x80, 0xff, random.below(256)]);
    }
    expectOnly(['SEGMENT_DAMAGED'], () => readAll(resealed(bytes)));
  }
});

test('a segment of a later format is named as such', () => {
  const bytes = intact.slice();
  new DataView(bytes.buffer).setUint32(8, 4, true);
  const newer = expect.objectContaining({ code: 'SEGMENT_FORMAT_NEWER' });
  expect(() => openSegment('later', memorySource(bytes))).toThrowError(newer);
});

test('a source is closed when its segment cannot be opened', () => {
  let closed = 0;
  const source = { ...memorySource(new Uint8Array(3)), close: () => closed++ };
  expect(() => openSegment('tiny', source)).toThrowError(SearchError);
  expect(closed).toBe(1);
});
