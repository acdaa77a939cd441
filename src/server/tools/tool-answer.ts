import { type CallToolResult, CLIENT_INFO_META_KEY, type ServerContext } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { ProjectIndex } from '../../search/index.js';
import { harmlessLine, harmlessText } from '../harmless-text.js';
import type { IndexSession } from '../index-session.js';
import { type ProblemReport, problemReport } from '../problem-report.js';
import type { ToolInput } from './tool-input.js';

/** One answer twice: the public JSON for programs, compact markdown for a model. */
export interface ToolAnswer {
  readonly structured: object;
  readonly text: string;
}

/** What a model can do about a failure with the tools at hand, where that is more than a person's remedy says. */
const NEXT_STEPS: ReadonlyMap<string, string> = new Map([
  ['DOCUMENT_NOT_FOUND', 'Call list_documents or query_documents to find the exact path, then call again with it.'],
  ['GENERATION_NOT_FOUND', 'Call list_generations and choose one of the generations it names.'],
  ['GENERATION_EXPIRED', 'Call list_generations and choose one of the generations that are still kept.'],
  ['STORE_HELD', 'The index is on hold after a rollback; if the user wants it to follow the files, call resume_index.'],
  ['TAG_EXISTS', 'Choose another name; list_generations shows the tags.'],
  ['LOCK_TIMEOUT', 'Another process is writing; call again in a few seconds.'],
  ['STORE_BUSY', 'Another process is writing; call again in a few seconds.'],
]);

const clientEnvelope = z.object({ [CLIENT_INFO_META_KEY]: z.object({ name: z.string() }) });

/** A call of a tool, as the server hands it on. */
interface ToolCall<T> {
  readonly session: IndexSession;
  readonly context: ServerContext;
  readonly input: ToolInput<T>;
}

/** Runs `work` on the index and makes its outcome a tool result; a failure becomes a tool error a model can act on. */
export async function answerTool<T>(
  { session, context, input }: ToolCall<T>,
  work: (index: ProjectIndex, given: T) => Promise<ToolAnswer>,
): Promise<CallToolResult> {
  // Clients of the 2026-07-28 revision never send `initialize`: each request says who asks.
  const client = clientEnvelope.safeParse(context.mcpReq.envelope);
  if (client.success) session.setClient(client.data[CLIENT_INFO_META_KEY].name);
  if ('refusal' in input) return toolError(input.refusal);
  try {
    const { structured, text } = await session.use((index) => work(index, input.given));
    return { content: [{ type: 'text', text: harmlessText(text) }], structuredContent: { ...structured } };
  } catch (error) {
    return toolError(problemReport(error));
  }
}

function toolError({ code, message, remedy }: ProblemReport): CallToolResult {
  const nextStep = NEXT_STEPS.get(code);
  const whatToDo = nextStep ?? harmlessLine(remedy).replaceAll('the history lists', 'list_generations names');
  const lines = [`${code}: ${harmlessLine(message)}`, `What to do: ${whatToDo}`];
  return { content: [{ type: 'text', text: lines.join('\n') }], isError: true };
}
