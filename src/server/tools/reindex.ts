import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { ReindexAnswer } from '../../search/index.js';
import type { IndexSession } from '../index-session.js';
import { originFields, originLine } from './answer-origin.js';
import { progressTo } from './progress.js';
import { answerTool } from './tool-answer.js';
import { noInput } from './tool-input.js';

const DESCRIPTION = `Read every markdown document of this project now, index what differs from the index, and answer once that is done.
Documents are followed by themselves, so this is seldom needed: use it when an answer is stale and must not be, or when a change seems to have been missed. Progress is reported to clients that ask for it.`;

const outputSchema = z.looseObject({
  ...originFields,
  documents: z.number().describe('In the index now'),
  added: z.number(),
  changed: z.number(),
  removed: z.number(),
  skipped: z.number().describe('Files that cannot be indexed; index_status names them'),
  embedded: z.number(),
  withoutVectors: z.number().describe('Passages that only keywords find, until they are embedded'),
});

/** Registers `reindex`: the index brought up to date while the caller waits. */
export function registerReindex(server: McpServer, session: IndexSession): void {
  server.registerTool(
    'reindex',
    {
      title: 'Bring the index up to date',
      description: DESCRIPTION,
      inputSchema: noInput(),
      outputSchema,
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    },
    (input, context) =>
      answerTool({ session, context, input }, async (index) => {
        const report = progressTo(context);
        const answer = await index.reindex({
          signal: context.mcpReq.signal,
          onProgress: ({ phase, done, total }) => report(`${phase}: ${done} of ${total}`),
        });
        return { structured: answer, text: renderReindex(answer) };
      }),
  );
}

function renderReindex(answer: ReindexAnswer): string {
  const { added, changed, removed, skipped, documents } = answer;
  const lines = [`${added} added, ${changed} changed, ${removed} removed; ${documents} documents are indexed.`];
  if (skipped > 0)
    lines.push(`${skipped} ${skipped === 1 ? 'file' : 'files'} cannot be indexed: index_status says why.`);
  lines.push(originLine(answer));
  return lines.join('\n');
}
