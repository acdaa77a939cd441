export { StaticEmbedder, staticEmbedderOf } from './static-embedder.js';
export { readStaticModel, type StaticModel } from './static-model.js';
