import { compileSimdKernel, KERNEL_MEMORY_BYTES, type SimdKernel } from './simd-kernel.js';

/** Vectors of one byte a component, side by side. */
export interface VectorTable {
  /** Bytes per vector, a multiple of 16; components behind the query's length are zero. */
  readonly stride: number;
  readonly count: number;
  /** Fills `target` with the vectors from `first` on. */
  read(first: number, target: Uint8Array): void;
}

/** Writes the dot product of each vector with the query to `products`. Exact: whole numbers in 32 bits. */
export type DotProducts = (table: VectorTable, query: Int8Array, products: Int32Array) => void;

/** Vectors that are multiplied before the next are read, where there is no kernel with a memory of its own. */
const PLAIN_BLOCK_VECTORS = 256;

/** One multiplication after the other: right everywhere. */
export function plainDotProducts(table: VectorTable, query: Int8Array, products: Int32Array): void {
  const { stride, count } = table;
  const codes = new Int8Array(Math.min(count, PLAIN_BLOCK_VECTORS) * stride);
  for (let first = 0; first < count; first += PLAIN_BLOCK_VECTORS) {
    const vectors = Math.min(PLAIN_BLOCK_VECTORS, count - first);
    table.read(first, new Uint8Array(codes.buffer, 0, vectors * stride));
    for (let vector = 0; vector < vectors; vector++) {
      products[first + vector] = dotProduct(codes, vector * stride, query);
    }
  }
}

function dotProduct(codes: Int8Array, base: number, query: Int8Array): number {
  let sum = 0;
  for (let component = 0; component < query.length; component++) {
    sum += (codes[base + component] ?? 0) * (query[component] ?? 0);
  }
  return sum;
}

/**
 * Sixteen multiplications at once, in WebAssembly, where the processor can. Vectors are read into its memory block by
 * block, straight from where they lie: nobody keeps another copy of them.
 */
export function simdDotProducts(kernel: SimdKernel): DotProducts {
  return (table, query, products) => {
    const { stride, count } = table;
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
      table.read(first, new Uint8Array(kernel.memory, vectorsAt, vectors * stride));
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
