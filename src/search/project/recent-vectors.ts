/** The vectors of the questions asked last: an assistant pages, narrows and repeats. */
export class RecentVectors {
  readonly #capacity: number;
  readonly #vectors = new Map<string, Float32Array>();

  /** @param capacity questions that are remembered */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  find(query: string): Float32Array | undefined {
    const vector = this.#vectors.get(query);
    if (vector === undefined) return undefined;
    // Now the last to be forgotten.
    this.#vectors.delete(query);
    this.#vectors.set(query, vector);
    return vector;
  }

  remember(query: string, vector: Float32Array): void {
    this.#vectors.set(query, vector);
    const [oldest] = this.#vectors.keys();
    if (this.#vectors.size > this.#capacity && oldest !== undefined) this.#vectors.delete(oldest);
  }
}
