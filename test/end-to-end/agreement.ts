import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { SegmentCatalog } from '../../dist/search/indexing/segment-catalog.js';
import { isStoreError, SnapshotStore } from '../../dist/store/index.js';
import { snapdex } from '../cli/temporary-project.js';
import { documentPaths } from './corpus-project.js';
import type { RunningServer } from './running-server.js';

/** Path and content hash of every document in a folder. */
async function hashesOfFiles(root: string): Promise<ReadonlyMap<string, string>> {
  const hashes = new Map<string, string>();
  for (const path of await documentPaths(root)) {
    const bytes = await readFile(join(root, path));
    hashes.set(path, createHash('sha256').update(bytes).digest('hex').slice(0, 32));
  }
  return hashes;
}

/** Path and content hash of every document in an index, read as a stranger to the servers; none before it is made. */
async function hashesOfIndex(indexPath: string): Promise<ReadonlyMap<string, string>> {
  for (;;) {
    try {
      return await readHashes(indexPath);
    } catch (error) {
      if (isStoreError(error, 'STORE_NOT_FOUND')) return new Map();
      // Collected while we read it: there is a newer one.
      if (!isStoreError(error, 'GENERATION_EXPIRED')) throw error;
    }
  }
}

async function readHashes(indexPath: string): Promise<ReadonlyMap<string, string>> {
  await using store = await SnapshotStore.open(indexPath, { readOnly: true });
  const catalog = new SegmentCatalog();
  try {
    const { view } = await catalog.load(await store.snapshot());
    return new Map([...view.files()].map(({ path, contentHash }) => [path, contentHash]));
  } finally {
    catalog.close();
  }
}

/** Waits until `isTrue`, for at most eight minutes; `describe` says what is the matter then. */
export async function until(
  isTrue: () => Promise<boolean>,
  describe: () => Promise<string> = async () => 'it did not come true',
): Promise<void> {
  const deadlineMs = performance.now() + 480_000;
  while (!(await isTrue())) {
    if (performance.now() > deadlineMs) throw new Error(await describe());
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits until every server says that it is up to date and the index holds exactly what the files hold. */
export async function untilSettled(
  servers: readonly RunningServer[],
  project: { readonly root: string; readonly indexPath: string },
): Promise<void> {
  await until(
    async () => {
      const states = await Promise.all(servers.map((server) => server.call('index_status')));
      if (!states.every((state) => state.stale === false && state.indexing === false)) return false;
      // What nobody has noticed yet is no server's word against the files', so those have the last one.
      return sameEntries(await hashesOfFiles(project.root), await hashesOfIndex(project.indexPath));
    },
    async () => describeDifference(servers, project),
  );
}

async function describeDifference(
  servers: readonly RunningServer[],
  project: { readonly root: string; readonly indexPath: string },
): Promise<string> {
  const files = await hashesOfFiles(project.root);
  const indexed = await hashesOfIndex(project.indexPath);
  const paths = new Set([...files.keys(), ...indexed.keys()]);
  const wrong = [...paths].filter((path) => files.get(path) !== indexed.get(path));
  const states = await Promise.all(servers.map((server) => server.call('index_status')));
  return `not settled: ${JSON.stringify({ wrong: wrong.slice(0, 20), states })}`;
}

function sameEntries(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}

/** The whole list of documents, all pages, with content hash and size of each. */
async function allDocuments(server: RunningServer): Promise<readonly unknown[]> {
  const documents: unknown[] = [];
  let cursor: unknown;
  do {
    const page = await server.call('list_documents', { limit: 500, ...(cursor === undefined ? {} : { cursor }) });
    for (const document of arrayOf(page.documents)) documents.push(document);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return documents;
}

/** What a server says of single documents: hash, size, lines, links and backlinks. */
async function detailsOf(server: RunningServer, paths: readonly string[]): Promise<readonly unknown[]> {
  const details: unknown[] = [];
  for (const path of paths) {
    const { generation: _, ...document } = await server.call('get_document', { path, startLine: 1, endLine: 5 });
    const { links, backlinks, brokenLinks } = await server.call('related_documents', { path });
    details.push({ document, links, backlinks, brokenLinks });
  }
  return details;
}

/** Results of a query as two indexes must agree on them. */
async function hitsOf(server: RunningServer, query: string): Promise<readonly unknown[]> {
  const { results } = await server.call('query_documents', { query, limit: 10 });
  return arrayOf(results).map((result) => {
    const { path, startLine, endLine, score, matchedBy, headingPath } = entriesOf(result);
    // Sums over segments are taken in the segments' order, so the last digits of a score may differ.
    return { path, startLine, endLine, score: Number(Number(score).toFixed(9)), matchedBy, headingPath };
  });
}

/** Asserts that all servers give the same list, the same details and the same hits as the first one. */
export async function expectAgreement(
  servers: readonly RunningServer[],
  about: { readonly queries: readonly string[]; readonly paths: readonly string[] },
): Promise<void> {
  const [first, ...others] = servers;
  if (first === undefined) throw new RangeError('agreement needs servers');
  const documents = await allDocuments(first);
  const details = await detailsOf(first, about.paths);
  for (const other of others) {
    expect(await allDocuments(other)).toEqual(documents);
    expect(await detailsOf(other, about.paths)).toEqual(details);
  }
  for (const query of about.queries) {
    const hits = await hitsOf(first, query);
    for (const other of others) expect({ query, hits: await hitsOf(other, query) }).toEqual({ query, hits });
  }
}

/** Builds a second index of the same files in one process. */
export async function freshBuild(root: string, indexPath: string): Promise<void> {
  const { code, stderr } = await snapdex(['index', '--root', root, '--index-path', indexPath, '--json']);
  expect({ code, stderr }).toMatchObject({ code: 0 });
}

/** Asserts that `snapdex verify` finds nothing wrong. */
export async function expectVerified(root: string, indexPath: string): Promise<void> {
  const { code, stdout, stderr } = await snapdex(['verify', '--root', root, '--index-path', indexPath, '--json']);
  expect({ code, stderr, answer: JSON.parse(stdout) }).toMatchObject({ code: 0, answer: { ok: true, problems: [] } });
}

/** The elements of an array in an answer; none for anything else. */
export function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The fields of an object in an answer; none for anything else. */
export function entriesOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
