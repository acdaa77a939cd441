import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { AnswerOrigin, GenerationSummary } from '../../search/index.js';
import type { IndexSession } from '../index-session.js';
import { answerWithinBudget } from './answer-budget.js';
import { originFields, originLine } from './answer-origin.js';
import { answerTool } from './tool-answer.js';

const DESCRIPTION = `List the generations (saved states) of this project's document index, newest first, with who wrote each one, when and what changed.
Use it to see what changed recently in the documents, or to choose a generation for rollback_index.`;

const inputSchema = z.object({
  limit: z.number().int().min(1).max(1000).default(50).describe('Most generations to return'),
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
      added: z.number(),
      changed: z.number(),
      removed: z.number(),
      sizeBytes: z.number(),
      tags: z.array(z.string()),
    }),
  ),
});

interface Generations extends AnswerOrigin {
  readonly generations: readonly GenerationSummary[];
}

/** Registers `list_generations`: the history of the index. */
export function registerListGenerations(server: McpServer, session: IndexSession): void {
  server.registerTool(
    'list_generations',
    {
      title: 'List index generations',
      description: DESCRIPTION,
      inputSchema,
      outputSchema,
      annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    },
    ({ limit }, context) =>
      answerTool(session, context, async (index) => {
        const ask = async (entries: number): Promise<Generations> => {
          const { generations } = await index.history({ limit: entries });
          // History alone does not say whether the index is stale; the cheapest answer that does is a list of one.
          const { generation, stale, indexing } = await index.list({ limit: 1 });
          return { generation, stale, indexing, generations };
        };
        const { answer, text } = await answerWithinBudget(limit, ask, renderGenerations);
        return { structured: answer, text };
      }),
  );
}

function renderGenerations(answer: Generations): string {
  const lines = answer.generations.map((entry) => {
    const tags = entry.tags.length === 0 ? '' : ` [${entry.tags.join(', ')}]`;
    const changes = `+${entry.added} ~${entry.changed} -${entry.removed}`;
    return `${entry.generation}${tags} — ${entry.createdAt} ${entry.operation} by ${entry.writer}: ${changes}`;
  });
  if (lines.length === 0) lines.push('No generation yet: nothing has been indexed.');
  return [...lines, originLine(answer)].join('\n');
}
