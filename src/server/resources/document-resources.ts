import { type ListResourcesResult, type McpServer, ResourceTemplate } from '@modelcontextprotocol/server';
import type { ListAnswer } from '../../search/index.js';
import type { IndexSession } from '../index-session.js';
import { orProtocolError } from '../protocol-failure.js';
import { answerWithinBudget } from '../tools/answer-budget.js';
import { completePath } from './complete-path.js';
import { DOCUMENT_LINES_URI_TEMPLATE, DOCUMENT_URI_TEMPLATE, documentUri, mimeTypeOf } from './document-uri.js';
import { originMeta } from './origin-meta.js';
import { readDocument } from './read-document.js';

/** Most entries on one page of the list. */
const PAGE = 100;

const TEMPLATES = [
  {
    name: 'document',
    uriTemplate: DOCUMENT_URI_TEMPLATE,
    title: 'Document',
    description: 'A markdown document of the project, by its path; a long one is cut, and its end tells how to go on',
  },
  {
    name: 'document-lines',
    uriTemplate: DOCUMENT_LINES_URI_TEMPLATE,
    title: 'Lines of a document',
    description: 'A part of a markdown document of the project: from startLine to endLine, from 1, both inclusive',
  },
] as const;

/** Registers every indexed document as a resource: templates with completion, a list page by page, and reading. */
export function registerDocumentResources(server: McpServer, session: IndexSession): void {
  // The SDK asks the first template that matches; the path of the first one matches all that the second one is for.
  for (const { name, uriTemplate, title, description } of TEMPLATES) {
    server.registerResource(
      name,
      new ResourceTemplate(uriTemplate, {
        list: undefined,
        complete: { path: (value) => orProtocolError(() => session.use((index) => completePath(index, value))) },
      }),
      { title, description, mimeType: 'text/markdown' },
      ({ href }) => orProtocolError(() => readDocument(session, href)),
    );
  }
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
