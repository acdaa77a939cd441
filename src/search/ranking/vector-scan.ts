import { hasKind, type IndexView, type Segment, type ViewSegment } from '../segment/index.js';
import { type DotProducts, dotProductsOf } from './dot-products.js';
import { type QuantizedQuery, quantizeQuery } from './quantized-query.js';
import type { ScoreBoard } from './score-board.js';

/** A query as an embedder sees it. */
export interface QueryVector {
  /** Vectors of other embedders in the index are passed over. */
  readonly embedderId: string;
  readonly values: Float32Array;
}

const products = new WeakMap<Segment, DotProducts>();

/**
 * Writes the cosine of every live chunk's vector to the query's on the board, and which of them reach `minimumSimilarity`:
 * exact over the whole index, up to the rounding of the vectors to one byte a component and of the query to two. Chunks
 * without a vector of this embedder get 0.
 *
 * @throws SearchError SEGMENT_DAMAGED if vectors cannot be read
 */
export function scanVectors(view: IndexView, query: QueryVector, minimumSimilarity: number, board: ScoreBoard): void {
  const { codes, scale } = quantizeQuery(query.values);
  const kind = { id: query.embedderId, dimension: codes.length };
  for (const part of view.segments) {
    if (codes.length > 0 && hasKind(part.segment, kind)) scanSegment(part, { codes, scale, minimumSimilarity }, board);
    else board.similarity.fill(0, part.chunkBase, part.chunkBase + part.segment.chunkCount);
  }
  board.hasSimilarity = true;
}

function scanSegment(
  part: ViewSegment,
  query: QuantizedQuery & { readonly minimumSimilarity: number },
  board: ScoreBoard,
): void {
  const { scale, minimumSimilarity } = query;
  const { chunkBase, deadChunks, segment } = part;
  const { chunkCount } = segment;
  const found = productsOf(segment)(query.codes);
  const { scales } = segment.parts;
  const { similarity, similarChunks } = board;
  let { bestSimilarity, similarCount } = board;
  for (let chunk = 0; chunk < chunkCount; chunk++) {
    const cosine = (found[chunk] ?? 0) * ((scales[chunk] ?? 0) * scale);
    similarity[chunkBase + chunk] = cosine;
    if (cosine >= minimumSimilarity) similarChunks[similarCount++] = chunkBase + chunk;
    if (cosine > bestSimilarity && (deadChunks === undefined || deadChunks[chunk] === 0)) bestSimilarity = cosine;
  }
  board.bestSimilarity = bestSimilarity;
  board.similarCount = similarCount;
}

function productsOf(segment: Segment): DotProducts {
  const known = products.get(segment);
  if (known !== undefined) return known;
  const { stride, chunkCount: count } = segment;
  const made = dotProductsOf({ stride, count, read: (first, target) => segment.readVectors(first, target) });
  products.set(segment, made);
  return made;
}
