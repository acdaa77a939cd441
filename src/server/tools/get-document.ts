import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { DocumentAnswer, FileNow } from '../../search/index.js';
import { harmlessAnswer } from '../harmless-text.js';
import type { IndexSession } from '../index-session.js';
import { wholeNumber } from '../whole-number.js';
import { ANSWER_BUDGET_TOKENS } from './answer-budget.js';
import { fileNowField, originFields, originLine } from './answer-origin.js';
import { cutDocument, type DocumentCut } from './document-cut.js';
import { asOfArgument, asOfRequest } from './generation-argument.js';
import { orSimilarPaths } from './similar-paths.js';
import { answerTool } from './tool-answer.js';
import { toolInput } from './tool-input.js';

const DESCRIPTION = `Read one markdown document of this project, whole or by lines.
Use it after query_documents to read more around a passage, or with a path from list_documents or related_documents.
A long document is cut: the answer then names the line to go on with as startLine, and lists its headings with their lines so that you can jump. To see only the headings, set detail to brief.`;

/** What is said of the cut, and of the generation, takes its place beside the document. */
const DOCUMENT_TOKENS = ANSWER_BUDGET_TOKENS - 200;

const inputSchema = z
  .strictObject({
    path: z.string().min(1).max(4000).describe('Path relative to the project root, as search results name it'),
    startLine: wholeNumber({ least: 1 }).optional().describe('First line wanted, from 1; default the first'),
    endLine: wholeNumber({ least: 1 }).optional().describe('Last line wanted, inclusive; default the last'),
    detail: z
      .enum(['brief', 'normal', 'full'])
      .default('normal')
      .describe(
        'Headings with their lines and no text (brief), the text (normal), or both, with the front matter (full)',
      ),
    as_of: asOfArgument,
  })
  .refine(({ startLine, endLine }) => endLine === undefined || endLine >= (startLine ?? 1), {
    message: 'must not be before startLine',
    path: ['endLine'],
  });

const outputSchema = z.looseObject({
  ...originFields,
  path: z.string(),
  title: z.string(),
  contentHash: z.string(),
  sizeBytes: z.number(),
  lines: z.number().describe('Lines of the whole document'),
  startLine: z.number().describe('First line of text'),
  endLine: z.number().describe('Last line of text; less than what was asked for if the answer was cut'),
  text: z.string().describe('Empty if detail was brief'),
  nextStartLine: z.number().optional().describe('Set if the text was cut: pass as startLine to go on'),
  frontMatter: z.record(z.string(), z.unknown()),
  outline: z.array(
    z.looseObject({
      headingPath: z.array(z.string()),
      anchor: z.string(),
      startLine: z.number(),
      endLine: z.number(),
    }),
  ),
  changedSinceIndexed: z
    .boolean()
    .describe('True if fileNow is set. If that is changed, text is from the file, unless as_of was given'),
  fileNow: fileNowField,
});

/** Registers `get_document`: the text of one document, by lines. */
export function registerGetDocument(server: McpServer, session: IndexSession): void {
  server.registerTool(
    'get_document',
    {
      title: 'Read a document',
      description: DESCRIPTION,
      inputSchema: toolInput(inputSchema),
      outputSchema,
      annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    },
    (input, context) =>
      answerTool({ session, context, input }, async (index, { path, startLine, endLine, detail, as_of }) => {
        const request = {
          path,
          ...asOfRequest(as_of),
          ...(startLine === undefined ? {} : { startLine }),
          ...(endLine === undefined ? {} : { endLine }),
        };
        const document = await orSimilarPaths(index, request, () => index.document(request));
        const cut = cutDocument(detail === 'brief' ? withoutText(document) : document, DOCUMENT_TOKENS);
        const { continueAtLine } = cut;
        return {
          structured: { ...cut.answer, ...(continueAtLine === undefined ? {} : { nextStartLine: continueAtLine }) },
          text: renderDocument(harmlessAnswer(cut), detail),
        };
      }),
  );
}

function withoutText(document: DocumentAnswer): DocumentAnswer {
  return { ...document, text: '', endLine: document.startLine - 1 };
}

function renderDocument(cut: DocumentCut, detail: 'brief' | 'normal' | 'full'): string {
  const { answer } = cut;
  const isWhole = answer.startLine <= 1 && answer.endLine >= answer.lines;
  const lines = detail === 'brief' ? [`${answer.path}, ${answer.lines} lines — ${answer.title}`, ''] : textLines(cut);
  if (detail !== 'normal') lines.push(...renderFrontMatter(answer));
  const isOutlineWanted = detail !== 'normal' || !isWhole;
  if (isOutlineWanted && answer.outline.length > 0) lines.push('Headings by line:', ...renderOutline(answer), '');
  if (answer.fileNow !== undefined) lines.push(changeNote(answer.fileNow, answer));
  lines.push(originLine(answer));
  return lines.join('\n');
}

function textLines({ answer, shortenedLine, continueAtLine }: DocumentCut): string[] {
  const lines = [
    `${answer.path}:${answer.startLine}-${answer.endLine} of ${answer.lines} lines — ${answer.title}`,
    '',
    answer.text.replace(/\r?\n$/u, ''),
    '',
  ];
  if (shortenedLine !== undefined) lines.push(`[line ${shortenedLine} is too long and was shortened]`);
  if (continueAtLine !== undefined) {
    lines.push(`[cut here: call get_document with startLine ${continueAtLine} to go on]`);
  }
  return lines;
}

const CHANGE_NOTES: Readonly<Record<FileNow, string>> = {
  changed: 'The file has changed since it was indexed; this is the file as it is now.',
  gone: 'The file is gone; this is the text that was indexed.',
  unreadable: 'The file cannot be read now; this is the text that was indexed.',
};

function changeNote(fileNow: FileNow, { asOf }: DocumentAnswer): string {
  if (asOf === undefined) return CHANGE_NOTES[fileNow];
  return 'The file is another one now, or gone; this is the text as it was.';
}

function renderFrontMatter({ frontMatter }: DocumentAnswer): readonly string[] {
  const entries = Object.entries(frontMatter);
  if (entries.length === 0) return [];
  return ['Front matter:', ...entries.map(([key, value]) => `${key}: ${JSON.stringify(value)}`), ''];
}

function renderOutline(answer: DocumentAnswer): readonly string[] {
  return answer.outline.map((entry) => {
    const indentation = '  '.repeat(Math.max(0, entry.headingPath.length - 1));
    return `${indentation}${entry.startLine}: ${entry.headingPath.at(-1) ?? answer.title}`;
  });
}
