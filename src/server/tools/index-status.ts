import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { HoldState, StatusAnswer } from '../../search/index.js';
import { byteSize } from '../byte-size.js';
import type { IndexSession } from '../index-session.js';
import { answerWithinBudget } from './answer-budget.js';
import { originFields, originLine } from './answer-origin.js';
import { asOfArgument, asOfRequest } from './generation-argument.js';
import { answerTool } from './tool-answer.js';
import { toolInput } from './tool-input.js';

/**
 * Most problems, and most processes, in one answer; a project with thousands of unreadable files is no reason for a page
 * of 100,000 lines.
 */
const ENTRIES_SHOWN = 50;

const DESCRIPTION = `Show the state of this project's document index: how much it holds, whether it is up to date, which processes share it, whether it is on hold after a rollback, and what is wrong with it.
Use it when an answer is marked stale, when a document that should be there is not found, or when another tool failed. With as_of it says what an earlier generation held; root, processes and problems are those of now.`;

/** A hold as output schemas describe it. */
export const holdSchema: z.ZodType<HoldState | null> = z
  .looseObject({ rolledBackTo: z.number(), since: z.string(), by: z.string() })
  .nullable()
  .describe('Set after a rollback: changes of files are not indexed until resume_index');

const outputSchema = z.looseObject({
  ...originFields,
  root: z.string(),
  indexPath: z.string(),
  documents: z.number(),
  chunks: z.number(),
  segments: z.number(),
  generations: z.number().describe('Generations that are kept'),
  sizeBytes: z.number(),
  hold: holdSchema,
  pendingChanges: z.number().describe('Changed files that are not indexed yet'),
  embedding: z
    .looseObject({
      embedder: z.string(),
      id: z.string().nullable().describe('Names the model; null if it could not be loaded'),
      dimension: z.number(),
      embedded: z.number().describe('Passages that can be found by likeness'),
      missing: z.number().describe('Passages that are found by keywords only, until they are embedded'),
      embedding: z.boolean(),
    })
    .describe('How far the passages have vectors of the configured embedder'),
  coordinationMode: z.enum(['file_lock', 'none']),
  fileSystem: z.string(),
  instances: z.array(
    z.looseObject({
      id: z.string(),
      pid: z.number(),
      host: z.string(),
      client: z.string(),
      role: z.enum(['indexer', 'follower', 'writer', 'reader']),
    }),
  ),
  problems: z.array(z.looseObject({ code: z.string(), message: z.string(), remedy: z.string() })),
});

/** Registers `index_status`: how the index is, and what is wrong with it. */
export function registerIndexStatus(server: McpServer, session: IndexSession): void {
  server.registerTool(
    'index_status',
    {
      title: 'Show index status',
      description: DESCRIPTION,
      inputSchema: toolInput(z.strictObject({ as_of: asOfArgument })),
      outputSchema,
      annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    },
    (input, context) =>
      answerTool({ session, context, input }, async (index, { as_of }) => {
        const status = await index.status(asOfRequest(as_of));
        const { answer, text } = await answerWithinBudget(
          ENTRIES_SHOWN,
          async (entries) => ({
            ...status,
            problems: status.problems.slice(0, entries),
            instances: status.instances.slice(0, entries),
          }),
          (shown) => renderStatus(shown, { problems: status.problems.length, instances: status.instances.length }),
        );
        return { structured: answer, text };
      }),
  );
}

/** How many there are, shown or not. */
interface Totals {
  readonly problems: number;
  readonly instances: number;
}

function renderStatus(status: StatusAnswer, { problems, instances }: Totals): string {
  const lines = [
    `root: ${status.root}`,
    `index: ${status.indexPath} (${byteSize(status.sizeBytes)} on ${status.fileSystem}, coordination ${status.coordinationMode})`,
    `documents: ${status.documents}, passages: ${status.chunks}, segments: ${status.segments}, generations kept: ${status.generations}`,
    `pending changes: ${status.pendingChanges}`,
    renderEmbedding(status.embedding),
  ];
  if (status.hold !== null) {
    lines.push(
      `ON HOLD: rolled back to generation ${status.hold.rolledBackTo} by ${status.hold.by} at ${status.hold.since}; ` +
        'changes of files are not indexed until resume_index is called.',
    );
  }
  lines.push(`processes on this index: ${shownOf(status.instances, instances)}`);
  lines.push(
    ...status.instances.map(
      (instance) => `- ${instance.client} (pid ${instance.pid} on ${instance.host}, ${instance.role})`,
    ),
  );
  if (problems > 0) lines.push(...renderProblems(status.problems, problems));
  lines.push(originLine(status));
  return lines.join('\n');
}

function renderEmbedding({ embedder, id, embedded, missing, embedding }: StatusAnswer['embedding']): string {
  if (id === null) return `vectors: none, the embedder "${embedder}" could not be loaded; keyword search works`;
  const rest = missing === 0 ? '' : `, ${missing} not yet${embedding ? ' (under way)' : ''}; keywords find them`;
  return `vectors: ${id}, ${embedded} passages embedded${rest}`;
}

function renderProblems(shown: StatusAnswer['problems'], total: number): readonly string[] {
  return [
    `problems (${shownOf(shown, total)}):`,
    ...shown.map(({ code, message, remedy }) => `- ${code}: ${message} — ${remedy}`),
  ];
}

function shownOf(shown: readonly unknown[], total: number): string {
  return shown.length < total ? `first ${shown.length} of ${total}` : String(total);
}
