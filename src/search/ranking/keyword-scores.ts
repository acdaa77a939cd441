import type { IndexView } from '../segment/index.js';
import type { RankingParameters } from './ranking-options.js';
import type { ScoreBoard } from './score-board.js';
import { termScoresOf } from './term-score-cache.js';
import type { TermScores } from './term-scores.js';

/**
 * Adds what each term contributes to the board, in the order of the terms, so that equal scores are equal to the last
 * bit.
 *
 * @throws SearchError SEGMENT_DAMAGED
 */
export function scoreKeywords(
  view: IndexView,
  terms: readonly string[],
  ranking: RankingParameters,
  board: ScoreBoard,
): void {
  const cache = termScoresOf(view, ranking);
  for (const term of terms) {
    const scores = cache.scores(term);
    board.added.push(scores);
    board.queryRarity += scores.passageRarity;
    board.queryDocumentRarity += scores.documentRarity;
    board.rarities.set(term, scores.passageRarity);
    board.bestPassage = addScores(scores.chunks, scores.chunkScores, board.passageScore, board.bestPassage);
    board.bestDocument = addScores(scores.documents, scores.documentScores, board.documentScore, board.bestDocument);
    board.bestName = addScores(scores.namedDocuments, scores.nameScores, board.nameScore, board.bestName);
    addRarities(scores, board);
  }
}

/** Adds the scores to the sums of their ids; answers the best sum, `best` or one of these. */
function addScores(ids: Uint32Array, scores: Float32Array, sums: Float32Array, best: number): number {
  let most = best;
  for (let entry = 0; entry < ids.length; entry++) {
    const id = ids[entry] ?? 0;
    const sum = (sums[id] ?? 0) + (scores[entry] ?? 0);
    sums[id] = sum;
    if (sum > most) most = sum;
  }
  return most;
}

function addRarities(scores: TermScores, { documentRarity, headingRarity }: ScoreBoard): void {
  for (const id of scores.documents) documentRarity[id] = (documentRarity[id] ?? 0) + scores.documentRarity;
  for (const id of scores.headingChunks) headingRarity[id] = (headingRarity[id] ?? 0) + scores.passageRarity;
}
