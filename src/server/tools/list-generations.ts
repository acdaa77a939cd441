import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { AnswerOrigin, GenerationSummary, HistoryAnswer } from '../../search/index.js';
import type { IndexSession } from '../index-session.js';
import { wholeNumber } from '../whole-number.js';
import { answerWithinBudget } from './answer-budget.js';
import { originFields, originLine } from './answer-origin.js';
import { answerTool } from './tool-answer.js';
import { toolInput } from './tool-input.js';

/** Most tagged generations beyond the limit in one answer. */
const OLDER_TAGGED_SHOWN = 50;

const DESCRIPTION = `List the generations (saved states) of this project's document index, newest first, with who wrote each one, when and what changed.
Use it to see what changed recently in the documents, or to choose a generation for as_of, compare_generations or rollback_index.`;

const inputSchema = z.strictObject({
  limit: wholeNumber({ least: 1, most: 1000 }).default(50).describe('Most generations to return'),
  cursor: z.string().max(8000).optional().describe('nextCursor of an earlier answer, to go on from there'),
});

const outputSchema = z.looseObject({
  ...originFields,
  generations: z.array(
    z.looseObject({
      generation: z.number(),
      parent: z.number().nullable(),
      createdAt: z.string().describe('ISO 8601'),
      writer: z.string(),
      operation: z.string(),
      reason: z.string(),
      rolledBackTo: z.number().optional().describe('Of a rollback: the generation whose content it restored'),
      added: z.number().nullable().describe('Documents, over its parent; null if that cannot be told any more'),
      changed: z.number().nullable(),
      removed: z.number().nullable(),
      sizeBytes: z.number(),
      ownSizeBytes: z.number().describe('Bytes that it wrote itself; the rest it shares with earlier generations'),
      tags: z.array(z.string()),
    }),
  ),
  olderTagged: z
    .array(z.looseObject({ generation: z.number(), tags: z.array(z.string()) }))
    .describe('Tagged generations that are older than those above'),
  nextCursor: z.string().optional().describe('Pass as cursor to get older generations'),
});

type Generations = AnswerOrigin & HistoryAnswer;

/** Registers `list_generations`: the history of the index. */
export function registerListGenerations(server: McpServer, session: IndexSession): void {
  server.registerTool(
    'list_generations',
    {
      title: 'List index generations',
      description: DESCRIPTION,
      inputSchema: toolInput(inputSchema),
      outputSchema,
      annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    },
    (input, context) =>
      answerTool({ session, context, input }, async (index, { limit, cursor }) => {
        const ask = async (entries: number): Promise<Generations> => {
          const { olderTagged, ...history } = await index.history({
            limit: entries,
            ...(cursor === undefined ? {} : { cursor }),
          });
          // A page that was too long has fewer of both.
          const olderShown = olderTagged.slice(0, entries < limit ? entries : OLDER_TAGGED_SHOWN);
          // History alone does not say whether the index is stale; the cheapest answer that does is a list of one.
          const { generation, stale, indexing } = await index.list({ limit: 1 });
          return { generation, stale, indexing, ...history, olderTagged: olderShown };
        };
        const { answer, text } = await answerWithinBudget(limit, ask, renderGenerations);
        return { structured: answer, text };
      }),
  );
}

function renderGenerations(answer: Generations): string {
  const lines = answer.generations.map(renderGeneration);
  if (lines.length === 0) lines.push('No generation yet: nothing has been indexed.');
  if (answer.olderTagged.length > 0) {
    const older = answer.olderTagged.map(({ generation, tags }) => `${generation} [${tags.join(', ')}]`);
    lines.push(`Older generations that are tagged: ${older.join(', ')}`);
  }
  if (answer.nextCursor !== undefined) lines.push(`Older ones: call again with cursor "${answer.nextCursor}".`);
  return [...lines, originLine(answer)].join('\n');
}

function renderGeneration(entry: GenerationSummary): string {
  const { generation, tags, createdAt, operation, rolledBackTo, writer, added, changed, removed, reason } = entry;
  const names = tags.length === 0 ? '' : ` [${tags.join(', ')}]`;
  const what = rolledBackTo === undefined ? operation : `${operation} to ${rolledBackTo}`;
  // What indexing says of itself is in the counts.
  const why = operation === 'index' || reason === '' ? '' : ` (${reason})`;
  const counts = added === null ? 'changes unknown' : `+${added} ~${changed} -${removed}`;
  return `${generation}${names} — ${createdAt} ${what} by ${writer}: ${counts}${why}`;
}
