import type { QuantizedVector } from '../embedding/index.js';
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
  for (const [index, [, vector]] of usable.entries()) {
    scales[index] = vector.scale;
    codes.set(vector.codes, index * dimension);
  }
  return { hashes: usable.map(([hash]) => hash), dimension, scales, codes };
}

/** The inverse of `packVectors`. */
export function unpackVectors({
  hashes,
  dimension,
  scales,
  codes,
}: PackedVectors): ReadonlyMap<string, QuantizedVector> {
  return new Map(
    hashes.map((hash, index) => [
      hash,
      { codes: codes.subarray(index * dimension, (index + 1) * dimension), scale: scales[index] ?? 0 },
    ]),
  );
}
