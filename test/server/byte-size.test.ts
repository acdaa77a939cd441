import { expect, test } from 'vitest';
import { byteSize } from '../../src/server/byte-size.js';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [999_949, '999.9 kB'],
  [999_950, '1.0 MB'],
  [1_234_567, '1.2 MB'],
  [999_950_000_000, '1.0 TB'],
  [1_234_000_000_000_000, '1234.0 TB'],
])('%i bytes are %s', (bytes, words) => {
  expect(byteSize(bytes)).toBe(words);
});
