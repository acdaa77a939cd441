import { completable, type McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { ProjectIndex } from '../../search/index.js';
import type { IndexSession } from '../index-session.js';
import { orProtocolError } from '../protocol-failure.js';
import { answerWithinBudget } from '../tools/answer-budget.js';
import { renderComparison } from '../tools/compare-generations.js';
import { userMessage } from './prompt-message.js';

const DESCRIPTION = 'Tell what changed in the documents of this project since a time, a tag or a generation';

const CHANGES = 200;
const GENERATIONS_OFFERED = 50;

/** Registers `what_changed_since`: the documents that changed, to be told as a story. */
export function registerWhatChangedSince(server: McpServer, session: IndexSession): void {
  const offered = (typed: string): Promise<string[]> =>
    orProtocolError(() => session.use((index) => generationNames(index, typed)));
  const since = z.string().trim().min(1).max(100).describe('A time as 2026-01-31T12:00Z, a tag, or a generation');
  server.registerPrompt(
    'what_changed_since',
    {
      title: 'What changed since',
      description: DESCRIPTION,
      argsSchema: z.object({ since: completable(since, offered) }),
    },
    ({ since: from }) =>
      orProtocolError(async () => {
        const { answer, text } = await session.use((index) =>
          answerWithinBudget(CHANGES, (limit) => index.compare({ from, limit }), renderComparison),
        );
        const [before, after] = [answer.from.generation, answer.to.generation];
        return userMessage(DESCRIPTION, [
          `Tell what changed in the documents of this project since ${from}, by what matters to their readers rather than by file.`,
          `To see what a changed document said before and what it says after, call get_document with as_of ${before} and with as_of ${after}. Name the places as path:line, and say what readers should do differently now.`,
          'These documents differ:',
          text,
        ]);
      }),
  );
}

/** Tags and recent generations that begin with what was typed, tags first. */
async function generationNames(index: ProjectIndex, typed: string): Promise<string[]> {
  const { generations, olderTagged } = await index.history({ limit: GENERATIONS_OFFERED });
  const tags = [...generations, ...olderTagged].flatMap((entry) => entry.tags);
  const names = [...tags, ...generations.map(({ generation }) => String(generation))];
  return names.filter((name) => name.startsWith(typed));
}
