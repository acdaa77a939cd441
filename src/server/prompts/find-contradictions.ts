import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { IndexSession } from '../index-session.js';
import { orProtocolError } from '../protocol-failure.js';
import { foundPassages } from './found-passages.js';
import { pathPrefixArgument, userMessage } from './prompt-message.js';

const DESCRIPTION = 'Find where the documents of this project contradict each other about something';

const argsSchema = z.object({
  topic: z
    .string()
    .trim()
    .min(1)
    .max(4000)
    .describe('What the documents may disagree about, e.g. a setting or a process'),
  pathPrefix: pathPrefixArgument,
});

/** Registers `find_contradictions`: a topic with all that the documents say about it. */
export function registerFindContradictions(server: McpServer, session: IndexSession): void {
  server.registerPrompt(
    'find_contradictions',
    { title: 'Find contradictions', description: DESCRIPTION, argsSchema },
    ({ topic, pathPrefix }) =>
      orProtocolError(async () => {
        const below = pathPrefix === undefined ? {} : { pathPrefix };
        const passages = await foundPassages(session, { query: topic, limit: 20, detail: 'full', ...below });
        return userMessage(DESCRIPTION, [
          `Find statements in the documents of this project that contradict each other, or cannot both be up to date, about: ${topic}`,
          'Compare names, numbers, defaults, orders of steps, versions and dates. For each contradiction quote both statements with their places as path:line, say which is probably right and why, and what should be changed. What only says the same in other words is no contradiction; if there is none, say so.',
          'These passages were found. Read around them with get_document, look at what is linked with related_documents, and ask query_documents for other words for the same thing.',
          passages,
        ]);
      }),
  );
}
