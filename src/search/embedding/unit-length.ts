/** The vector with the length 1; all zero if it has none, or none that a number can tell. */
export function toUnitLength(vector: Float64Array | Float32Array): Float32Array {
  let square = 0;
  for (const component of vector) square += component * component;
  const unit = new Float32Array(vector.length);
  if (square === 0 || !Number.isFinite(square)) return unit;
  const length = Math.sqrt(square);
  for (let index = 0; index < vector.length; index++) unit[index] = (vector[index] ?? 0) / length;
  return unit;
}
