import { compileSimdKernel, KERNEL_MEMORY_BYTES, type SimdKernel } from './simd-kernel.js';

/** Vectors of one byte a component, side by side. */
export interface VectorTable {
  readonly codes: Int8Array;
  /** Bytes per vector, a multiple of 16; components behind the query's length are zero. */
  readonly stride: number;
  readonly count: number;
}

/** Writes the dot product of each vector with the query to `products`. Exact: whole numbers in 32 bits. */
export type DotProducts = (table: VectorTable, query: Int8Array, products: Int32Array) => void;

/** One multiplication after the other: right everywhere. */
export function plainDotProducts({ codes, stride, count }: VectorTable, query: Int8Array, products: Int32Array): void {
  const length = query.length;
  for (let vector = 0; vector < count; vector++) {
    const base = vector * stride;
    let sum = 0;
    for (let component = 0; component < length; component++) {
      sum += (codes[base + component] ?? 0) * (query[component] ?? 0);
    }
    products[vector] = sum;
  }
}

/**
 * Sixteen multiplications at once, in WebAssembly, where the processor can. Vectors are copied into its memory block by
 * block: the copy costs a fraction of the multiplying, and a second home for all vectors would cost as much memory again.
 */
export function simdDotProducts(kernel: SimdKernel): DotProducts {
  const bytes = new Int8Array(kernel.memory);
  return (table, query, products) => {
    const { codes, stride, count } = table;
    const productsAt = stride * 2;
    const perBlock = Math.floor((KERNEL_MEMORY_BYTES - productsAt - 16) / (stride + 4));
    if (perBlock < 1 || count === 0) {
      plainDotProducts(table, query, products);
      return;
    }
    const vectorsAt = Math.ceil((productsAt + perBlock * 4) / 16) * 16;
    const widened = new Int16Array(kernel.memory, 0, stride).fill(0);
    widened.set(query);
    const results = new Int32Array(kernel.memory, productsAt, perBlock);
    for (let first = 0; first < count; first += perBlock) {
      const vectors = Math.min(perBlock, count - first);
      bytes.set(codes.subarray(first * stride, (first + vectors) * stride), vectorsAt);
      kernel.dots(0, vectorsAt, vectorsAt + vectors * stride, stride, productsAt);
      products.set(results.subarray(0, vectors), first);
    }
  };
}

let fastest: DotProducts | undefined;

/** The fastest of both that works here; compiled at the first call. */
export function dotProducts(table: VectorTable, query: Int8Array, products: Int32Array): void {
  if (fastest === undefined) {
    const kernel = compileSimdKernel();
    fastest = kernel === undefined ? plainDotProducts : simdDotProducts(kernel);
  }
  fastest(table, query, products);
}
