/** A query in two bytes a component, each off by at most half of `scale`. */
export interface QuantizedQuery {
  readonly codes: Int16Array;
  readonly scale: number;
}

const LARGEST_CODE = 32_767;
const LARGEST_VECTOR_CODE = 127;
const LARGEST_SUM = 2 ** 31 - 1;

/**
 * Rounds a query so finely that its dot product with any vector of one byte a component still fits 32 bits. One byte
 * would do for the order of most results; two cost nothing, because that is what the processor multiplies.
 */
export function quantizeQuery(values: Float32Array): QuantizedQuery {
  let largest = 0;
  let sum = 0;
  for (const value of values) {
    largest = Math.max(largest, Math.abs(value));
    sum += Math.abs(value);
  }
  const codes = new Int16Array(values.length);
  if (!(largest > 0) || !Number.isFinite(sum)) return { codes, scale: 0 };
  // Rounding moves each component by half a code at most.
  const room = LARGEST_SUM / LARGEST_VECTOR_CODE - values.length / 2;
  const scale = Math.max(largest / LARGEST_CODE, sum / Math.max(1, room));
  for (let index = 0; index < values.length; index++) codes[index] = Math.round((values[index] ?? 0) / scale);
  return { codes, scale };
}
