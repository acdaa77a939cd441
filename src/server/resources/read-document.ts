import { type ReadResourceResult, ResourceNotFoundError } from '@modelcontextprotocol/server';
import type { DocumentAnswer } from '../../search/index.js';
import type { IndexSession } from '../index-session.js';
import { problemReport } from '../problem-report.js';
import { ANSWER_BUDGET_TOKENS } from '../tools/answer-budget.js';
import { cutDocument, type DocumentCut } from '../tools/document-cut.js';
import { documentUri, type LineRange, mimeTypeOf, parseDocumentUri } from './document-uri.js';
import { originMeta } from './origin-meta.js';

/** What is said of the cut takes its place beside the text. */
const TEXT_TOKENS = ANSWER_BUDGET_TOKENS - 200;

/**
 * The document that a URI names, or the lines of it. A text beyond the budget of a tool's answer ends with a whole line,
 * and then with how to go on: the protocol has no cursor for reading a resource.
 */
export async function readDocument(session: IndexSession, uri: string): Promise<ReadResourceResult> {
  const named = parseDocumentUri(uri);
  if (named === undefined) throw new ResourceNotFoundError(uri);
  const { path, range } = named;
  try {
    const document = await session.use((index) => index.document({ path, ...range }));
    const cut = cutDocument({ ...document, outline: [], frontMatter: {} }, TEXT_TOKENS);
    const nextUri = nextUriOf(cut, range);
    const mimeType = mimeTypeOf(path);
    return {
      contents: [{ uri: documentUri(document.path, range), mimeType, text: withNotes(cut, nextUri) }],
      _meta: { ...originMeta(document), ...fileMeta(document), ...linesMeta(cut, nextUri) },
    };
  } catch (error) {
    if (problemReport(error).code === 'DOCUMENT_NOT_FOUND') throw new ResourceNotFoundError(uri);
    throw error;
  }
}

function nextUriOf({ answer, continueAtLine }: DocumentCut, { endLine }: LineRange): string | undefined {
  if (continueAtLine === undefined) return undefined;
  return documentUri(answer.path, { startLine: continueAtLine, ...(endLine === undefined ? {} : { endLine }) });
}

/** The text, and after it what is missing and where it is. */
function withNotes({ answer, shortenedLine, continueAtLine }: DocumentCut, nextUri: string | undefined): string {
  const { text, endLine, lines } = answer;
  const notes = [
    ...(shortenedLine === undefined ? [] : [`[line ${shortenedLine} is too long and was shortened]`]),
    ...(nextUri === undefined
      ? []
      : [
          `[cut here, after line ${endLine} of ${lines}: read ${nextUri} to go on, or call get_document with startLine ${continueAtLine}]`,
        ]),
  ];
  return notes.length === 0 ? text : `${text.replace(/\r?\n$/u, '')}\n\n${notes.join('\n')}\n`;
}

/** Which lines of how many the text is, and the URI of what follows if it was cut. */
function linesMeta({ answer }: DocumentCut, nextUri: string | undefined): Record<string, unknown> {
  return {
    'snapdex/lines': answer.lines,
    'snapdex/startLine': answer.startLine,
    'snapdex/endLine': answer.endLine,
    ...(nextUri === undefined ? {} : { 'snapdex/nextUri': nextUri }),
  };
}

/** Whether the file is still what was indexed: if it has changed, the text is the file's. */
function fileMeta({ changedSinceIndexed, fileNow }: DocumentAnswer): Record<string, unknown> {
  return {
    'snapdex/changedSinceIndexed': changedSinceIndexed,
    ...(fileNow === undefined ? {} : { 'snapdex/fileNow': fileNow }),
  };
}
