import { residualProduct } from '../embedding/index.js';
import { hasKind, type IndexView, type Segment, type ViewSegment } from '../segment/index.js';
import { BestCandidates } from './best-candidates.js';
import { type QuantizedQuery, quantizeQuery } from './quantized-query.js';
import type { ScoreBoard } from './score-board.js';
import { type Comparison, comparisonOf } from './vector-table.js';

/** A query as an embedder sees it. */
export interface QueryVector {
  /** Vectors of other embedders in the index are passed over. */
  readonly embedderId: string;
  readonly values: Float32Array;
}

/** So many of the most similar are compared once more, with their residuals: some times what anybody asks for. */
const COMPARED_AGAIN = 64;

const comparisons = new WeakMap<Segment, Comparison>();

/**
 * Writes the cosine of every live chunk's vector to the query's on the board, and which of them reach `minimumSimilarity`:
 * exact over the whole index, up to the rounding of the vectors to one byte a component (to a third of that step for
 * the best of them) and of the query to two. Chunks without a vector of this embedder get 0.
 *
 * @throws SearchError SEGMENT_DAMAGED if vectors cannot be read
 */
export function scanVectors(view: IndexView, query: QueryVector, minimumSimilarity: number, board: ScoreBoard): void {
  const quantized = quantizeQuery(query.values);
  const dimension = quantized.codes.length;
  for (const part of view.segments) {
    if (dimension > 0 && hasKind(part.segment, { id: query.embedderId, dimension }))
      scanSegment(part, quantized, minimumSimilarity, board);
    else board.similarity.fill(0, part.chunkBase, part.chunkBase + part.segment.chunkCount);
  }
  compareBestAgain(view, quantized, minimumSimilarity, board);
  if (board.bestSimilarity === 0) board.bestSimilarity = bestOfAll(view, board);
  board.hasSimilarity = true;
}

function scanSegment(part: ViewSegment, query: QuantizedQuery, minimumSimilarity: number, board: ScoreBoard): void {
  const { chunkBase, segment } = part;
  const { cosines, near } = comparisonFor(segment)(query, minimumSimilarity);
  board.similarity.set(cosines, chunkBase);
  for (const chunk of near) board.similarChunks[board.similarCount++] = chunkBase + chunk;
}

/** What was similar enough stays so. The very best may change place with the next, but not with one far behind. */
function compareBestAgain(view: IndexView, query: QuantizedQuery, minimum: number, board: ScoreBoard): void {
  const { similarity } = board;
  const best = new BestCandidates(COMPARED_AGAIN, similarity, () => false);
  board.eachSimilar(view, (part, chunk) => {
    if (isLive(part, chunk - part.chunkBase)) best.offer(chunk);
  });
  const { least } = best;
  let residuals = new Uint8Array(0);
  board.eachSimilar(view, (part, chunk) => {
    const { chunkBase, segment } = part;
    const cosine = similarity[chunk] ?? 0;
    if (cosine < least || !isLive(part, chunk - chunkBase)) return;
    if (residuals.length !== segment.residualStride) residuals = new Uint8Array(segment.residualStride);
    segment.readResiduals(chunk - chunkBase, residuals);
    const scale = (segment.parts.scales[chunk - chunkBase] ?? 0) * query.scale;
    similarity[chunk] = Math.max(cosine + residualProduct(residuals, query.codes) * scale, minimum);
    board.bestSimilarity = Math.max(board.bestSimilarity, similarity[chunk] ?? 0);
  });
}

/** What nothing near can tell, where nothing is. */
function bestOfAll(view: IndexView, { similarity }: ScoreBoard): number {
  let best = 0;
  for (const part of view.segments) {
    const { chunkBase, segment } = part;
    for (let chunk = 0; chunk < segment.chunkCount; chunk++) {
      const cosine = similarity[chunkBase + chunk] ?? 0;
      if (cosine > best && isLive(part, chunk)) best = cosine;
    }
  }
  return best;
}

function isLive({ deadChunks }: ViewSegment, chunk: number): boolean {
  return deadChunks === undefined || deadChunks[chunk] === 0;
}

function comparisonFor(segment: Segment): Comparison {
  const known = comparisons.get(segment);
  if (known !== undefined) return known;
  const { stride, chunkCount: count } = segment;
  const { scales } = segment.parts;
  const made = comparisonOf({ stride, count, scales, read: (first, target) => segment.readVectors(first, target) });
  comparisons.set(segment, made);
  return made;
}
