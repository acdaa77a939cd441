/** What a text is embedded for: some models read a question otherwise than the passage that answers it. */
export type EmbeddingPurpose = 'passage' | 'query';

/** Turns texts into vectors. Implementations are deterministic for one `id`. */
export interface Embedder {
  /** Names model and version; vectors of different ids are never compared. */
  readonly id: string;
  /** Components per vector; 0 as long as only the first answer of a model elsewhere will tell. */
  readonly dimension: number;
  /**
   * One vector of unit length (or all zero, for a text without meaning) for each text, in order.
   *
   * @param purpose default `passage`
   * @throws SearchError EMBEDDER_…, if the embedder is one that can fail
   */
  embed(texts: readonly string[], purpose?: EmbeddingPurpose): Promise<readonly Float32Array[]>;
}

/**
 * A vector as segments store it: component i is `(codes[i] + residual / 3) * scale`. A negative scale says that there is
 * none yet.
 */
export interface QuantizedVector {
  readonly codes: Int8Array;
  /** −1, 0 or 1 for each component: four in a byte, the first lowest, each in two bits of two's complement. */
  readonly residuals: Uint8Array;
  readonly scale: number;
}
