import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { IndexSession } from '../index-session.js';
import { originFields, originLine } from './answer-origin.js';
import { generationName } from './generation-argument.js';
import { answerTool } from './tool-answer.js';
import { toolInput } from './tool-input.js';

const DESCRIPTION = `Give a generation (saved state) of this project's document index a name, and keep it until the name is taken away with "snapdex tag --remove". No document is changed.
Use it when the user wants to come back to this state of the documents later: as_of, compare_generations and rollback_index take the name.`;

const inputSchema = z.strictObject({
  name: z.string().min(1).max(100).describe('Letters, digits, dots, dashes and underscores, e.g. "before-cleanup"'),
  generation: generationName
    .optional()
    .describe('Its number, another tag of it, or a time as 2026-01-31T12:00Z; default the newest'),
});

const outputSchema = z.looseObject({
  ...originFields,
  tag: z.looseObject({ name: z.string(), generation: z.number(), createdAt: z.string() }),
});

/** Registers `tag_generation`: a name that keeps a generation. */
export function registerTagGeneration(server: McpServer, session: IndexSession): void {
  server.registerTool(
    'tag_generation',
    {
      title: 'Name an index generation',
      description: DESCRIPTION,
      inputSchema: toolInput(inputSchema),
      outputSchema,
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
    },
    (input, context) =>
      answerTool({ session, context, input }, async (index, { name, generation }) => {
        const answer = await index.tag({
          name,
          ...(generation === undefined ? {} : { generation: String(generation) }),
        });
        const text = `Tag ${answer.tag.name} keeps generation ${answer.tag.generation}.\n${originLine(answer)}`;
        return { structured: answer, text };
      }),
  );
}
