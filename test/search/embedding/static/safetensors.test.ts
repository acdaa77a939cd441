import { expect, test } from 'vitest';
import { numbersOf, readSafetensors } from '../../../../dist/search/embedding/static/safetensors.js';
import { randomNumbers, seedOfThisRun } from '../../documents/random-numbers.js';
import { float32, safetensors, type WrittenTensor, withHeader } from './tiny-model.js';

const invalid = (message: string): unknown =>
  expect.objectContaining({ code: 'EMBEDDER_MODEL_INVALID', message: expect.stringContaining(message) });

const numbersIn = (tensor: WrittenTensor): readonly number[] => {
  const read = readSafetensors('m', safetensors({ t: tensor })).get('t');
  return read === undefined ? [] : [...numbersOf(read)];
};

const ofKind = (
  dtype: string,
  array: { readonly buffer: ArrayBufferLike; readonly length: number },
): WrittenTensor => ({
  dtype,
  shape: [array.length],
  bytes: new Uint8Array(array.buffer),
});

test('tensors come back with their names, shapes and numbers', () => {
  const file = safetensors({ a: float32([2, 2], [1, 2, 3, 4]), b: float32([1], [0.5]) });
  const tensors = readSafetensors('m', file);
  expect([...tensors.keys()]).toEqual(['a', 'b']);
  expect(tensors.get('a')?.shape).toEqual([2, 2]);
  expect([...tensors.values()].map((tensor) => [...numbersOf(tensor)])).toEqual([[1, 2, 3, 4], [0.5]]);
});

test('numbers of every kind are understood', () => {
  expect(numbersIn(ofKind('F64', Float64Array.of(1.5, -2)))).toEqual([1.5, -2]);
  expect(numbersIn(ofKind('I64', BigInt64Array.of(7n, -7n)))).toEqual([7, -7]);
  expect(numbersIn(ofKind('I32', Int32Array.of(7, -7)))).toEqual([7, -7]);
  expect(numbersIn(ofKind('I8', Int8Array.of(127, -128)))).toEqual([127, -128]);
  expect(numbersIn(ofKind('U8', Uint8Array.of(255)))).toEqual([255]);
  // IEEE 754: 1, −2, the largest, the smallest, infinity.
  const halves = numbersIn(ofKind('F16', Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00)));
  expect(halves).toEqual([1, -2, 65_504, 2 ** -24, Number.POSITIVE_INFINITY]);
  expect(numbersIn(ofKind('BF16', Uint16Array.of(0x3f80, 0xc000)))).toEqual([1, -2]);
});

test('a tensor that does not begin at a multiple of four is read all the same', () => {
  const tensors = readSafetensors('m', safetensors({ odd: ofKind('U8', Uint8Array.of(1)), a: float32([1], [0.25]) }));
  const tensor = tensors.get('a');
  expect(tensor === undefined ? [] : [...numbersOf(tensor)]).toEqual([0.25]);
});

const entry = (offsets: readonly number[], shape: readonly number[] = [1], dtype = 'F32'): object => ({
  dtype,
  shape,
  data_offsets: offsets,
});
const fileOf = (header: object, bytes: number): Buffer => withHeader(JSON.stringify(header), [new Uint8Array(bytes)]);

test.each([
  ['an empty file', Buffer.alloc(0), 'too short'],
  ['a header longer than the file', Buffer.from([255, 0, 0, 0, 0, 0, 0, 0, 1]), 'a header of 255 bytes'],
  ['a header of 2^64 − 1 bytes', Buffer.alloc(16, 255), 'a header of 18446744073709551615 bytes'],
  ['a header that is no JSON', withHeader('{"a":', []), 'no JSON object'],
  ['a header that is a list', withHeader('[]', []), 'no JSON object'],
  ['a tensor without a description', fileOf({ a: 5 }, 4), '"a" is not described'],
  ['a negative size', fileOf({ a: entry([0, 4], [-1]) }, 4), '"a" is not described'],
  ['numbers of an unknown kind', fileOf({ a: entry([0, 4], [1], 'Q4') }, 4), 'numbers of kind "Q4"'],
  ['a kind with the name of an inherited property', fileOf({ a: entry([0, 4], [1], 'toString') }, 4), '"toString"'],
  ['a tensor behind the end', fileOf({ a: entry([0, 8], [2]) }, 4), 'lies at 0 to 8 of 4 bytes'],
  ['an end before the start', fileOf({ a: entry([4, 0]) }, 8), 'lies at 4 to 0'],
  ['a shape that needs more than the range', fileOf({ a: entry([0, 4], [2 ** 31, 2 ** 31]) }, 4), 'needs'],
  ['tensors that overlap', fileOf({ a: entry([0, 8], [2]), b: entry([4, 8]) }, 8), '"b" overlaps'],
  ['two tensors in one place', fileOf({ a: entry([0, 4]), b: entry([0, 4]) }, 4), 'overlaps'],
  ['a hole between tensors', fileOf({ a: entry([0, 4]), b: entry([8, 12]) }, 12), '"b" leaves a hole'],
  ['bytes behind the last tensor', fileOf({ a: entry([0, 4]) }, 8), '8 bytes of data'],
])('%s is refused', (_, file, message) => {
  expect(() => readSafetensors('m', file)).toThrow(invalid(message));
});

test('a file cut off anywhere, or with any byte changed, is read or refused with a code', () => {
  const seed = seedOfThisRun();
  console.log(`files: SNAPDEX_SEED=${seed}`);
  const random = randomNumbers(seed);
  const file = safetensors({ a: float32([2, 2], [1, 2, 3, 4]), b: float32([1], [0.5]) });
  for (let length = 0; length < file.length; length++) {
    expect(() => readSafetensors('m', file.subarray(0, length))).toThrow(invalid('model file "m"'));
  }
  for (let round = 0; round < 2_000; round++) {
    const changed = Buffer.from(file);
    changed[random(file.length)] = random(256);
    try {
      readSafetensors('m', changed);
    } catch (error) {
      expect(error).toEqual(invalid('model file "m"'));
    }
  }
});
