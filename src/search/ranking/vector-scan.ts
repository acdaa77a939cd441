import { hasKind, type IndexView, type Segment } from '../segment/index.js';
import { type DotProducts, dotProductsOf } from './dot-products.js';
import { quantizeQuery } from './quantized-query.js';
import type { ScoreBoard } from './score-board.js';

/** A query as an embedder sees it. */
export interface QueryVector {
  /** Vectors of other embedders in the index are passed over. */
  readonly embedderId: string;
  readonly values: Float32Array;
}

const products = new WeakMap<Segment, DotProducts>();

/**
 * Writes the cosine of every live chunk's vector to the query's on the board: exact over the whole index, up to the
 * rounding of the vectors to one byte a component and of the query to two. Chunks without a vector of this embedder get
 * 0.
 *
 * @throws SearchError SEGMENT_DAMAGED if vectors cannot be read
 */
export function scanVectors(view: IndexView, query: QueryVector, board: ScoreBoard): void {
  const { codes, scale } = quantizeQuery(query.values);
  for (const part of view.segments) {
    const { segment } = part;
    const { parts } = segment;
    const { similarity } = board;
    const isUsable = codes.length > 0 && hasKind(segment, { id: query.embedderId, dimension: codes.length });
    if (!isUsable) {
      similarity.fill(0, part.chunkBase, part.chunkBase + segment.chunkCount);
      continue;
    }
    const found = productsOf(segment)(codes);
    const { scales } = parts;
    let best = board.bestSimilarity;
    for (let chunk = 0; chunk < segment.chunkCount; chunk++) {
      const cosine = (found[chunk] ?? 0) * ((scales[chunk] ?? 0) * scale);
      similarity[part.chunkBase + chunk] = cosine;
      if (cosine > best && (part.deadChunks === undefined || part.deadChunks[chunk] === 0)) best = cosine;
    }
    board.bestSimilarity = best;
  }
  board.hasSimilarity = true;
}

function productsOf(segment: Segment): DotProducts {
  const known = products.get(segment);
  if (known !== undefined) return known;
  const { stride, chunkCount: count } = segment;
  const made = dotProductsOf({ stride, count, read: (first, target) => segment.readVectors(first, target) });
  products.set(segment, made);
  return made;
}
