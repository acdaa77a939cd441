import { expect, test } from 'vitest';
import {
  blockDotProducts,
  type DotProducts,
  dotProductsOf,
  plainDotProducts,
  residentDotProducts,
  type VectorTable,
} from '../../../dist/search/ranking/dot-products.js';
import { quantizeQuery } from '../../../dist/search/ranking/quantized-query.js';
import { compileSimdKernel } from '../../../dist/search/ranking/simd-kernel.js';
import { Random, testSeed } from '../segment/random-documents.js';

const hasKernel = compileSimdKernel(1) !== undefined;

function tableOf(codes: Int8Array, stride: number, count: number): VectorTable {
  const bytes = new Uint8Array(codes.buffer);
  return {
    stride,
    count,
    read: (first, target) => target.set(bytes.subarray(first * stride, first * stride + target.length)),
  };
}

function required(made: DotProducts | undefined): DotProducts {
  if (made === undefined) throw new Error('no kernel');
  return made;
}

test.skipIf(!hasKernel)('the SIMD kernel and the plain loop agree exactly, at every size', () => {
  const random = new Random(testSeed('dot products'));
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
    const table = tableOf(codes, stride, count);
    const ways = [required(blockDotProducts(table)), required(residentDotProducts(table)), dotProductsOf(table)];
    for (let round = 0; round < 2; round++) {
      const query = Int16Array.from({ length: dimension }, () => random.pick([4000, -4000, random.below(8000) - 4000]));
      const expected = [...plainDotProducts(table)(query)];
      for (const way of ways) expect([...way(query)]).toEqual(expected);
    }
  }
});

test.skipIf(!hasKernel)('vectors too long for the shared memory, and no vectors at all, work as well', () => {
  const stride = 160_000;
  const long = tableOf(new Int8Array(stride).fill(1), stride, 1);
  expect(blockDotProducts(long)).toBeUndefined();
  expect([...dotProductsOf(long)(new Int16Array(stride).fill(2))]).toEqual([2 * stride]);
  expect([...dotProductsOf(tableOf(new Int8Array(0), 16, 0))(new Int16Array(3))]).toEqual([]);
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
