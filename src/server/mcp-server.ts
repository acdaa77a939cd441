import type { McpServer } from '@modelcontextprotocol/server';
import type { IndexSession } from './index-session.js';
import { packageVersion } from './package-version.js';
import { registerAnswerFromDocs } from './prompts/answer-from-docs.js';
import { registerFindContradictions } from './prompts/find-contradictions.js';
import { registerWhatChangedSince } from './prompts/what-changed-since.js';
import { ReadableMcpServer } from './readable-refusals.js';
import { registerDocumentResources } from './resources/document-resources.js';
import { registerCompareGenerations } from './tools/compare-generations.js';
import { registerGetDocument } from './tools/get-document.js';
import { registerIndexStatus } from './tools/index-status.js';
import { registerListDocuments } from './tools/list-documents.js';
import { registerListGenerations } from './tools/list-generations.js';
import { registerQueryDocuments } from './tools/query-documents.js';
import { registerReindex } from './tools/reindex.js';
import { registerRelatedDocuments } from './tools/related-documents.js';
import { registerResumeIndex } from './tools/resume-index.js';
import { registerRollbackIndex } from './tools/rollback-index.js';
import { registerTagGeneration } from './tools/tag-generation.js';

const INSTRUCTIONS = `Searches the markdown documents of the user's project (guides, notes, READMEs, decisions).
Ask query_documents before answering questions about this project or its documentation, and cite results as path:line.
Read more with get_document (of a long document first with detail "brief", then by lines); explore with related_documents and list_documents.
What changed: compare_generations and list_generations; what was said before: as_of (a generation, a tag or a time) on any tool that reads.
index_status says why an answer is stale or a document missing. Call tag_generation, rollback_index and resume_index only if the user wants it.
Every answer names its generation and whether it is stale; while documents are still being indexed, answers may be incomplete, so ask again, or wait with reindex.`;

/**
 * An MCP server with the tools, resources and prompts on one project's index. Call it once for each connection, or for
 * each request of the stateless 2026-07-28 revision: everything that lasts is in the session.
 *
 * @param options `tellsChanges` is false where nothing can be sent to a client but the answer to its request
 */
export function createMcpServer(
  session: IndexSession,
  { tellsChanges }: { readonly tellsChanges: boolean },
): McpServer {
  const server = new ReadableMcpServer(
    { name: 'snapdex', title: 'snapdex: project documents', version: packageVersion() },
    {
      instructions: INSTRUCTIONS,
      capabilities: {
        tools: { listChanged: false },
        resources: { listChanged: tellsChanges, subscribe: tellsChanges },
        prompts: { listChanged: false },
      },
    },
  );
  registerQueryDocuments(server, session);
  registerGetDocument(server, session);
  registerListDocuments(server, session);
  registerRelatedDocuments(server, session);
  registerIndexStatus(server, session);
  registerListGenerations(server, session);
  registerCompareGenerations(server, session);
  registerTagGeneration(server, session);
  registerRollbackIndex(server, session);
  registerResumeIndex(server, session);
  registerReindex(server, session);
  registerDocumentResources(server, session);
  registerAnswerFromDocs(server, session);
  registerFindContradictions(server, session);
  registerWhatChangedSince(server, session);
  return server;
}
