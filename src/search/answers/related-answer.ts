import type { LoadedIndex } from '../indexing/segment-catalog.js';
import type { AnswerOrigin, RelatedAnswer, RelatedRequest } from '../requests.js';
import { notFound } from './document-answer.js';

/** INTERIM */
export function answerRelated({ view }: LoadedIndex, request: RelatedRequest): Omit<RelatedAnswer, keyof AnswerOrigin> {
  const location = view.find(request.path);
  if (location === undefined) throw notFound(request.path);
  return { path: request.path, title: '', links: [], backlinks: [], brokenLinks: [], similar: [] };
}
