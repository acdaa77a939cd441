import type { QuantizedVector } from './embedder.js';

/**
 * A vector in one byte per component: the largest component becomes ±127, and `scale` is what fits the rounded ones best
 * (least squares), so that a vector's own rounding does not make it longer or shorter. A zero vector has scale 0.
 */
export function quantize(vector: Float32Array): QuantizedVector {
  let largest = 0;
  for (const component of vector) largest = Math.max(largest, Math.abs(component));
  const codes = new Int8Array(vector.length);
  if (!(largest > 0) || !Number.isFinite(largest)) return { codes, scale: 0 };
  const step = largest / 127;
  let fit = 0;
  let squares = 0;
  for (let index = 0; index < vector.length; index++) {
    const component = vector[index] ?? 0;
    const code = Math.max(-127, Math.min(127, Math.round(component / step)));
    codes[index] = code;
    fit += component * code;
    squares += code * code;
  }
  return { codes, scale: Math.fround(fit / squares) };
}

export function dequantize({ codes, scale }: QuantizedVector): Float32Array {
  return Float32Array.from(codes, (code) => code * scale);
}

/** Stands for the vector of a passage that was not embedded yet: like nothing, and made when there is time. */
export function missingVector(dimension: number): QuantizedVector {
  return { codes: new Int8Array(dimension), scale: -1 };
}

export function isMissing({ scale }: QuantizedVector): boolean {
  return scale < 0;
}
