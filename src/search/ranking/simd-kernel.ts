/**
 * A WebAssembly module of some 200 bytes that multiplies vectors sixteen components at a time, assembled here so that
 * the package carries no binary. Encodings: https://webassembly.github.io/spec/core/binary/ and, for the instructions
 * behind 0xfd, the fixed-width SIMD proposal, part of WebAssembly 2.0.
 */

const PAGE_BYTES = 65_536;
/** As many as two bytes can say: 1 GB. */
const MOST_PAGES = 16_383;

/** The compiled kernel. */
export interface SimdKernel {
  /** Query, products and vectors go where the caller wants. */
  readonly memory: ArrayBuffer;
  /**
   * Writes the dot product of each vector with the query to `products`, one i32 each. All arguments are byte positions
   * in memory: `query` of i16 components, `vectors` to `end` of i8 components, each vector `stride` bytes, a multiple of
   * 16. At least one vector; if their number is odd, one more is read and its product written.
   */
  dots(query: number, vectors: number, end: number, stride: number, products: number): void;
}

/** What is used of the global that neither the ES library nor Node's types declare. */
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
  ) => { readonly exports: { readonly memory: { readonly buffer: ArrayBuffer }; readonly dots: SimdKernel['dots'] } };
};

/**
 * A kernel with at least `memoryBytes` of memory. Undefined where WebAssembly or its SIMD instructions are missing
 * (`node --jitless`, old processors), and where so much memory cannot be had: more than 1 GB never.
 */
export function compileSimdKernel(memoryBytes: number): SimdKernel | undefined {
  const pages = Math.ceil(memoryBytes / PAGE_BYTES);
  if (typeof WebAssembly === 'undefined' || pages > MOST_PAGES) return undefined;
  const bytes = Uint8Array.from(moduleBytes(pages));
  if (!WebAssembly.validate(bytes)) return undefined;
  try {
    const { memory, dots } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
    return { memory: memory.buffer, dots };
  } catch (error) {
    // Each memory takes address space, of which some systems give little.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const I32 = 0x7f;
const V128 = 0x7b;
const END = 0x0b;
const LOOP: readonly number[] = [0x03, 0x40];
const BRANCH_IF: readonly number[] = [0x0d, 0];
const ADD = 0x6a;
const LESS = 0x49;
const storeI32 = (offset: number): readonly number[] => [0x36, 2, offset];
const ZERO_V128: readonly number[] = [0xfd, 0x0c, ...Array.from({ length: 16 }, () => 0)];
const ADD_I32X4: readonly number[] = [0xfd, 0xae, 0x01];
/** Multiplies eight pairs of i16 and adds neighbours: four i32. */
const DOT_I16X8: readonly number[] = [0xfd, 0xba, 0x01];

const get = (local: number): readonly number[] => [0x20, local];
const set = (local: number): readonly number[] => [0x21, local];
const keep = (local: number): readonly number[] => [0x22, local];
/** @param value 0 to 63 */
const constant = (value: number): readonly number[] => [0x41, value];
/** Loads eight i8 and widens them to i16. */
const loadEight = (offset: number): readonly number[] => [0xfd, 0x01, 3, offset];
const loadV128 = (offset: number): readonly number[] => [0xfd, 0x00, 4, offset];
const lane = (index: number): readonly number[] => [0xfd, 0x1b, index];

/** Numbers of the function's parameters and locals. */
const LOCAL = {
  query: 0,
  vectors: 1,
  end: 2,
  stride: 3,
  products: 4,
  vectorEnd: 5,
  component: 6,
  second: 7,
  sum: 8,
  secondSum: 9,
  eight: 10,
} as const;

/** Two vectors at a time, so that each part of the query is loaded once for both. */
function dotsBody(): readonly number[] {
  const { query, vectors, end, stride, products, vectorEnd, component, second, sum, secondSum, eight } = LOCAL;
  const multiplyEight = (part: number): readonly number[] => [
    ...[...get(component), ...loadV128(16 * part), ...set(eight)],
    ...addProducts(sum, vectors, part),
    ...addProducts(secondSum, second, part),
  ];
  const addProducts = (total: number, vector: number, part: number): readonly number[] => [
    ...get(total),
    ...[...get(vector), ...loadEight(8 * part), ...get(eight), ...DOT_I16X8],
    ...ADD_I32X4,
    ...set(total),
  ];
  const advance = (local: number, by: readonly number[]): readonly number[] => [
    ...get(local),
    ...by,
    ADD,
    ...set(local),
  ];
  const storeLanes = (total: number, offset: number): readonly number[] => [
    ...get(products),
    ...[...get(total), ...lane(0), ...get(total), ...lane(1), ADD],
    ...[...get(total), ...lane(2), ADD, ...get(total), ...lane(3), ADD],
    ...storeI32(offset),
  ];
  return [
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
}

function moduleBytes(pages: number): readonly number[] {
  const locals = [2, 3, I32, 3, V128];
  const body = [...locals, ...dotsBody()];
  return [
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 5, I32, I32, I32, I32, I32, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, ...unsigned(pages)]),
    ...section(7, [2, ...name('memory'), 2, 0, ...name('dots'), 0, 0]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ];
}

function section(id: number, content: readonly number[]): readonly number[] {
  return [id, ...unsigned(content.length), ...content];
}

function name(text: string): readonly number[] {
  return [text.length, ...Buffer.from(text, 'ascii')];
}

/** LEB128, two bytes at most. */
function unsigned(value: number): readonly number[] {
  return value < 128 ? [value] : [(value & 0x7f) | 0x80, value >>> 7];
}
