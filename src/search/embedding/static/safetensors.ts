/**
 * Reads safetensors: the length of a JSON header in 8 bytes, the header, then the tensors side by side.
 * https://github.com/huggingface/safetensors#format
 */
import { z } from 'zod';
import { invalidModel } from './invalid-model.js';

/** One tensor, as a view of the file's bytes. */
export interface Tensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

type DType = keyof typeof BYTES_PER_NUMBER;

/** The number formats that are understood. */
const BYTES_PER_NUMBER = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I16: 2, I8: 1, U8: 1 } as const;

/** As the format's own reader: a larger header is an attack. */
const LARGEST_HEADER_BYTES = 100_000_000;
const LENGTH_BYTES = 8;

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.int().nonnegative()).max(8),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});
const headerSchema = z.record(z.string(), z.unknown());

/**
 * The tensors of a file by name. Everything is checked before it is used, and nothing is allocated that the file does
 * not hold.
 *
 * @param name what errors call the file
 * @throws SearchError EMBEDDER_MODEL_INVALID
 */
export function readSafetensors(name: string, file: Uint8Array): ReadonlyMap<string, Tensor> {
  if (file.length < LENGTH_BYTES) throw invalidModel(name, `${file.length} bytes long, too short for safetensors`);
  const length = new DataView(file.buffer, file.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (length > LARGEST_HEADER_BYTES || length > file.length - LENGTH_BYTES) {
    throw invalidModel(name, `a header of ${length} bytes in a file of ${file.length}`);
  }
  const dataStart = LENGTH_BYTES + Number(length);
  const data = file.subarray(dataStart);
  const tensors = new Map<string, Tensor>();
  const ranges: { readonly start: number; readonly end: number; readonly tensor: string }[] = [];
  for (const [tensor, described] of Object.entries(parseHeader(name, file.subarray(LENGTH_BYTES, dataStart)))) {
    if (tensor === '__metadata__') continue;
    const entry = entrySchema.safeParse(described);
    if (!entry.success) throw invalidModel(name, `tensor ${JSON.stringify(tensor)} is not described`, entry.error);
    const { dtype, shape, data_offsets: offsets } = entry.data;
    const [start, end] = offsets;
    if (!isKnown(dtype)) throw invalidModel(name, `tensor ${JSON.stringify(tensor)} has numbers of kind "${dtype}"`);
    const bytes = shape.reduce((product, size) => product * size, BYTES_PER_NUMBER[dtype]);
    if (start > end || end > data.length || end - start !== bytes) {
      throw invalidModel(
        name,
        `tensor ${JSON.stringify(tensor)} lies at ${start} to ${end} of ${data.length} bytes and needs ${bytes}`,
      );
    }
    ranges.push({ start, end, tensor });
    tensors.set(tensor, { dtype, shape, bytes: data.subarray(start, end) });
  }
  checkRanges(name, ranges, data.length);
  return tensors;
}

/** The tensor's numbers; a view of the file where that is possible. */
export function numbersOf({ dtype, bytes }: Tensor): Float32Array {
  const count = bytes.length / BYTES_PER_NUMBER[dtype];
  if (dtype === 'F32' && bytes.byteOffset % 4 === 0) return new Float32Array(bytes.buffer, bytes.byteOffset, count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = READERS[dtype];
  // Shared, so that threads need no copy of their own.
  const numbers = new Float32Array(new SharedArrayBuffer(count * 4));
  for (let index = 0; index < count; index++) numbers[index] = read(view, index * BYTES_PER_NUMBER[dtype]);
  return numbers;
}

function parseHeader(name: string, bytes: Uint8Array): { readonly [tensor: string]: unknown } {
  try {
    return headerSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (cause) {
    throw invalidModel(name, 'the header is no JSON object', cause);
  }
}

/** Tensors fill the data without overlap and without holes, as the format demands. */
function checkRanges(
  name: string,
  ranges: readonly { readonly start: number; readonly end: number; readonly tensor: string }[],
  dataBytes: number,
): void {
  let expected = 0;
  for (const { start, end, tensor } of ranges.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (start !== expected) {
      const how = start < expected ? 'overlaps another' : 'leaves a hole before it';
      throw invalidModel(name, `tensor ${JSON.stringify(tensor)} ${how} at byte ${start}`);
    }
    expected = end;
  }
  if (expected !== dataBytes) throw invalidModel(name, `${dataBytes} bytes of data, the tensors have ${expected}`);
}

function isKnown(dtype: string): dtype is DType {
  return Object.hasOwn(BYTES_PER_NUMBER, dtype);
}

const READERS: { readonly [dtype in DType]: (view: DataView, at: number) => number } = {
  F64: (view, at) => view.getFloat64(at, true),
  F32: (view, at) => view.getFloat32(at, true),
  F16: (view, at) => halfFloat(view.getUint16(at, true)),
  BF16: (view, at) => {
    widening.setUint32(0, view.getUint16(at, true) * 0x1_0000);
    return widening.getFloat32(0);
  },
  I64: (view, at) => Number(view.getBigInt64(at, true)),
  I32: (view, at) => view.getInt32(at, true),
  I16: (view, at) => view.getInt16(at, true),
  I8: (view, at) => view.getInt8(at),
  U8: (view, at) => view.getUint8(at),
};

const widening = new DataView(new ArrayBuffer(4));

/** IEEE 754 binary16. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
