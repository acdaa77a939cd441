import type { LinkGraph } from '../link-graph/index.js';

/** A result that links are followed from. */
export interface LinkSeed {
  readonly path: string;
  readonly score: number;
}

/**
 * What the best results link to: each passes on its score in equal parts to the documents that it links to, as in one
 * step of personalised PageRank (Haveliwala 2002). Answers shares from 0 to 1, the best being 1, by path.
 *
 * @param seeds best first; the order fixes the floating point sums
 */
export function followLinks(graph: LinkGraph, seeds: readonly LinkSeed[]): ReadonlyMap<string, number> {
  const received = new Map<string, number>();
  for (const { path, score } of seeds) {
    const targets = graph.linkedPaths(path);
    for (const target of targets) received.set(target, (received.get(target) ?? 0) + score / targets.size);
  }
  const most = Math.max(0, ...received.values());
  return new Map([...received].map(([path, score]) => [path, most > 0 ? score / most : 0]));
}
