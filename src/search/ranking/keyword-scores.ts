import type { AnalysedQuery } from '../analysis/index.js';
import type { IndexView, ViewSegment } from '../segment/index.js';
import type { RankingParameters } from './ranking-options.js';
import type { ScoreBoard } from './score-board.js';
import { scoringOf } from './scoring.js';
import type { SegmentScores } from './segment-scores.js';
import { scoreTerm } from './term-scores.js';

/**
 * Adds what each term contributes to the board, in the order of the terms, so that equal scores are equal to the last
 * bit.
 *
 * @throws SearchError SEGMENT_DAMAGED
 */
export function scoreKeywords(
  view: IndexView,
  query: AnalysedQuery,
  ranking: RankingParameters,
  board: ScoreBoard,
): void {
  const scoring = scoringOf(view, ranking);
  const { functionWord, identifierPart } = ranking.term;
  for (const term of query.terms) {
    const share = isPartOfFound(query, term, board) ? identifierPart : 1;
    const worth = query.functionTerms.has(term) ? functionWord : share;
    const scores = scoreTerm(view, term, worth, scoring);
    board.added.push(scores);
    board.queryRarity += scores.passageRarity;
    board.queryDocumentRarity += scores.documentRarity;
    board.asked.set(term, { rarity: scores.passageRarity, share, isFound: scores.documentCount > 0 });
    for (const { part, scores: own } of scores.parts) {
      addPassages(part, own, scores.passageRarity, board);
      addDocuments(part, own, scores.documentRarity, board);
    }
  }
}

/** True if the term only stands for identifiers that documents have as they are; those come before their parts. */
function isPartOfFound({ identifierParts }: AnalysedQuery, term: string, board: ScoreBoard): boolean {
  return identifierParts.get(term)?.every((identifier) => board.asked.get(identifier)?.isFound === true) === true;
}

function addPassages(part: ViewSegment, scores: SegmentScores, rarity: number, board: ScoreBoard): void {
  // The sums of the segment alone, so that its ids are their places.
  const own = board.passageScore.subarray(part.chunkBase);
  const passages = { ids: scores.chunks, scores: scores.chunkScores, dead: part.deadChunks, rarity };
  board.bestPassage = addScores(passages, own, board.bestPassage);
  const ownHeadings = board.headingRarity.subarray(part.chunkBase);
  for (const id of scores.headingChunks) ownHeadings[id] = (ownHeadings[id] ?? 0) + rarity;
}

function addDocuments(part: ViewSegment, scores: SegmentScores, rarity: number, board: ScoreBoard): void {
  const { documentBase, deadDocuments: dead } = part;
  const { documents, documentScores, namedDocuments, nameScores } = scores;
  const whole = { ids: documents, scores: documentScores, dead, rarity };
  const named = { ids: namedDocuments, scores: nameScores, dead, rarity };
  board.bestDocument = addScores(whole, board.documentScore.subarray(documentBase), board.bestDocument);
  board.bestName = addScores(named, board.nameScore.subarray(documentBase), board.bestName);
  addRarities(whole, board.documentRarity.subarray(documentBase));
}

/** Scores of some ids of a segment. */
interface ScoreList {
  readonly ids: Uint32Array;
  readonly scores: Float32Array;
  /** Marks ids to pass over; undefined if none. */
  readonly dead: Uint8Array | undefined;
  /** What a score is multiplied with. */
  readonly rarity: number;
}

/** Adds the scores to the sums of their ids; answers the best sum, `best` or one of these. */
function addScores({ ids, scores, dead, rarity }: ScoreList, sums: Float32Array, best: number): number {
  let most = best;
  for (let entry = 0; entry < ids.length; entry++) {
    const id = ids[entry] ?? 0;
    if (dead !== undefined && dead[id] !== 0) continue;
    // As it is kept: the best has to be equal to one of the sums.
    const sum = Math.fround((sums[id] ?? 0) + rarity * (scores[entry] ?? 0));
    sums[id] = sum;
    if (sum > most) most = sum;
  }
  return most;
}

function addRarities({ ids, dead, rarity }: ScoreList, sums: Float32Array): void {
  for (let entry = 0; entry < ids.length; entry++) {
    const id = ids[entry] ?? 0;
    if (dead === undefined || dead[id] === 0) sums[id] = (sums[id] ?? 0) + rarity;
  }
}
