/** Vectors of one byte a component, side by side. */
export interface VectorTable {
  readonly codes: Int8Array;
  /** Components per vector, a multiple of 16; those behind the query's length do not count. */
  readonly stride: number;
  readonly count: number;
}

/** Writes the dot product of each vector with the query to `products`. Exact: whole numbers in 32 bits. */
export function dotProducts(table: VectorTable, query: Int8Array, products: Int32Array): void {
  const { codes, stride, count } = table;
  const padded = new Int8Array(stride);
  padded.set(query);
  for (let vector = 0; vector < count; vector++) {
    const base = vector * stride;
    let sum = 0;
    for (let component = 0; component < stride; component++) {
      sum += (codes[base + component] ?? 0) * (padded[component] ?? 0);
    }
    products[vector] = sum;
  }
}
