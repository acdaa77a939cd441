import { expect, test } from 'vitest';
import { plainDotProducts, simdDotProducts, type VectorTable } from '../../../dist/search/ranking/dot-products.js';
import { compileSimdKernel } from '../../../dist/search/ranking/simd-kernel.js';
import { Random, testSeed } from '../segment/random-documents.js';

const kernel = compileSimdKernel();

function tableOf(codes: Int8Array, stride: number, count: number): VectorTable {
  const bytes = new Uint8Array(codes.buffer);
  return {
    stride,
    count,
    read: (first, target) => target.set(bytes.subarray(first * stride, first * stride + target.length)),
  };
}

test.skipIf(kernel === undefined)('the SIMD kernel and the plain loop agree exactly, at every size', () => {
  if (kernel === undefined) return;
  const random = new Random(testSeed('dot products'));
  const simd = simdDotProducts(kernel);
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
    const query = Int8Array.from({ length: dimension }, () => random.pick([127, -127, random.below(255) - 127]));
    const expected = new Int32Array(count);
    const found = new Int32Array(count);
    plainDotProducts(tableOf(codes, stride, count), query, expected);
    simd(tableOf(codes, stride, count), query, found);
    expect(found).toEqual(expected);
  }
});

test.skipIf(kernel === undefined)('vectors too long for the kernel, and no vectors at all, work as well', () => {
  if (kernel === undefined) return;
  const stride = 160_000;
  const products = new Int32Array(1);
  simdDotProducts(kernel)(tableOf(new Int8Array(stride).fill(1), stride, 1), new Int8Array(stride).fill(2), products);
  expect(products[0]).toBe(2 * stride);
  simdDotProducts(kernel)(tableOf(new Int8Array(0), 16, 0), new Int8Array(3), products);
});
