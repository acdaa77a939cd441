import type { QuantizedVector } from './embedder.js';

const LARGEST_CODE = 127;
/** Residuals divide the step of the codes into so many. */
const PARTS = 3;
const RESIDUALS_IN_BYTE = 4;

/**
 * A vector in one byte per component, the code that all comparisons use, and two bits that say which third of the step
 * it is in, for the few that are compared once more. The largest component becomes ±127, and `scale` is what fits the
 * rounded ones best (least squares), so that a vector's own rounding does not make it longer or shorter. A zero vector
 * has scale 0.
 */
export function quantize(vector: Float32Array): QuantizedVector {
  let largest = 0;
  for (const component of vector) largest = Math.max(largest, Math.abs(component));
  const codes = new Int8Array(vector.length);
  const residuals = new Uint8Array(residualBytes(vector.length));
  if (!(largest > 0) || !Number.isFinite(largest)) return { codes, residuals, scale: 0 };
  const step = largest / (PARTS * LARGEST_CODE);
  let fit = 0;
  let squares = 0;
  for (let index = 0; index < vector.length; index++) {
    const component = vector[index] ?? 0;
    const parts = Math.round(component / step);
    const code = Math.round(parts / PARTS);
    codes[index] = code;
    setResidual(residuals, index, parts - PARTS * code);
    fit += component * parts;
    squares += parts * parts;
  }
  return { codes, residuals, scale: Math.fround((PARTS * fit) / squares) };
}

export function dequantize({ codes, residuals, scale }: QuantizedVector): Float32Array {
  const vector = new Float32Array(codes.length);
  for (let index = 0; index < codes.length; index++) {
    vector[index] = ((codes[index] ?? 0) + residualAt(residuals, index) / PARTS) * scale;
  }
  return vector;
}

/** What the residuals of a vector add to its dot product with `query`, in units of the codes. */
export function residualProduct(residuals: Uint8Array, query: Int16Array): number {
  let sum = 0;
  for (let index = 0; index < query.length; index++) sum += residualAt(residuals, index) * (query[index] ?? 0);
  return sum / PARTS;
}

/** Bytes that the residuals of so many components take. */
export function residualBytes(dimension: number): number {
  return Math.ceil(dimension / RESIDUALS_IN_BYTE);
}

/** Stands for the vector of a passage that was not embedded yet: like nothing, and made when there is time. */
export function missingVector(dimension: number): QuantizedVector {
  return { codes: new Int8Array(dimension), residuals: new Uint8Array(residualBytes(dimension)), scale: -1 };
}

export function isMissing({ scale }: QuantizedVector): boolean {
  return scale < 0;
}

function setResidual(residuals: Uint8Array, index: number, residual: number): void {
  const byte = index >>> 2;
  residuals[byte] = (residuals[byte] ?? 0) | ((residual & 3) << (2 * (index & 3)));
}

/** Two bits, moved up to the sign and down again. */
function residualAt(residuals: Uint8Array, index: number): number {
  return ((residuals[index >>> 2] ?? 0) << (30 - 2 * (index & 3))) >> 30;
}
