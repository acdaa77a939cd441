import type { EmbedderKind, EmbeddingOptions } from '../embedding/index.js';
import { DEFAULT_RANKING, type RankingParameters } from '../ranking/index.js';

/**
 * What likeness counts with each embedder: `weight` as `SignalWeights.vector`, 0 to about 2, and from which cosine on a
 * passage is found by likeness alone. Those of `local` are measured (docs/search-quality.md); the others are a guess
 * from what is usual and are to be set by who has measured: docs/embedders.md.
 */
const BY_EMBEDDER: {
  readonly [kind in EmbedderKind]: { readonly weight: number; readonly minimumSimilarity: number };
} = {
  local: { weight: DEFAULT_RANKING.weights.vector, minimumSimilarity: DEFAULT_RANKING.minimumSimilarity },
  static: { weight: 0.5, minimumSimilarity: 0.4 },
  http: { weight: 0.8, minimumSimilarity: 0.5 },
  transformers: { weight: 0.8, minimumSimilarity: 0.5 },
};

/** How results are ranked with an embedder. */
export function embedderRanking({ embedder, weight, minimumSimilarity }: EmbeddingOptions): RankingParameters {
  const defaults = BY_EMBEDDER[embedder];
  return {
    ...DEFAULT_RANKING,
    weights: { ...DEFAULT_RANKING.weights, vector: weight ?? defaults.weight },
    minimumSimilarity: minimumSimilarity ?? defaults.minimumSimilarity,
  };
}
