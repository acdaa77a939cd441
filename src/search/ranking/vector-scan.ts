import { quantize } from '../embedding/index.js';
import type { IndexView } from '../segment/index.js';
import { dotProducts } from './dot-products.js';
import type { ScoreBoard } from './score-board.js';

/** A query as an embedder sees it. */
export interface QueryVector {
  /** Vectors of other embedders in the index are passed over. */
  readonly embedderId: string;
  readonly values: Float32Array;
}

let products = new Int32Array(0);

/**
 * Writes the cosine of every live chunk's vector to the query's on the board: exact over the whole index, up to the
 * rounding of both to one byte a component. Chunks without a vector of this embedder get 0.
 */
export function scanVectors(view: IndexView, query: QueryVector, board: ScoreBoard): void {
  const { codes, scale } = quantize(query.values);
  for (const part of view.segments) {
    const { segment } = part;
    const { parts } = segment;
    const { similarity } = board;
    const isUsable = parts.embedderId === query.embedderId && parts.dimension === codes.length && codes.length > 0;
    if (!isUsable) {
      similarity.fill(0, part.chunkBase, part.chunkBase + segment.chunkCount);
      continue;
    }
    if (products.length < segment.chunkCount) products = new Int32Array(Math.ceil(segment.chunkCount * 1.25));
    const { stride, chunkCount: count } = segment;
    dotProducts({ stride, count, read: (first, target) => segment.readVectors(first, target) }, codes, products);
    const { scales } = parts;
    let best = board.bestSimilarity;
    for (let chunk = 0; chunk < segment.chunkCount; chunk++) {
      const cosine = (products[chunk] ?? 0) * ((scales[chunk] ?? 0) * scale);
      similarity[part.chunkBase + chunk] = cosine;
      if (cosine > best && (part.deadChunks === undefined || part.deadChunks[chunk] === 0)) best = cosine;
    }
    board.bestSimilarity = best;
  }
  board.hasSimilarity = true;
}
