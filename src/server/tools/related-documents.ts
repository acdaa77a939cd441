import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { LinkedDocument, RelatedAnswer, ShownFile } from '../../search/index.js';
import { fileNote } from '../file-note.js';
import type { IndexSession } from '../index-session.js';
import { wholeNumber } from '../whole-number.js';
import { answerWithinBudget } from './answer-budget.js';
import { fileNowField, firstPageGenerationField, firstPageLines, originFields, originLine } from './answer-origin.js';
import { asOfArgument, asOfRequest } from './generation-argument.js';
import { orSimilarPaths } from './similar-paths.js';
import { answerTool } from './tool-answer.js';
import { toolInput } from './tool-input.js';

const DESCRIPTION = `Show what surrounds one markdown document: the documents it links to, those that link to it, its broken links, and documents that say similar things.
Use it to explore from a document that is almost right, to see who refers to it before changing or renaming it, or to find its dead links.`;

const inputSchema = z.strictObject({
  path: z.string().min(1).max(4000).describe('Path relative to the project root, as search results name it'),
  limit: wholeNumber({ least: 1, most: 100 }).default(20).describe('Most entries in each of the four lists'),
  cursor: z.string().max(8000).optional().describe('nextCursor of an earlier answer: each list goes on where it ended'),
  as_of: asOfArgument,
});

const linkedDocument = z.looseObject({
  path: z.string(),
  title: z.string(),
  anchor: z.string(),
  text: z.string(),
  line: z.number(),
  fileNow: fileNowField,
});

const outputSchema = z.looseObject({
  ...originFields,
  path: z.string(),
  title: z.string(),
  fileNow: fileNowField,
  links: z.array(linkedDocument).describe('Documents that this one links to; line is a line of this document'),
  backlinks: z.array(linkedDocument).describe('Documents that link to this one; line is a line of theirs'),
  brokenLinks: z.array(z.looseObject({ target: z.string(), anchor: z.string(), line: z.number() })),
  similar: z.array(z.looseObject({ path: z.string(), title: z.string(), score: z.number(), fileNow: fileNowField })),
  nextCursor: z.string().optional().describe('Pass as cursor to get the rest of the lists'),
  firstPageGeneration: firstPageGenerationField,
});

/** Registers `related_documents`: links, backlinks, broken links and similar documents of one document. */
export function registerRelatedDocuments(server: McpServer, session: IndexSession): void {
  server.registerTool(
    'related_documents',
    {
      title: 'Show related documents',
      description: DESCRIPTION,
      inputSchema: toolInput(inputSchema),
      outputSchema,
      annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    },
    (input, context) =>
      answerTool({ session, context, input }, async (index, { path, limit, cursor, as_of }) => {
        const request = {
          path,
          ...asOfRequest(as_of),
          ...(cursor === undefined ? {} : { cursor }),
        };
        const { answer, text } = await orSimilarPaths(index, request, () =>
          answerWithinBudget(limit, (entries) => index.related({ ...request, limit: entries }), renderRelated),
        );
        return { structured: answer, text };
      }),
  );
}

function renderRelated(answer: RelatedAnswer): string {
  const lines = [`${answer.path} — ${answer.title}${noteOn(answer)}`, ''];
  lines.push(
    ...section(
      'Links to',
      answer.links.map((link) => `${target(link)} (at ${answer.path}:${link.line})${noteOn(link)}`),
    ),
  );
  lines.push(
    ...section(
      'Linked from',
      answer.backlinks.map((link) => `${link.path}:${link.line} — ${link.title}${noteOn(link)}`),
    ),
  );
  const broken = answer.brokenLinks.map(
    (link) => `${answer.path}:${link.line} → ${link.target}${fragment(link.anchor)}`,
  );
  lines.push(...section('Broken links', broken));
  lines.push(
    ...section(
      'Similar',
      answer.similar.map((document) => `${document.path} — ${document.title}${noteOn(document)}`),
    ),
  );
  lines.push(...firstPageLines(answer.firstPageGeneration));
  if (answer.nextCursor !== undefined) lines.push(`More entries: call again with cursor "${answer.nextCursor}".`);
  lines.push(originLine(answer));
  return lines.join('\n');
}

function section(title: string, entries: readonly string[]): readonly string[] {
  if (entries.length === 0) return [`${title}: none`, ''];
  return [`${title}:`, ...entries.map((entry) => `- ${entry}`), ''];
}

function noteOn({ fileNow }: ShownFile): string {
  return fileNow === undefined ? '' : ` ${fileNote(fileNow)}`;
}

function target(link: LinkedDocument): string {
  return `${link.path}${fragment(link.anchor)} — ${link.title}`;
}

function fragment(anchor: string): string {
  return anchor === '' ? '' : `#${anchor}`;
}
