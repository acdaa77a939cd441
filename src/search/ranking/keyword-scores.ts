import type { IndexView, ViewSegment } from '../segment/index.js';
import type { RankingParameters } from './ranking-options.js';
import type { ScoreBoard } from './score-board.js';
import { scoringOf } from './scoring.js';
import type { SegmentScores } from './segment-scores.js';
import { scoreTerm, type TermScores } from './term-scores.js';

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
  const scoring = scoringOf(view, ranking);
  for (const term of terms) {
    const scores = scoreTerm(view, term, scoring);
    board.added.push(scores);
    board.queryRarity += scores.passageRarity;
    board.queryDocumentRarity += scores.documentRarity;
    board.rarities.set(term, scores.passageRarity);
    for (const { part, scores: own } of scores.parts) {
      addPassages(part, own, scores.passageRarity, board);
      addDocuments(part, own, scores, board);
    }
  }
}

function addPassages(part: ViewSegment, scores: SegmentScores, rarity: number, board: ScoreBoard): void {
  const { chunkBase: base, deadChunks: dead } = part;
  const { chunks: ids, chunkScores } = scores;
  const list = { ids, scores: chunkScores, base, dead, rarity };
  board.bestPassage = addScores(list, board.passageScore, board.bestPassage);
  const { headingRarity } = board;
  for (const id of scores.headingChunks) headingRarity[base + id] = (headingRarity[base + id] ?? 0) + rarity;
}

function addDocuments(
  part: ViewSegment,
  scores: SegmentScores,
  { documentRarity }: TermScores,
  board: ScoreBoard,
): void {
  const { documentBase: base, deadDocuments: dead } = part;
  const { documents, documentScores, namedDocuments, nameScores } = scores;
  const shared = { base, dead, rarity: documentRarity };
  const whole = { ...shared, ids: documents, scores: documentScores };
  const named = { ...shared, ids: namedDocuments, scores: nameScores };
  board.bestDocument = addScores(whole, board.documentScore, board.bestDocument);
  board.bestName = addScores(named, board.nameScore, board.bestName);
  addRarities(whole, board.documentRarity);
}

/** Scores of some ids of a segment. */
interface ScoreList {
  readonly ids: Uint32Array;
  readonly scores: Float32Array;
  /** Added to each id. */
  readonly base: number;
  /** Marks ids to pass over; undefined if none. */
  readonly dead: Uint8Array | undefined;
  /** What a score is multiplied with. */
  readonly rarity: number;
}

/** Adds the scores to the sums of their ids; answers the best sum, `best` or one of these. */
function addScores({ ids, scores, base, dead, rarity }: ScoreList, sums: Float32Array, best: number): number {
  let most = best;
  for (let entry = 0; entry < ids.length; entry++) {
    const id = ids[entry] ?? 0;
    if (dead !== undefined && dead[id] !== 0) continue;
    const sum = (sums[base + id] ?? 0) + rarity * (scores[entry] ?? 0);
    sums[base + id] = sum;
    if (sum > most) most = sum;
  }
  return most;
}

function addRarities({ ids, base, dead, rarity }: ScoreList, sums: Float32Array): void {
  for (let entry = 0; entry < ids.length; entry++) {
    const id = ids[entry] ?? 0;
    if (dead === undefined || dead[id] === 0) sums[base + id] = (sums[base + id] ?? 0) + rarity;
  }
}
