/** Turns passages into vectors. Implementations are deterministic for one `id`. */
export interface Embedder {
  /** Names model and version; vectors of different ids are never compared. */
  readonly id: string;
  /** Components per vector. */
  readonly dimension: number;
  /** One vector of unit length (or all zero, for a text without a single term) for each text, in order. */
  embed(texts: readonly string[]): Promise<readonly Float32Array[]>;
}

/** A vector as segments store it: component i is `codes[i] * scale`. */
export interface QuantizedVector {
  readonly codes: Int8Array;
  readonly scale: number;
}
