import type { SearchRequest } from '../../search/index.js';
import type { IndexSession } from '../index-session.js';
import { answerWithinBudget } from '../tools/answer-budget.js';
import { renderResults } from '../tools/query-documents.js';

/** The passages that answer a search, as `query_documents` shows them, as many as fit. */
export async function foundPassages(
  session: IndexSession,
  { limit, ...request }: SearchRequest & { readonly limit: number },
): Promise<string> {
  return session.use(async (index) => {
    const search = (entries: number): ReturnType<typeof index.search> => index.search({ ...request, limit: entries });
    const { answer, text } = await answerWithinBudget(limit, search, renderResults);
    return answer.results.length === 0 ? `No passage was found.\n\n${text}` : text;
  });
}
