import { expect, test } from 'vitest';
import { decodeDocument } from '../../../dist/search/analysis/index.js';

const decode = (...bytes: number[]): string => decodeDocument(Uint8Array.from(bytes), 'a.md');

test('a byte order mark is removed and line ends are kept', () => {
  expect(decode(0xef, 0xbb, 0xbf, 0x61, 0x0d, 0x0a)).toBe('a\r\n');
});

test('bytes that are not UTF-8 are refused, naming the first bad byte', () => {
  expect(() => decode(0x61, 0xc3, 0xa9, 0xff)).toThrow(/a\.md: .*0xff at byte 3/);
});

test.each([
  ['a sequence cut off at the end', [0x61, 0xe2, 0x82], 1],
  ['an overlong form', [0x61, 0x62, 0xc0, 0xaf], 2],
  ['a surrogate', [0xed, 0xa0, 0x80], 0],
  ['a code point beyond U+10FFFF', [0x61, 0xf4, 0x90, 0x80, 0x80], 1],
  ['a stray continuation byte', [0xf0, 0x9f, 0x98, 0x80, 0x80], 4],
])('%s is found at its offset', (_, bytes, offset) => {
  expect(() => decode(...bytes)).toThrow(`at byte ${offset}`);
});

test('UTF-16 is recognised for what it is', () => {
  expect(() => decode(0xff, 0xfe, 0x61, 0x00)).toThrow(/UTF-16/);
});

test('a NUL makes a file no text file', () => {
  expect(() => decode(0x61, 0x00)).toThrow(expect.objectContaining({ code: 'DOCUMENT_NOT_UTF8' }));
  expect(() => decode(0x61, 0x00)).toThrow(/NUL at byte 1/);
});
