import type { ViewSegment } from '../segment/index.js';
import type { SegmentScores } from './segment-scores.js';

/** What of a term's scores in a segment belongs to documents that nothing hides. */
export interface LiveScores {
  readonly chunkCount: number;
  readonly documentCount: number;
  /** How often the documents have the term in headings, text and code. */
  readonly occurrences: number;
  readonly hasHeadings: boolean;
  /** The best of each kind of score; 0 where there is none. */
  readonly most: { readonly passage: number; readonly document: number; readonly name: number };
}

/** Sums up the scores of a term in a segment of a view. */
export function liveScores(scores: SegmentScores, { deadChunks, deadDocuments }: ViewSegment): LiveScores {
  const { chunks, chunkScores, headingChunks, documents, documentScores, namedDocuments, nameScores } = scores;
  const passages = liveBest(chunks, chunkScores, deadChunks);
  const whole = liveBest(documents, documentScores, deadDocuments);
  return {
    chunkCount: passages.count,
    documentCount: whole.count,
    occurrences: liveOccurrences(scores, deadDocuments),
    hasHeadings: deadChunks === undefined ? headingChunks.length > 0 : headingChunks.some((id) => deadChunks[id] === 0),
    most: {
      passage: passages.most,
      document: whole.most,
      name: liveBest(namedDocuments, nameScores, deadDocuments).most,
    },
  };
}

/** How many of the ids are alive, and the best of their scores. */
function liveBest(
  ids: Uint32Array,
  scores: Float32Array,
  dead: Uint8Array | undefined,
): { readonly count: number; readonly most: number } {
  let count = 0;
  let most = 0;
  for (let entry = 0; entry < ids.length; entry++) {
    if (dead !== undefined && dead[ids[entry] ?? 0] !== 0) continue;
    count++;
    const score = scores[entry] ?? 0;
    if (score > most) most = score;
  }
  return { count, most };
}

function liveOccurrences({ documents, occurrences }: SegmentScores, dead: Uint8Array | undefined): number {
  let sum = 0;
  for (let entry = 0; entry < documents.length; entry++) {
    if (dead === undefined || dead[documents[entry] ?? 0] === 0) sum += occurrences[entry] ?? 0;
  }
  return sum;
}
