export type { Embedder, QuantizedVector } from './embedder.js';
export { type EmbeddedPassage, embeddingText } from './embedding-text.js';
export { LocalEmbedder } from './local-embedder.js';
export { dequantize, quantize } from './quantized-vector.js';
