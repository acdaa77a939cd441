import type { QuantizedQuery } from './quantized-query.js';
import { compileSimdKernel, type SimdKernel } from './simd-kernel.js';

/** Vectors of one byte a component, side by side. */
export interface VectorTable {
  /** Bytes per vector, a multiple of 16; components behind the query's length are zero. */
  readonly stride: number;
  readonly count: number;
  /** What one unit of its components is worth, by vector. */
  readonly scales: Float32Array;
  /** Fills `target` with the vectors from `first` on. */
  read(first: number, target: Uint8Array): void;
}

/** How like the vectors of a table are to a query. */
export interface Likeness {
  /** By vector. */
  readonly cosines: Float32Array;
  /** The numbers, ascending, of those whose cosine is no less than what was asked for. */
  readonly near: readonly number[];
}

/**
 * Compares a query with every vector of one table; what it gives is valid until the next call. The dot products are
 * exact: whole numbers in 32 bits, which the caller makes sure they fit. Cosines are rounded to 32 bits at the same
 * steps in every way, so that they are the same on every machine.
 */
export type Comparison = (query: QuantizedQuery, minimum: number) => Likeness;

/** From this size on a table has a memory of its own; smaller ones are read through one that fits the processor's cache. */
const OWN_MEMORY_FROM_BYTES = 256 * 1024;
const SHARED_MEMORY_BYTES = 256 * 1024;

/** Vectors that are multiplied before the next are read, where there is no WebAssembly. */
const PLAIN_BLOCK_VECTORS = 256;

/** The fastest way that works here. Large tables are copied into memory by it, at the second query. */
export function comparisonOf(table: VectorTable): Comparison {
  const block = blockComparison(table) ?? plainComparison(table);
  return table.count * table.stride < OWN_MEMORY_FROM_BYTES ? block : residentFromSecondQuery(table, block);
}

/** Whoever asks once, as a command does, has his answer before the memory for a copy would be there. */
function residentFromSecondQuery(table: VectorTable, block: Comparison): Comparison {
  let later: Comparison | undefined;
  return (query, minimum) => {
    const compare = later ?? block;
    later ??= (next, least) => {
      later = residentComparison(table) ?? block;
      return later(next, least);
    };
    return compare(query, minimum);
  };
}

/** One multiplication after the other: right everywhere. */
export function plainComparison(table: VectorTable): Comparison {
  const { stride, count, scales } = table;
  const codes = new Int8Array(Math.min(count, PLAIN_BLOCK_VECTORS) * stride);
  const cosines = new Float32Array(count);
  return (query, minimum) => {
    const near: number[] = [];
    for (let first = 0; first < count; first += PLAIN_BLOCK_VECTORS) {
      const vectors = Math.min(PLAIN_BLOCK_VECTORS, count - first);
      table.read(first, new Uint8Array(codes.buffer, 0, vectors * stride));
      for (let vector = 0; vector < vectors; vector++) {
        const product = dotProduct(codes, vector * stride, query.codes);
        const number = first + vector;
        const scale = Math.fround((scales[number] ?? 0) * Math.fround(query.scale));
        cosines[number] = Math.fround(product) * scale;
        if ((cosines[number] ?? 0) >= Math.fround(minimum)) near.push(number);
      }
    }
    return { cosines, near };
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
export function residentComparison(table: VectorTable): Comparison | undefined {
  const { stride, count, scales } = table;
  const places = placesIn(stride, count);
  const kernel = compileSimdKernel(places.end);
  if (kernel === undefined || count === 0) return undefined;
  table.read(0, new Uint8Array(kernel.memory, places.vectors, count * stride));
  new Float32Array(kernel.memory, places.scales, count).set(scales);
  const cosines = new Float32Array(kernel.memory, places.products, count);
  return (query, minimum) => {
    const near: number[] = [];
    compare(kernel, places, { stride, count, query, minimum }, (number) => near.push(number));
    return { cosines, near };
  };
}

let shared: SimdKernel | undefined;

/** The same, block by block through one small memory for all tables; nothing of the table is kept. */
export function blockComparison(table: VectorTable): Comparison | undefined {
  const { stride, count, scales } = table;
  shared ??= compileSimdKernel(SHARED_MEMORY_BYTES);
  const kernel = shared;
  const perBlock = 4 * Math.floor((SHARED_MEMORY_BYTES - 3 * stride - 16) / (4 * stride + 36));
  if (kernel === undefined || perBlock < 4) return undefined;
  const places = placesIn(stride, perBlock);
  const found = new Float32Array(kernel.memory, places.products, perBlock);
  const ownScales = new Float32Array(kernel.memory, places.scales, perBlock);
  const cosines = new Float32Array(count);
  return (query, minimum) => {
    const near: number[] = [];
    for (let first = 0; first < count; first += perBlock) {
      const vectors = Math.min(perBlock, count - first);
      table.read(first, new Uint8Array(kernel.memory, places.vectors, vectors * stride));
      ownScales.set(scales.subarray(first, first + vectors));
      compare(kernel, places, { stride, count: vectors, query, minimum }, (number) => near.push(first + number));
      cosines.set(found.subarray(0, vectors), first);
    }
    return { cosines, near };
  };
}

interface Places {
  readonly products: number;
  readonly scales: number;
  readonly near: number;
  readonly vectors: number;
  readonly end: number;
}

/** The query comes first, as i16; what is compared four at a time has room for whole fours. */
function placesIn(stride: number, count: number): Places {
  const fours = Math.ceil(count / 4);
  const products = 2 * stride;
  const scales = products + 16 * fours;
  const near = scales + 16 * fours;
  const vectors = Math.ceil((near + 4 * fours) / 16) * 16;
  return { products, scales, near, vectors, end: vectors + (count + 1) * stride };
}

/** Leaves the cosines where the products were, and notes the near ones. */
function compare(
  kernel: SimdKernel,
  places: Places,
  asked: { readonly stride: number; readonly count: number; readonly query: QuantizedQuery; readonly minimum: number },
  note: (number: number) => void,
): void {
  const { stride, count, query, minimum } = asked;
  const { products, scales, near, vectors } = places;
  const padded = new Int16Array(kernel.memory, 0, stride).fill(0);
  padded.set(query.codes);
  kernel.dots(0, vectors, vectors + count * stride, stride, products);
  const end = kernel.cosines(products, scales, products + 4 * count, near, query.scale, minimum);
  const cosines = new Float32Array(kernel.memory, products, count);
  const least = Math.fround(minimum);
  for (const position of new Int32Array(kernel.memory, near, (end - near) / 4)) {
    const first = (position - products) / 4;
    const behind = Math.min(first + 4, count);
    for (let number = first; number < behind; number++) if ((cosines[number] ?? 0) >= least) note(number);
  }
}
