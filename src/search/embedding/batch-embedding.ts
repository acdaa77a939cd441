import type { Embedder } from './embedder.js';
import { LocalEmbedder } from './local-embedder.js';
import { staticEmbedderOf } from './static/index.js';
import type { ThreadEmbedding } from './thread-embedding.js';

/** What a segment's vectors are made with; without `embed` they are made later. */
export interface BatchEmbedding extends Pick<Embedder, 'id' | 'dimension'> {
  readonly embed?: Embedder['embed'];
}

const local = new LocalEmbedder();

/** What makes the vectors in the calling thread. */
export function batchEmbeddingOf(embedding: ThreadEmbedding): BatchEmbedding {
  if (embedding.kind === 'local') return local;
  return embedding.kind === 'static' ? staticEmbedderOf(embedding.model) : embedding;
}
