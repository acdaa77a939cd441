import type { QuantizedVector } from './embedder.js';

/**
 * A vector in one byte per component, each off by at most half of `scale`. The largest component becomes ±127; a zero
 * vector has scale 0.
 */
export function quantize(vector: Float32Array): QuantizedVector {
  let largest = 0;
  for (const component of vector) largest = Math.max(largest, Math.abs(component));
  const codes = new Int8Array(vector.length);
  if (!(largest > 0) || !Number.isFinite(largest)) return { codes, scale: 0 };
  const scale = Math.fround(largest / 127);
  for (let index = 0; index < vector.length; index++) {
    codes[index] = Math.max(-127, Math.min(127, Math.round((vector[index] ?? 0) / scale)));
  }
  return { codes, scale };
}

export function dequantize({ codes, scale }: QuantizedVector): Float32Array {
  return Float32Array.from(codes, (code) => code * scale);
}
