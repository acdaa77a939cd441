import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { IndexSession } from '../index-session.js';
import { orProtocolError } from '../protocol-failure.js';
import { foundPassages } from './found-passages.js';
import { pathPrefixArgument, userMessage } from './prompt-message.js';

const DESCRIPTION = 'Answer a question from the documents of this project alone, with the places it stands in';

const argsSchema = z.object({
  question: z.string().trim().min(1).max(4000).describe('What you want to know'),
  pathPrefix: pathPrefixArgument,
});

/** Registers `answer_from_docs`: a question with the passages that may answer it. */
export function registerAnswerFromDocs(server: McpServer, session: IndexSession): void {
  server.registerPrompt(
    'answer_from_docs',
    { title: 'Answer from the documents', description: DESCRIPTION, argsSchema },
    ({ question, pathPrefix }) =>
      orProtocolError(async () => {
        const below = pathPrefix === undefined ? {} : { pathPrefix };
        const passages = await foundPassages(session, { query: question, limit: 8, detail: 'full', ...below });
        return userMessage(DESCRIPTION, [
          `Answer this question from the documents of this project and from nothing else: ${question}`,
          'Name the place of each statement as path:line. Where documents disagree, say so and name both places. If they do not answer the question, say what is missing rather than guessing.',
          'These passages were found. Read around them with get_document, and ask query_documents with other words if they do not suffice.',
          passages,
        ]);
      }),
  );
}
