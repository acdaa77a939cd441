import { type QuantizedVector, residualBytes } from '../embedding/index.js';
import type { PackedVectors } from './worker-protocol.js';

/**
 * Vectors side by side, for the way to another thread.
 *
 * @param wanted the dimension of those to take; 0 is that of the first
 */
export function packVectors(vectors: ReadonlyMap<string, QuantizedVector>, wanted: number): PackedVectors {
  const [first] = vectors.values();
  const dimension = wanted === 0 ? (first?.codes.length ?? 0) : wanted;
  const usable = [...vectors].filter(([, vector]) => vector.codes.length === dimension);
  const scales = new Float32Array(usable.length);
  const codes = new Int8Array(usable.length * dimension);
  const residuals = new Uint8Array(usable.length * residualBytes(dimension));
  for (const [index, [, vector]] of usable.entries()) {
    scales[index] = vector.scale;
    codes.set(vector.codes, index * dimension);
    residuals.set(vector.residuals, index * residualBytes(dimension));
  }
  return { hashes: usable.map(([hash]) => hash), dimension, scales, codes, residuals };
}

/** The inverse of `packVectors`. */
export function unpackVectors({
  hashes,
  dimension,
  scales,
  codes,
  residuals,
}: PackedVectors): ReadonlyMap<string, QuantizedVector> {
  const bytes = residualBytes(dimension);
  return new Map(
    hashes.map((hash, index) => [
      hash,
      {
        codes: codes.subarray(index * dimension, (index + 1) * dimension),
        residuals: residuals.subarray(index * bytes, (index + 1) * bytes),
        scale: scales[index] ?? 0,
      },
    ]),
  );
}
