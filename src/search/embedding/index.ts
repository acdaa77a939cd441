export { type BatchEmbedding, batchEmbeddingOf } from './batch-embedding.js';
export type { Embedder, EmbeddingPurpose, QuantizedVector } from './embedder.js';
export { type EmbeddedPassage, embeddingText } from './embedding-text.js';
export { HttpEmbedder, type HttpEmbedderOptions } from './http/http-embedder.js';
export { LocalEmbedder } from './local-embedder.js';
export { type EmbedderKind, type EmbeddingOptions, type OpenEmbedder, openEmbedder } from './open-embedder.js';
export { dequantize, isMissing, missingVector, quantize, residualBytes, residualProduct } from './quantized-vector.js';
export { readStaticModel, StaticEmbedder, type StaticModel } from './static/index.js';
export {
  type ThreadEmbedding,
  threadEmbeddingOf,
  vectorKindOf,
} from './thread-embedding.js';
