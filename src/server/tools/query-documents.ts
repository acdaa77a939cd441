import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { SearchAnswer, SearchRequest, SearchResult } from '../../search/index.js';
import { fileNote } from '../file-note.js';
import type { IndexSession } from '../index-session.js';
import { passageHeadings } from '../passage-headings.js';
import { wholeNumber } from '../whole-number.js';
import { answerWithinBudget } from './answer-budget.js';
import { fileNowField, firstPageGenerationField, firstPageLines, originFields, originLine } from './answer-origin.js';
import { whyNothingIsThere } from './empty-answer.js';
import { asOfArgument, asOfRequest } from './generation-argument.js';
import { answerTool } from './tool-answer.js';
import { toolInput } from './tool-input.js';

const DESCRIPTION = `Search this project's markdown documents and get the passages that answer a question, best first.
Use it whenever project documentation may hold the answer: it understands plain questions, keywords and code identifiers (whole, or their camelCase and snake_case parts), by keywords, meaning and links together.
Each result names path:startLine-endLine, with at most two passages of one document; read around a passage with get_document. If nothing fits, try other words before concluding that it is not documented.`;

const inputSchema = z.strictObject({
  query: z.string().trim().min(1).max(4000).describe('Question, keywords or identifiers to look for'),
  limit: wholeNumber({ least: 1, most: 50 }).default(10).describe('Most results to return'),
  cursor: z
    .string()
    .max(4000)
    .optional()
    .describe('nextCursor of an earlier answer to the same query, to go on from there'),
  pathPrefix: z
    .string()
    .max(4000)
    .optional()
    .describe('Only documents whose path starts with this, e.g. "docs/guides/"'),
  detail: z
    .enum(['brief', 'normal', 'full'])
    .default('normal')
    .describe('Of each passage: only where it is (brief), the lines that answer best (normal), or all of it (full)'),
  as_of: asOfArgument,
  explain: z.boolean().default(false).describe('True to be told what each score is made of'),
});

const outputSchema = z.looseObject({
  ...originFields,
  results: z.array(
    z.looseObject({
      path: z.string().describe('Path relative to the project root, with /'),
      title: z.string(),
      headingPath: z.array(z.string()).describe('Headings above and at the passage, outermost first'),
      startLine: z.number().describe('First line of the passage in the file, from 1'),
      endLine: z.number().describe('Last line of the passage, inclusive'),
      score: z.number(),
      snippet: z.string().describe('Empty if detail was brief'),
      matchedBy: z.array(z.enum(['keyword', 'vector', 'link'])),
      explanation: z
        .array(z.looseObject({ signal: z.string(), adds: z.number(), reason: z.string() }))
        .optional()
        .describe('Parts of the score, if explain was true'),
      fileNow: fileNowField,
    }),
  ),
  corrections: z
    .array(z.looseObject({ asked: z.string(), used: z.string() }))
    .optional()
    .describe('Words that stand in no document, and the similar ones that were looked for instead'),
  isByLikenessAlone: z
    .literal(true)
    .optional()
    .describe('Set if no document has a word of the question: all results are only like it, or linked to what is'),
  hasNoWords: z.literal(true).optional().describe('Set if the query holds no word to look for, only signs'),
  withoutVectors: z
    .looseObject({ code: z.string(), message: z.string(), remedy: z.string() })
    .optional()
    .describe('Set if likeness could not be told: why. The results are from keywords and links alone'),
  nextCursor: z.string().optional().describe('Pass as cursor to get the next results'),
  firstPageGeneration: firstPageGenerationField,
});

/** Registers `query_documents`: ranked passages for a question. */
export function registerQueryDocuments(server: McpServer, session: IndexSession): void {
  server.registerTool(
    'query_documents',
    {
      title: 'Search documents',
      description: DESCRIPTION,
      inputSchema: toolInput(inputSchema),
      outputSchema,
      annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    },
    (input, context) =>
      answerTool(
        { session, context, input },
        async (index, { query, limit, cursor, pathPrefix, explain, detail, as_of }) => {
          const request: SearchRequest = {
            query,
            explain,
            detail,
            ...asOfRequest(as_of),
            ...(cursor === undefined ? {} : { cursor }),
            ...(pathPrefix === undefined ? {} : { pathPrefix }),
          };
          const { answer, text } = await answerWithinBudget(
            limit,
            (entries) => index.search({ ...request, limit: entries }),
            renderResults,
          );
          if (answer.results.length > 0) return { structured: answer, text };
          const why = await whyNothingIsThere(index, request);
          const nothing = why ?? `No results for "${query}". ${adviceFor(answer)}`;
          return { structured: answer, text: `${nothing}\n\n${text}` };
        },
      ),
  );
}

function adviceFor({ hasNoWords }: SearchAnswer): string {
  return hasNoWords === true ? 'It has no word to look for: ask with words.' : 'Try fewer or other words.';
}

/** The results as markdown, and how to get more. */
export function renderResults(answer: SearchAnswer): string {
  const lines: string[] = [];
  if (answer.withoutVectors !== undefined) {
    const { code, message } = answer.withoutVectors;
    lines.push(`By keywords and links only: ${message} (${code}).`, '');
  }
  for (const { asked, used } of answer.corrections ?? []) {
    lines.push(`No document says "${asked}"; these results are for "${used}".`, '');
  }
  if (answer.isByLikenessAlone === true) {
    lines.push('No document has any of these words; what follows is only like them, or linked to what is.', '');
  }
  for (const [position, result] of answer.results.entries()) lines.push(...renderResult(position + 1, result), '');
  lines.push(...firstPageLines(answer.firstPageGeneration));
  if (answer.nextCursor !== undefined) lines.push(`More results: call again with cursor "${answer.nextCursor}".`);
  lines.push(originLine(answer));
  return lines.join('\n');
}

function renderResult(number: number, result: SearchResult): readonly string[] {
  const place = `${result.path}:${result.startLine}-${result.endLine}`;
  const snippet = result.snippet === '' ? [] : result.snippet.trim().split(/\r?\n/u);
  const explanation = (result.explanation ?? []).map(({ adds, reason }) => `   ${adds.toFixed(3)} ${reason}`);
  return [
    `${number}. ${place} — ${passageHeadings(result)} (${result.matchedBy.join(', ')})`,
    ...snippet.map((line) => `   ${line}`),
    ...(result.fileNow === undefined ? [] : [`   ${fileNote(result.fileNow)}`]),
    ...(explanation.length === 0 ? [] : [`   score ${result.score.toFixed(3)}:`, ...explanation]),
  ];
}
