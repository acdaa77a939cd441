import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { ListAnswer, ListRequest } from '../../search/index.js';
import type { IndexSession } from '../index-session.js';
import { wholeNumber } from '../whole-number.js';
import { answerWithinBudget } from './answer-budget.js';
import { originFields, originLine } from './answer-origin.js';
import { whyNothingIsThere } from './empty-answer.js';
import { asOfArgument, asOfRequest } from './generation-argument.js';
import { answerTool } from './tool-answer.js';
import { toolInput } from './tool-input.js';

const DESCRIPTION = `List the markdown documents of this project by path, with their titles.
Use it to see what documentation exists, or to find the exact path of a document; to find out what documents say, use query_documents instead.`;

const inputSchema = z.strictObject({
  pathPrefix: z.string().max(4000).optional().describe('Only documents whose path starts with this, e.g. "docs/"'),
  limit: wholeNumber({ least: 1, most: 500 }).default(100).describe('Most documents to return'),
  cursor: z.string().max(8000).optional().describe('nextCursor of an earlier answer, to go on from there'),
  as_of: asOfArgument,
});

const outputSchema = z.looseObject({
  ...originFields,
  total: z.number().describe('Documents with this path prefix, on all pages'),
  documents: z.array(z.looseObject({ path: z.string(), title: z.string(), sizeBytes: z.number(), chunks: z.number() })),
  nextCursor: z.string().optional().describe('Pass as cursor to get the next documents'),
});

/** Registers `list_documents`: every indexed document, page by page. */
export function registerListDocuments(server: McpServer, session: IndexSession): void {
  server.registerTool(
    'list_documents',
    {
      title: 'List documents',
      description: DESCRIPTION,
      inputSchema: toolInput(inputSchema),
      outputSchema,
      annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    },
    (input, context) =>
      answerTool({ session, context, input }, async (index, { pathPrefix, limit, cursor, as_of }) => {
        const request: ListRequest = {
          ...asOfRequest(as_of),
          ...(cursor === undefined ? {} : { cursor }),
          ...(pathPrefix === undefined ? {} : { pathPrefix }),
        };
        const { answer, text } = await answerWithinBudget(
          limit,
          (entries) => index.list({ ...request, limit: entries }),
          renderList,
        );
        const why = answer.total > 0 ? undefined : await whyNothingIsThere(index, request);
        return { structured: answer, text: why === undefined ? text : `${why}\n${text}` };
      }),
  );
}

function renderList(answer: ListAnswer): string {
  const lines = [`${answer.documents.length} of ${answer.total} documents`, ''];
  for (const document of answer.documents) lines.push(`${document.path} — ${document.title}`);
  if (answer.documents.length > 0) lines.push('');
  if (answer.nextCursor !== undefined) lines.push(`More documents: call again with cursor "${answer.nextCursor}".`);
  lines.push(originLine(answer));
  return lines.join('\n');
}
