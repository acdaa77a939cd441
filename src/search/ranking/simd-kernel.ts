/**
 * A WebAssembly module of some 400 bytes that compares vectors, sixteen components and four cosines at a time, assembled
 * here so that the package carries no binary.
 */
import {
  ADD,
  ADD_I32X4,
  ANY_TRUE,
  AT_LEAST_F32X4,
  advance,
  BRANCH_IF,
  CONVERT_I32X4,
  type Code,
  constant,
  DOT_I16X8,
  END,
  F32,
  get,
  I32,
  IF,
  keep,
  LESS,
  LOOP,
  lane,
  loadEight,
  loadV128,
  MULTIPLY_F32X4,
  moduleOf,
  SPLAT_F32X4,
  set,
  storeI32,
  storeV128,
  V128,
  type WasmFunction,
  ZERO_V128,
} from './wasm-code.js';

const PAGE_BYTES = 65_536;
/** As many as two bytes can say: 1 GB. */
const MOST_PAGES = 16_383;

/** The compiled kernel. All arguments but numbers named otherwise are byte positions in its memory. */
export interface SimdKernel {
  /** What is in it goes where the caller wants. */
  readonly memory: ArrayBuffer;
  /**
   * Writes the dot product of each vector with the query to `products`, one i32 each: `query` of i16 components,
   * `vectors` to `end` of i8 components, each vector `stride` bytes, a multiple of 16. At least one vector; if their
   * number is odd, one more is read and its product written.
   */
  dots(query: number, vectors: number, end: number, stride: number, products: number): void;
  /**
   * Turns products (i32) into cosines (f32) in place, four at a time until `end`: each times its own of `scales` (f32),
   * times `scale`. At least one; positions are multiples of 16. Where one of four is `minimum` or more, the position of
   * the four is written to `near` (i32).
   * @param scale as f32 @param minimum as f32
   * @returns the position behind the last one written
   */
  cosines(products: number, scales: number, end: number, near: number, scale: number, minimum: number): number;
}

/** What is used of the global that neither the ES library nor Node's types declare. */
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
  ) => {
    readonly exports: Pick<SimdKernel, 'dots' | 'cosines'> & { readonly memory: { readonly buffer: ArrayBuffer } };
  };
};

/**
 * A kernel with at least `memoryBytes` of memory. Undefined where WebAssembly or its SIMD instructions are missing
 * (`node --jitless`, old processors), and where so much memory cannot be had: more than 1 GB never.
 */
export function compileSimdKernel(memoryBytes: number): SimdKernel | undefined {
  const pages = Math.ceil(memoryBytes / PAGE_BYTES);
  if (typeof WebAssembly === 'undefined' || pages > MOST_PAGES) return undefined;
  const bytes = moduleOf([dots(), cosines()], pages);
  if (!WebAssembly.validate(bytes)) return undefined;
  try {
    const { memory, ...functions } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
    return { memory: memory.buffer, ...functions };
  } catch (error) {
    // Each memory takes address space, of which some systems give little.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Two vectors at a time, so that each part of the query is loaded once for both. */
function dots(): WasmFunction {
  const [query, vectors, end, stride, products] = [0, 1, 2, 3, 4];
  const [vectorEnd, component, second] = [5, 6, 7];
  const [sum, secondSum, eight] = [8, 9, 10];
  const multiplyEight = (part: number): Code => [
    ...[...get(component), ...loadV128(16 * part), ...set(eight)],
    ...addProducts(sum, vectors, part),
    ...addProducts(secondSum, second, part),
  ];
  const addProducts = (total: number, vector: number, part: number): Code => [
    ...get(total),
    ...[...get(vector), ...loadEight(8 * part), ...get(eight), ...DOT_I16X8],
    ...ADD_I32X4,
    ...set(total),
  ];
  const storeLanes = (total: number, offset: number): Code => [
    ...get(products),
    ...[...get(total), ...lane(0), ...get(total), ...lane(1), ADD],
    ...[...get(total), ...lane(2), ADD, ...get(total), ...lane(3), ADD],
    ...storeI32(offset),
  ];
  const code = [
    ...LOOP,
    ...[...get(vectors), ...get(stride), ADD, ...keep(vectorEnd), ...set(second)],
    ...[...get(query), ...set(component)],
    ...[...ZERO_V128, ...set(sum), ...ZERO_V128, ...set(secondSum)],
    ...LOOP,
    ...[...multiplyEight(0), ...multiplyEight(1)],
    ...[...advance(component, constant(32)), ...advance(second, constant(16))],
    ...[...get(vectors), ...constant(16), ADD, ...keep(vectors), ...get(vectorEnd), LESS, ...BRANCH_IF],
    END,
    ...[...storeLanes(sum, 0), ...storeLanes(secondSum, 4)],
    ...advance(products, constant(8)),
    ...[...get(vectors), ...get(stride), ADD, ...keep(vectors), ...get(end), LESS, ...BRANCH_IF],
    END,
    END,
  ];
  const locals = [
    [3, I32],
    [3, V128],
  ] as const;
  return { name: 'dots', parameters: [I32, I32, I32, I32, I32], results: [], locals, code };
}

function cosines(): WasmFunction {
  const [products, scales, end, near, scale, minimum] = [0, 1, 2, 3, 4, 5];
  const [scaleOfAll, minimumOfAll, four] = [6, 7, 8];
  const code = [
    ...[...get(scale), ...SPLAT_F32X4, ...set(scaleOfAll), ...get(minimum), ...SPLAT_F32X4, ...set(minimumOfAll)],
    ...LOOP,
    ...get(products),
    ...[...get(products), ...loadV128(0), ...CONVERT_I32X4],
    ...[...get(scales), ...loadV128(0), ...get(scaleOfAll), ...MULTIPLY_F32X4, ...MULTIPLY_F32X4],
    ...[...keep(four), ...storeV128(0)],
    ...[...get(four), ...get(minimumOfAll), ...AT_LEAST_F32X4, ...ANY_TRUE],
    ...IF,
    ...[...get(near), ...get(products), ...storeI32(0), ...advance(near, constant(4))],
    END,
    ...advance(scales, constant(16)),
    ...[...get(products), ...constant(16), ADD, ...keep(products), ...get(end), LESS, ...BRANCH_IF],
    END,
    ...get(near),
    END,
  ];
  return { name: 'cosines', parameters: [I32, I32, I32, I32, F32, F32], results: [I32], locals: [[3, V128]], code };
}
