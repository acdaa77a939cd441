/** Vectors that lie in clusters, as embeddings do, and the exact nearest ones. */

export const DIMENSION = 256;

/** A random direction, as a vector of unit length. */
export function randomDirection(random) {
  const vector = new Float32Array(DIMENSION);
  for (let component = 0; component < DIMENSION; component += 1) {
    // Four uniform numbers add up to nearly a normal one, without a function that platforms round differently.
    vector[component] = random() + random() + random() + random() - 2;
  }
  return normalized(vector);
}

/** A vector of unit length whose cosine to `vector` is about `cosine`. */
export function near(vector, cosine, random) {
  const other = randomDirection(random);
  const rest = Math.sqrt(1 - cosine * cosine);
  return normalized(vector.map((component, index) => component * cosine + other[index] * rest));
}

/** The numbers of the `count` vectors in the table that are nearest to `query`, best first, by float32 and brute force. */
export function nearest(table, query, count) {
  const best = [];
  for (let number = 0; number * DIMENSION < table.length; number += 1) {
    const cosine = dot(table, number * DIMENSION, query);
    if (best.length === count && cosine <= best[count - 1].cosine) continue;
    const place = best.findIndex((other) => other.cosine < cosine);
    best.splice(place === -1 ? best.length : place, 0, { number, cosine });
    if (best.length > count) best.pop();
  }
  return best.map(({ number }) => number);
}

function dot(table, start, query) {
  let sum = 0;
  for (let component = 0; component < DIMENSION; component += 1) sum += table[start + component] * query[component];
  return sum;
}

function normalized(vector) {
  const length = Math.sqrt(vector.reduce((sum, component) => sum + component * component, 0));
  return vector.map((component) => component / length);
}
