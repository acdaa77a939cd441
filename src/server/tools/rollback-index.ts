import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { RollbackAnswer } from '../../search/index.js';
import type { IndexSession } from '../index-session.js';
import { originFields, originLine } from './answer-origin.js';
import { holdSchema } from './index-status.js';
import { answerTool } from './tool-answer.js';
import { toolInput } from './tool-input.js';

const DESCRIPTION = `Make the document index answer from an earlier generation again, for every process that shares it. Files on disk are not touched.
The earlier content becomes a new generation, so nothing is lost and it can be undone; the index is then on hold (changes of files are not indexed) until resume_index.
Only use it when the user asks for it. Call list_generations first to choose the generation.`;

const NO_GENERATION = 'expected a number from list_generations; a tag or a time is given as tag';

const inputSchema = z
  .strictObject({
    generation: z
      .number(NO_GENERATION)
      .int(NO_GENERATION)
      .min(1, NO_GENERATION)
      .optional()
      .describe('Generation whose content to restore, from list_generations'),
    tag: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .describe(
        'Instead of generation: a tag on it, or a time as 2026-01-31T12:00Z (the generation that was newest then)',
      ),
    reason: z.string().max(1000).optional().describe('Why, for the history'),
  })
  .refine(({ generation, tag }) => (generation === undefined) !== (tag === undefined), {
    message: 'give either generation or tag, and not both',
    path: ['generation'],
  });

const outputSchema = z.looseObject({
  ...originFields,
  rolledBackTo: z.number(),
  documents: z.number(),
  hold: holdSchema,
});

/** Registers `rollback_index`: an earlier generation's content as the newest generation, and a hold. */
export function registerRollbackIndex(server: McpServer, session: IndexSession): void {
  server.registerTool(
    'rollback_index',
    {
      title: 'Roll the index back',
      description: DESCRIPTION,
      inputSchema: toolInput(inputSchema),
      outputSchema,
      // Undoable, but it replaces what everyone who shares the index finds: clients should ask first.
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
    },
    (input, context) =>
      answerTool({ session, context, input }, async (index, { generation, tag, reason }) => {
        const wanted = generation ?? (await index.findGeneration(tag ?? ''));
        const answer = await index.rollback({ generation: wanted, ...(reason === undefined ? {} : { reason }) });
        return { structured: answer, text: renderRollback(answer) };
      }),
  );
}

function renderRollback(answer: RollbackAnswer): string {
  return [
    `The index answers from the content of generation ${answer.rolledBackTo} again (${answer.documents} documents), as generation ${answer.generation}.`,
    'It is on hold: changes of files are not indexed until resume_index is called.',
    originLine(answer),
  ].join('\n');
}
