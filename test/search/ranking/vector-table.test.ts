import { expect, test } from 'vitest';
import { quantizeQuery } from '../../../dist/search/ranking/quantized-query.js';
import { compileSimdKernel } from '../../../dist/search/ranking/simd-kernel.js';
import {
  blockComparison,
  type Comparison,
  comparisonOf,
  plainComparison,
  residentComparison,
  type VectorTable,
} from '../../../dist/search/ranking/vector-table.js';
import { Random, testSeed } from '../segment/random-documents.js';

const hasKernel = compileSimdKernel(1) !== undefined;

function tableOf(codes: Int8Array, scales: Float32Array, stride: number): VectorTable {
  const bytes = new Uint8Array(codes.buffer);
  return {
    stride,
    count: scales.length,
    scales,
    read: (first, target) => target.set(bytes.subarray(first * stride, first * stride + target.length)),
  };
}

function required(made: Comparison | undefined): Comparison {
  if (made === undefined) throw new Error('no kernel');
  return made;
}

test.skipIf(!hasKernel)('the SIMD kernel and the plain loop agree to the last bit, at every size', () => {
  const random = new Random(testSeed('vector tables'));
  for (const [dimension, count] of [
    [1, 1],
    [16, 3],
    [24, 700],
    [256, 2500],
    [384, 1],
    [1024, 300],
    [4096, 70],
  ] as const) {
    const stride = Math.ceil(dimension / 16) * 16;
    const codes = new Int8Array(stride * count);
    for (let vector = 0; vector < count; vector++) {
      for (let component = 0; component < dimension; component++) {
        codes[vector * stride + component] = random.pick([127, -127, -128, random.below(256) - 128]);
      }
    }
    const scales = Float32Array.from({ length: count }, () => random.pick([0, -1, random.below(1000) / 3e6]));
    const table = tableOf(codes, scales, stride);
    const ways = [required(blockComparison(table)), required(residentComparison(table)), comparisonOf(table)];
    for (let round = 0; round < 2; round++) {
      const query = {
        codes: Int16Array.from({ length: dimension }, () => random.pick([4000, -4000, random.below(8000) - 4000])),
        scale: random.below(1000) / 3e7,
      };
      const { cosines, near } = plainComparison(table)(query, 0);
      const middle = [...cosines].sort((a, b) => a - b)[count >> 1] ?? 0;
      for (const minimum of [0, middle, 1e9]) {
        const expected = [...cosines.keys()].filter((number) => (cosines[number] ?? 0) >= minimum);
        if (minimum === 0) expect(near).toEqual(expected);
        for (const compare of [plainComparison(table), ...ways]) {
          const found = compare(query, minimum);
          expect(new Float32Array(found.cosines)).toEqual(cosines);
          expect(found.near).toEqual(expected);
        }
      }
    }
  }
});

test.skipIf(!hasKernel)('vectors too long for the shared memory, and no vectors at all, work as well', () => {
  const stride = 160_000;
  const long = tableOf(new Int8Array(stride).fill(1), Float32Array.of(0.5), stride);
  expect(blockComparison(long)).toBeUndefined();
  const query = { codes: new Int16Array(stride).fill(2), scale: 1 };
  expect(comparisonOf(long)(query, 1)).toEqual({ cosines: Float32Array.of(stride), near: [0] });
  const none = tableOf(new Int8Array(0), new Float32Array(0), 16);
  expect(comparisonOf(none)({ codes: new Int16Array(3), scale: 1 }, 1)).toEqual({
    cosines: new Float32Array(0),
    near: [],
  });
});

test('a query is rounded as finely as 32 bits allow, whatever its size', () => {
  for (const dimension of [1, 3, 256, 4096, 100_000]) {
    for (const value of [1, -0.01, 1e-20, 1e20]) {
      const { codes, scale } = quantizeQuery(new Float32Array(dimension).fill(value));
      const sum = codes.reduce((total, code) => total + Math.abs(code), 0);
      expect(sum * 127).toBeLessThan(2 ** 31);
      expect(sum * 127).toBeGreaterThan(Math.min(dimension * 32_000 * 127, 2 ** 30));
      expect(Math.abs((codes[0] ?? 0) * scale - value) / Math.abs(value)).toBeLessThan(0.5 / 150);
    }
  }
  expect(quantizeQuery(new Float32Array(3)).scale).toBe(0);
  expect(quantizeQuery(Float32Array.of(Number.NaN, 1)).codes).toEqual(new Int16Array(2));
});
