import { isWeakTerm } from '../analysis/index.js';
import type { FieldLengths, IndexView, ViewSegment } from '../segment/index.js';
import { termRarity, termScore, weighedFrequency } from './bm25f.js';
import type { RankingParameters } from './ranking-options.js';
import type { ScoreBoard } from './score-board.js';
import { type SegmentRun, TermPostings } from './term-postings.js';

const postings = new TermPostings();

/**
 * Adds what each term contributes to the board. Counts, lengths and numbers of live documents are integers over the
 * whole view and sums run in the order of the terms, so scores do not depend on how documents lie in segments.
 *
 * @throws SearchError SEGMENT_DAMAGED
 */
export function scoreKeywords(
  view: IndexView,
  terms: readonly string[],
  parameters: RankingParameters,
  board: ScoreBoard,
): void {
  const averages = {
    passage: averageLengths(view, view.chunkCount),
    document: averageLengths(view, view.documentCount),
  };
  const { burstiness, weakWord } = parameters.term;
  for (const term of terms) {
    postings.read(view, term);
    const worth = (isWeakTerm(term) ? weakWord : 1) * postings.occurrencesPerDocument() ** burstiness;
    const passageRarity = worth * termRarity(postings.chunks.length, view.chunkCount);
    const documentRarity = worth * termRarity(postings.documents.length, view.documentCount);
    board.queryRarity += passageRarity;
    board.queryDocumentRarity += documentRarity;
    board.rarities.set(term, passageRarity);
    for (const run of postings.runs) {
      const part = view.segments[run.segment];
      if (part === undefined) continue;
      scorePassages(part, run, { parameters, average: averages.passage, rarity: passageRarity }, board);
      scoreDocuments(part, run, { parameters, average: averages.document, rarity: documentRarity }, board);
    }
  }
}

interface TermContext {
  readonly parameters: RankingParameters;
  readonly average: FieldLengths;
  readonly rarity: number;
}

function scorePassages(part: ViewSegment, run: SegmentRun, context: TermContext, board: ScoreBoard): void {
  const { heading, body, code, saturation } = context.parameters.passage;
  const { average, rarity } = context;
  const { headingLength, bodyLength, codeLength } = part.segment.parts.chunks;
  const { ids, first, second, third } = postings.chunks;
  const { passageScore, headingRarity } = board;
  let best = board.bestPassage;
  for (let entry = run.chunkStart; entry < run.chunkEnd; entry++) {
    const id = ids[entry] ?? 0;
    const chunk = id - part.chunkBase;
    const headingCount = first[entry] ?? 0;
    const frequency =
      weighedFrequency(headingCount, heading, headingLength[chunk] ?? 0, average.heading) +
      weighedFrequency(second[entry] ?? 0, body, bodyLength[chunk] ?? 0, average.body) +
      weighedFrequency(third[entry] ?? 0, code, codeLength[chunk] ?? 0, average.code);
    const score = (passageScore[id] ?? 0) + termScore(frequency, rarity, saturation);
    passageScore[id] = score;
    if (score > best) best = score;
    if (headingCount > 0) headingRarity[id] = (headingRarity[id] ?? 0) + rarity;
  }
  board.bestPassage = best;
}

function scoreDocuments(part: ViewSegment, run: SegmentRun, context: TermContext, board: ScoreBoard): void {
  const { document: parameters, name } = context.parameters;
  const { average, rarity } = context;
  const lengths = part.segment.parts.documents;
  const { ids, first, second, third } = postings.documents;
  const { sums } = postings;
  const { documentScore, nameScore, documentRarity } = board;
  let best = board.bestDocument;
  for (let entry = run.documentStart; entry < run.documentEnd; entry++) {
    const id = ids[entry] ?? 0;
    const document = id - part.documentBase;
    const titleCount = first[entry] ?? 0;
    const pathCount = second[entry] ?? 0;
    const keywordCount = third[entry] ?? 0;
    let frequency =
      weighedFrequency(
        sums.first[entry] ?? 0,
        parameters.heading,
        lengths.headingLength[document] ?? 0,
        average.heading,
      ) +
      weighedFrequency(sums.second[entry] ?? 0, parameters.body, lengths.bodyLength[document] ?? 0, average.body) +
      weighedFrequency(sums.third[entry] ?? 0, parameters.code, lengths.codeLength[document] ?? 0, average.code);
    board.findDocument(id);
    if (titleCount + pathCount + keywordCount > 0) {
      const titleLength = lengths.titleLength[document] ?? 0;
      const pathLength = lengths.pathLength[document] ?? 0;
      const keywordLength = lengths.keywordLength[document] ?? 0;
      frequency +=
        weighedFrequency(titleCount, parameters.title, titleLength, average.title) +
        weighedFrequency(pathCount, parameters.path, pathLength, average.path) +
        weighedFrequency(keywordCount, parameters.keywords, keywordLength, average.keywords);
      const named =
        weighedFrequency(titleCount, name.title, titleLength, average.title) +
        weighedFrequency(pathCount, name.path, pathLength, average.path) +
        weighedFrequency(keywordCount, name.keywords, keywordLength, average.keywords);
      const score = (nameScore[id] ?? 0) + termScore(named, rarity, name.saturation);
      nameScore[id] = score;
      board.bestName = Math.max(board.bestName, score);
    }
    const score = (documentScore[id] ?? 0) + termScore(frequency, rarity, parameters.saturation);
    documentScore[id] = score;
    documentRarity[id] = (documentRarity[id] ?? 0) + rarity;
    if (score > best) best = score;
  }
  board.bestDocument = best;
}

function averageLengths(view: IndexView, count: number): FieldLengths {
  const { title, path, keywords, heading, body, code } = view.lengths;
  const share = (sum: number): number => (count === 0 ? 0 : sum / count);
  return {
    title: share(title),
    path: share(path),
    keywords: share(keywords),
    heading: share(heading),
    body: share(body),
    code: share(code),
  };
}
