import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { SearchError } from '../../../dist/search/errors.js';
import { IndexView, memorySource, openSegment, PostingBlock } from '../../../dist/search/segment/index.js';
import { PATHS, Random, randomDocument, segmentBytes, testSeed } from './random-documents.js';

const documents = PATHS.map((path, index) => randomDocument(new Random(index), path));
const intact = segmentBytes(documents, ['gone.md']);

/** Reads everything there is in a segment. */
function readAll(bytes: Uint8Array): void {
  const segment = openSegment('damaged', memorySource(bytes));
  const view = IndexView.open([segment]);
  const block = new PostingBlock();
  for (let term = 0; term < segment.parts.terms.count; term++) {
    segment.readChunkPostings({ term, base: 0, dead: undefined }, block);
    segment.readFieldPostings({ term, base: 0, dead: undefined }, block);
  }
  for (const location of view.locations()) {
    const document = view.document(location);
    document.text();
    document.frontMatter();
    document.outline();
    document.links();
  }
  for (let chunk = 0; chunk < segment.chunkCount; chunk++) segment.chunkText(chunk);
}

/** Makes every checksum right again, as someone who means harm would. */
function resealed(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer);
  const sections = Math.min(view.getUint32(16, true), 19);
  for (let entry = 64; entry < 64 + sections * 16; entry += 16) {
    const offset = view.getUint32(entry + 8, true);
    view.setUint32(entry + 4, crc32(bytes.subarray(offset, offset + view.getUint32(entry + 12, true))), true);
  }
  view.setUint32(12, crc32(bytes.subarray(16, 64 + 19 * 16)), true);
  return bytes;
}

/** Runs `act`; anything but success or a SearchError of these codes fails the test. */
function expectOnly(codes: readonly string[], act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof SearchError) || !codes.includes(error.code)) throw error;
  }
}

test('any single flipped bit is noticed when everything is read', () => {
  const random = new Random(testSeed('flips'));
  const residentBytes = new DataView(intact.buffer).getUint32(24, true);
  for (let round = 0; round < 2000; round++) {
    const bytes = intact.slice();
    const place = round % 4 === 0 ? random.below(400) : random.below(bytes.length);
    bytes[place] = (bytes[place] ?? 0) ^ (1 << random.below(8));
    // Only the zeros between sections belong to nothing.
    const isPadding = place < residentBytes && place >= 64 && intact[place] === 0;
    if (isPadding) expectOnly(['SEGMENT_DAMAGED'], () => readAll(bytes));
    else expect(() => readAll(bytes), `byte ${place}`).toThrowError(SearchError);
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
  new DataView(bytes.buffer).setUint32(8, 2, true);
  const newer = expect.objectContaining({ code: 'SEGMENT_FORMAT_NEWER' });
  expect(() => openSegment('later', memorySource(bytes))).toThrowError(newer);
});

test('a source is closed when its segment cannot be opened', () => {
  let closed = 0;
  const source = { ...memorySource(new Uint8Array(3)), close: () => closed++ };
  expect(() => openSegment('tiny', source)).toThrowError(SearchError);
  expect(closed).toBe(1);
});
