import type { Candidates, ScoredPassage } from './candidates.js';
import type { RankingParameters } from './ranking-options.js';
import { NO_CHUNK } from './signal-mix.js';

/** Documents looked at beyond those asked for, because some of their passages may say the same as better ones. */
const SPARE_DOCUMENTS = 16;

/** The best `count` passages of the candidates, in order. */
export function selectPassages(
  candidates: Candidates,
  ranking: RankingParameters,
  count: number,
): readonly ScoredPassage[] {
  if (count <= 0) return [];
  for (let capacity = count + SPARE_DOCUMENTS; ; capacity *= 2) {
    const { documents, isAll } = candidates.bestDocuments(capacity);
    const best = documents.map((document) => candidates.best(document)).sort(candidates.compare);
    // No document that was left out comes before the last of these: its passages rank at best where its best one does.
    const last = isAll ? undefined : best.at(-1);
    const others = best.flatMap((passage) => candidates.otherPassages(passage, last));
    const passages = others.length === 0 ? best : [...best, ...others].sort(candidates.compare);
    const chosen = firstOfEach(candidates, passages, ranking, count);
    if (chosen.length === count || isAll) return chosen;
  }
}

/** Leaves out what a document has too many of, and what a better passage already says. */
function firstOfEach(
  candidates: Candidates,
  passages: readonly ScoredPassage[],
  ranking: RankingParameters,
  count: number,
): readonly ScoredPassage[] {
  const chosen: ScoredPassage[] = [];
  const perDocument = new Map<number, number>();
  const said = new Set<string>();
  for (const passage of passages) {
    if (chosen.length === count) break;
    const taken = perDocument.get(passage.document) ?? 0;
    if (taken >= ranking.passagesPerDocument) continue;
    const hash = ranking.collapseEqualPassages ? hashOf(candidates, passage) : undefined;
    if (hash !== undefined && said.has(hash)) continue;
    if (hash !== undefined) said.add(hash);
    perDocument.set(passage.document, taken + 1);
    chosen.push(passage);
  }
  return chosen;
}

function hashOf(candidates: Candidates, passage: ScoredPassage): string | undefined {
  if (passage.chunk === NO_CHUNK) return undefined;
  const part = candidates.part(passage.document);
  return part.segment.chunkHash(passage.chunk - part.chunkBase);
}
