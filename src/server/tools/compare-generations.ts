import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { ComparisonAnswer, DocumentChangeEntry } from '../../search/index.js';
import { byteSize } from '../byte-size.js';
import type { IndexSession } from '../index-session.js';
import { wholeNumber } from '../whole-number.js';
import { answerWithinBudget } from './answer-budget.js';
import { originFields, originLine } from './answer-origin.js';
import { generationName } from './generation-argument.js';
import { answerTool } from './tool-answer.js';
import { toolInput } from './tool-input.js';

const DESCRIPTION = `Show which markdown documents were added, changed, removed or renamed between two generations (saved states) of this project's index.
Use it to find out what changed since a time, a tag or a generation. To see what a document said before and after, call get_document with as_of for each of the two generations.`;

const inputSchema = z.strictObject({
  from: generationName.describe(
    'The earlier one: number of a generation, a tag, or a time as 2026-01-31T12:00Z (the generation that was newest then)',
  ),
  to: generationName.optional().describe('The later one, named likewise; default the newest'),
  limit: wholeNumber({ least: 1, most: 500 }).default(100).describe('Most changes to return'),
  cursor: z.string().max(8000).optional().describe('nextCursor of an earlier answer, to go on from there'),
});

const side = z.looseObject({ generation: z.number(), createdAt: z.string().describe('ISO 8601') });

const outputSchema = z.looseObject({
  ...originFields,
  from: side,
  to: side,
  counts: z
    .looseObject({
      added: z.number(),
      changed: z.number(),
      removed: z.number(),
      renamed: z.number(),
      unchanged: z.number(),
    })
    .describe('Documents, on all pages'),
  changes: z.array(
    z.looseObject({
      change: z.enum(['added', 'changed', 'removed', 'renamed']),
      path: z.string(),
      formerPath: z.string().optional().describe('Of a renamed document'),
      sizeBytes: z.number(),
      formerSizeBytes: z.number().optional().describe('Of a changed document'),
    }),
  ),
  nextCursor: z.string().optional().describe('Pass as cursor to get the next changes'),
});

/** Registers `compare_generations`: what differs between the documents of two generations. */
export function registerCompareGenerations(server: McpServer, session: IndexSession): void {
  server.registerTool(
    'compare_generations',
    {
      title: 'Compare index generations',
      description: DESCRIPTION,
      inputSchema: toolInput(inputSchema),
      outputSchema,
      annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    },
    (input, context) =>
      answerTool({ session, context, input }, async (index, { from, to, limit, cursor }) => {
        const request = {
          from: String(from),
          ...(to === undefined ? {} : { to: String(to) }),
          ...(cursor === undefined ? {} : { cursor }),
        };
        const { answer, text } = await answerWithinBudget(
          limit,
          (entries) => index.compare({ ...request, limit: entries }),
          renderComparison,
        );
        return { structured: answer, text };
      }),
  );
}

/** What differs as markdown, a line for each document. */
export function renderComparison(answer: ComparisonAnswer): string {
  const { from, to, counts, changes, nextCursor } = answer;
  const lines = [
    `generation ${from.generation} (${from.createdAt}) → ${to.generation} (${to.createdAt})`,
    `${counts.added} added, ${counts.changed} changed, ${counts.removed} removed, ${counts.renamed} renamed, ${counts.unchanged} unchanged`,
    '',
    ...changes.map(renderChange),
  ];
  if (changes.length > 0) lines.push('');
  if (nextCursor !== undefined) lines.push(`More changes: call again with cursor "${nextCursor}".`);
  lines.push(originLine(answer));
  return lines.join('\n');
}

function renderChange({ change, path, formerPath, sizeBytes, formerSizeBytes }: DocumentChangeEntry): string {
  if (formerPath !== undefined) return `${change}: ${formerPath} → ${path}`;
  const former = formerSizeBytes === undefined ? '' : `${byteSize(formerSizeBytes)} → `;
  return `${change}: ${path} (${former}${byteSize(sizeBytes)})`;
}
