import { compileSimdKernel, type SimdKernel } from './simd-kernel.js';

/** Vectors of one byte a component, side by side. */
export interface VectorTable {
  /** Bytes per vector, a multiple of 16; components behind the query's length are zero. */
  readonly stride: number;
  readonly count: number;
  /** Fills `target` with the vectors from `first` on. */
  read(first: number, target: Uint8Array): void;
}

/**
 * The dot product of each vector of one table with a query, valid until the next call. Exact: whole numbers in 32 bits,
 * which the caller makes sure they fit.
 */
export type DotProducts = (query: Int16Array) => Int32Array;

/** From this size on a table has a memory of its own; smaller ones are read through one that fits the processor's cache. */
const OWN_MEMORY_FROM_BYTES = 1024 * 1024;
const SHARED_MEMORY_BYTES = 256 * 1024;

/** Vectors that are multiplied before the next are read, where there is no WebAssembly. */
const PLAIN_BLOCK_VECTORS = 256;

/** The fastest way that works here. Large tables are copied into memory by it, at the second query. */
export function dotProductsOf(table: VectorTable): DotProducts {
  const block = blockDotProducts(table) ?? plainDotProducts(table);
  return table.count * table.stride < OWN_MEMORY_FROM_BYTES ? block : residentFromSecondQuery(table, block);
}

/** Whoever asks once, as a command does, has his answer before the memory for a copy would be there. */
function residentFromSecondQuery(table: VectorTable, block: DotProducts): DotProducts {
  let later: DotProducts | undefined;
  return (query) => {
    const products = later ?? block;
    later ??= (next) => {
      later = residentDotProducts(table) ?? block;
      return later(next);
    };
    return products(query);
  };
}

/** One multiplication after the other: right everywhere. */
export function plainDotProducts(table: VectorTable): DotProducts {
  const { stride, count } = table;
  const codes = new Int8Array(Math.min(count, PLAIN_BLOCK_VECTORS) * stride);
  const products = new Int32Array(count);
  return (query) => {
    for (let first = 0; first < count; first += PLAIN_BLOCK_VECTORS) {
      const vectors = Math.min(PLAIN_BLOCK_VECTORS, count - first);
      table.read(first, new Uint8Array(codes.buffer, 0, vectors * stride));
      for (let vector = 0; vector < vectors; vector++) {
        products[first + vector] = dotProduct(codes, vector * stride, query);
      }
    }
    return products;
  };
}

function dotProduct(codes: Int8Array, base: number, query: Int16Array): number {
  let sum = 0;
  for (let component = 0; component < query.length; component++) {
    sum += (codes[base + component] ?? 0) * (query[component] ?? 0);
  }
  return sum;
}

/**
 * Sixteen multiplications at once, in WebAssembly, on a copy of the table in its memory; undefined where that cannot be
 * had. Reading 25 MB from the system's cache for each query would take longer than multiplying them.
 */
export function residentDotProducts(table: VectorTable): DotProducts | undefined {
  const { stride, count } = table;
  const places = placesIn(stride, count);
  const kernel = compileSimdKernel(places.end);
  if (kernel === undefined || count === 0) return undefined;
  table.read(0, new Uint8Array(kernel.memory, places.vectors, count * stride));
  const products = new Int32Array(kernel.memory, places.products, count);
  return (query) => {
    multiply(kernel, places, { stride, count, query });
    return products;
  };
}

let shared: SimdKernel | undefined;

/** The same, block by block through one small memory for all tables; nothing of the table is kept. */
export function blockDotProducts(table: VectorTable): DotProducts | undefined {
  const { stride, count } = table;
  shared ??= compileSimdKernel(SHARED_MEMORY_BYTES);
  const kernel = shared;
  const perBlock = 2 * Math.floor((SHARED_MEMORY_BYTES - 2 * stride - 16) / (2 * stride + 8));
  if (kernel === undefined || perBlock < 2) return undefined;
  const places = placesIn(stride, perBlock);
  const found = new Int32Array(kernel.memory, places.products, perBlock);
  const products = new Int32Array(count);
  return (query) => {
    for (let first = 0; first < count; first += perBlock) {
      const vectors = Math.min(perBlock, count - first);
      table.read(first, new Uint8Array(kernel.memory, places.vectors, vectors * stride));
      multiply(kernel, places, { stride, count: vectors, query });
      products.set(found.subarray(0, vectors), first);
    }
    return products;
  };
}

interface Places {
  readonly products: number;
  readonly vectors: number;
  readonly end: number;
}

/** The query comes first, as i16; products and vectors have room for an even number. */
function placesIn(stride: number, count: number): Places {
  const products = 2 * stride;
  const even = count + (count % 2);
  const vectors = Math.ceil((products + 4 * even) / 16) * 16;
  return { products, vectors, end: vectors + even * stride };
}

function multiply(
  kernel: SimdKernel,
  places: Places,
  { stride, count, query }: { readonly stride: number; readonly count: number; readonly query: Int16Array },
): void {
  const padded = new Int16Array(kernel.memory, 0, stride).fill(0);
  padded.set(query);
  kernel.dots(0, places.vectors, places.vectors + count * stride, stride, places.products);
}
