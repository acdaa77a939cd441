import {
  type ListResourcesResult,
  type McpServer,
  type ReadResourceResult,
  ResourceNotFoundError,
  ResourceTemplate,
} from '@modelcontextprotocol/server';
import type { AnswerOrigin, DocumentAnswer, ListAnswer } from '../../search/index.js';
import type { IndexSession } from '../index-session.js';
import { problemReport } from '../problem-report.js';
import { orProtocolError } from '../protocol-failure.js';
import { answerWithinBudget } from '../tools/answer-budget.js';
import { completePath } from './complete-path.js';
import { DOCUMENT_URI_TEMPLATE, documentUri, mimeTypeOf, pathOfUri } from './document-uri.js';

/** Most entries on one page of the list. */
const PAGE = 100;

/** Registers every indexed document as a resource: a template with completion, a list page by page, and reading. */
export function registerDocumentResources(server: McpServer, session: IndexSession): void {
  const template = new ResourceTemplate(DOCUMENT_URI_TEMPLATE, {
    list: undefined,
    complete: { path: (value) => orProtocolError(() => session.use((index) => completePath(index, value))) },
  });
  server.registerResource(
    'document',
    template,
    { title: 'Document', description: 'A markdown document of the project, by its path', mimeType: 'text/markdown' },
    ({ href }) => orProtocolError(() => readDocument(session, href)),
  );
  // The list of a template knows no cursor.
  server.server.setRequestHandler('resources/list', ({ params }) =>
    orProtocolError(() => listDocuments(session, params?.cursor)),
  );
}

async function listDocuments(session: IndexSession, cursor: string | undefined): Promise<ListResourcesResult> {
  const request = cursor === undefined ? {} : { cursor };
  const { answer } = await session.use((index) =>
    answerWithinBudget(PAGE, (limit) => index.list({ ...request, limit }), resourcesJson),
  );
  const { nextCursor } = answer;
  return {
    resources: resourcesOf(answer),
    ...(nextCursor === undefined ? {} : { nextCursor }),
    _meta: originMeta(answer),
  };
}

function resourcesJson(answer: ListAnswer): string {
  return JSON.stringify(resourcesOf(answer));
}

function resourcesOf({ documents }: ListAnswer): ListResourcesResult['resources'] {
  return documents.map(({ path, title, sizeBytes }) => ({
    uri: documentUri(path),
    name: path,
    title,
    mimeType: mimeTypeOf(path),
    size: sizeBytes,
  }));
}

async function readDocument(session: IndexSession, uri: string): Promise<ReadResourceResult> {
  const path = pathOfUri(uri);
  if (path === undefined) throw new ResourceNotFoundError(uri);
  try {
    const document = await session.use((index) => index.document({ path }));
    const { text } = document;
    return {
      contents: [{ uri: documentUri(document.path), mimeType: mimeTypeOf(path), text }],
      _meta: { ...originMeta(document), ...fileMeta(document) },
    };
  } catch (error) {
    if (problemReport(error).code === 'DOCUMENT_NOT_FOUND') throw new ResourceNotFoundError(uri);
    throw error;
  }
}

/** Whether the file is still what was indexed: if it has changed, the text is the file's. */
function fileMeta({ changedSinceIndexed, fileNow }: DocumentAnswer): Record<string, unknown> {
  return {
    'snapdex/changedSinceIndexed': changedSinceIndexed,
    ...(fileNow === undefined ? {} : { 'snapdex/fileNow': fileNow }),
  };
}

/** From which generation it is, and whether that may be behind the files: as in the answers of tools. */
function originMeta({ generation, stale, indexing }: AnswerOrigin): Record<string, unknown> {
  return { 'snapdex/generation': generation, 'snapdex/stale': stale, 'snapdex/indexing': indexing };
}
