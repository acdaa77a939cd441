import type { Embedder } from './embedder.js';
import { LocalEmbedder } from './local-embedder.js';
import type { OpenEmbedder } from './open-embedder.js';
import type { StaticModel } from './static/index.js';

/** How passages of a segment come to their vectors, in a form that can be told to another thread. */
export type ThreadEmbedding =
  | { readonly kind: 'local' }
  | { readonly kind: 'static'; readonly model: StaticModel }
  /** Known vectors are taken over, the others are made later: what embeds them may be slow, or fail. */
  | { readonly kind: 'later'; readonly id: string; readonly dimension: number };

const local = new LocalEmbedder();

/** @param embedder undefined while there is none that works */
export function threadEmbeddingOf(embedder: OpenEmbedder | undefined): ThreadEmbedding {
  return embedder?.threadEmbedding ?? { kind: 'later', id: embedder?.id ?? '', dimension: embedder?.dimension ?? 0 };
}

/** Id and dimension of its vectors. */
export function vectorKindOf(embedding: ThreadEmbedding): Pick<Embedder, 'id' | 'dimension'> {
  if (embedding.kind === 'local') return local;
  return embedding.kind === 'static' ? embedding.model : embedding;
}
