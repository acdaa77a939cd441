import type { Embedder } from './embedder.js';
import { LocalEmbedder } from './local-embedder.js';
import { StaticEmbedder } from './static/static-embedder.js';
import type { StaticModel } from './static/static-model.js';

/** How passages of a segment come to their vectors, in a form that can be told to another thread. */
export type ThreadEmbedding =
  | { readonly kind: 'local' }
  | { readonly kind: 'static'; readonly model: StaticModel }
  /** Known vectors are taken over, the others are made later: what embeds them may be slow, or fail. */
  | { readonly kind: 'later'; readonly id: string; readonly dimension: number };

/** What a segment's vectors are made with; without `embed` they are made later. */
export interface BatchEmbedding extends Pick<Embedder, 'id' | 'dimension'> {
  readonly embed?: Embedder['embed'];
}

const local = new LocalEmbedder();
let lastStatic: StaticEmbedder | undefined;

/** @param embedder undefined while there is none that works */
export function threadEmbeddingOf(embedder: Embedder | undefined): ThreadEmbedding {
  if (embedder instanceof LocalEmbedder) return { kind: 'local' };
  if (embedder instanceof StaticEmbedder) {
    // In this thread it is ready already.
    lastStatic = embedder;
    return { kind: 'static', model: embedder.model };
  }
  return { kind: 'later', id: embedder?.id ?? '', dimension: embedder?.dimension ?? 0 };
}

/** Id and dimension of its vectors. */
export function vectorKindOf(embedding: ThreadEmbedding): Pick<Embedder, 'id' | 'dimension'> {
  if (embedding.kind === 'local') return local;
  return embedding.kind === 'static' ? embedding.model : embedding;
}

/** The same in the calling thread; a model is made ready once. */
export function batchEmbeddingOf(embedding: ThreadEmbedding): BatchEmbedding {
  if (embedding.kind === 'local') return local;
  if (embedding.kind === 'later') return embedding;
  if (lastStatic?.id !== embedding.model.id) lastStatic = new StaticEmbedder(embedding.model);
  return lastStatic;
}
