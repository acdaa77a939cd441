import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { IndexSession } from '../index-session.js';
import { originFields, originLine } from './answer-origin.js';
import { answerTool } from './tool-answer.js';
import { noInput } from './tool-input.js';

const DESCRIPTION = `End the hold that rollback_index put on the document index: it is brought up to date with the files on disk and follows their changes again.
Does nothing if there is no hold.`;

const outputSchema = z.looseObject({
  ...originFields,
  resumed: z.boolean().describe('False if there was no hold'),
});

/** Registers `resume_index`: the end of a hold. */
export function registerResumeIndex(server: McpServer, session: IndexSession): void {
  server.registerTool(
    'resume_index',
    {
      title: 'Resume indexing',
      description: DESCRIPTION,
      inputSchema: noInput(),
      outputSchema,
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    },
    (input, context) =>
      answerTool({ session, context, input }, async (index) => {
        const answer = await index.resume();
        const outcome = answer.resumed
          ? 'The hold has ended: the index follows the files again.'
          : 'There was no hold: the index follows the files already.';
        return { structured: answer, text: `${outcome}\n${originLine(answer)}` };
      }),
  );
}
