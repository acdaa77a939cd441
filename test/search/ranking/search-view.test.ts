import { expect, test } from 'vitest';
import { analyseDocument, analyseQuery } from '../../../dist/search/analysis/index.js';
import { embeddingText, LocalEmbedder, quantize } from '../../../dist/search/embedding/index.js';
import {
  DEFAULT_RANKING,
  type QueryVector,
  type RankedChunk,
  type SearchOptions,
  searchView,
} from '../../../dist/search/ranking/index.js';
import { buildSegment, IndexView, memorySource, openSegment } from '../../../dist/search/segment/index.js';

const embedder = new LocalEmbedder();
const { id: embedderId, dimension } = embedder;

/** A view of documents given as path and text, with vectors of the local embedder. */
async function viewOf(files: { readonly [path: string]: string }): Promise<IndexView> {
  const documents = Object.entries(files).map(([path, text]) => analyseDocument({ path, bytes: Buffer.from(text) }));
  const texts = documents.flatMap(({ title, text, chunks }) =>
    chunks.map(({ headingPath, startOffset, endOffset }) =>
      embeddingText({ title, headingPath, text: text.slice(startOffset, endOffset) }),
    ),
  );
  const vectors = (await embedder.embed(texts)).map(quantize);
  const bytes = buildSegment({ documents, vectors, tombstones: [], embedderId, dimension });
  return IndexView.open([openSegment('test', memorySource(bytes))]);
}

function ask(view: IndexView, text: string, options: SearchOptions = {}): readonly RankedChunk[] {
  return searchView(view, analyseQuery(text), undefined, options);
}

async function vectorOf(text: string): Promise<QueryVector> {
  const [values = new Float32Array(0)] = await embedder.embed([text]);
  return { embedderId, values };
}

const FILES = {
  'lock.md': '# File locks\n\nA lock keeps writers in order.\n\n## Stale locks\n\nA stale lock is taken over.\n',
  'store.md': '# Store\n\nA store has a lock beside its pointer.\n',
  'notes/reader.md': '# Readers\n\nReaders need nothing.\n',
  'notes/empty-shelf.md': '',
};

test('the document that is about the words comes first, with the passage that says them', async () => {
  const view = await viewOf(FILES);
  const [best] = ask(view, 'stale lock');
  expect(best).toMatchObject({ path: 'lock.md', headingPath: ['File locks', 'Stale locks'], startLine: 5, endLine: 7 });
  expect(best?.matchedBy).toEqual(['keyword']);
});

test('a score is the sum of what its signals add', async () => {
  const view = await viewOf(FILES);
  for (const { score, explain } of searchView(view, analyseQuery('stale lock'), await vectorOf('stale lock'))) {
    expect(Object.values(explain).reduce((sum, part) => sum + part, 0)).toBeCloseTo(score, 12);
  }
});

test('an empty document is found by its name', async () => {
  const [best] = ask(await viewOf(FILES), 'shelf');
  expect(best).toMatchObject({ path: 'notes/empty-shelf.md', chunk: undefined, startLine: 1, endLine: 1 });
});

test('a path prefix leaves other documents out', async () => {
  const view = await viewOf(FILES);
  expect(ask(view, 'reader lock', { pathPrefix: 'notes/' }).map(({ path }) => path)).toEqual(['notes/reader.md']);
  expect(ask(view, 'reader lock', { pathPrefix: 'absent/' })).toEqual([]);
});

test('a document gives as many passages as allowed', async () => {
  const view = await viewOf({ 'a.md': '# A\n\nlock\n\n## B\n\nlock one\n\n## C\n\nlock two\n', 'b.md': 'a lock here' });
  const count = (passagesPerDocument: number): number =>
    ask(view, 'lock', { ranking: { ...DEFAULT_RANKING, passagesPerDocument } }).filter(({ path }) => path === 'a.md')
      .length;
  expect([count(1), count(2), count(9)]).toEqual([1, 2, 3]);
});

test('passages that say the same are one result, the one of the lowest path, however many there are', async () => {
  const copies = Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => [`copy${index + 10}.md`, '# Same\n\nlock\n']),
  );
  const view = await viewOf({ ...copies, 'other.md': '# Another\n\nA lock of its own, told at some length.\n' });
  const found = ask(view, 'lock');
  expect(found.map(({ path }) => path).sort()).toEqual(['copy10.md', 'other.md']);
  const all = { ...DEFAULT_RANKING, collapseEqualPassages: false };
  expect(ask(view, 'lock', { limit: 100, ranking: all })).toHaveLength(61);
});

test('pages of results, one after the other, are the whole list', async () => {
  const files = Array.from({ length: 40 }, (_, index) => [
    `${index}.md`,
    `# T${index}\n\nlock ${'word '.repeat(index)}\n`,
  ]);
  const view = await viewOf(Object.fromEntries(files));
  const whole = ask(view, 'lock', { limit: 40 });
  const pages = [0, 1, 2, 3].flatMap((page) => ask(view, 'lock', { limit: 10, offset: page * 10 }));
  expect(pages).toEqual(whole);
  expect(whole).toHaveLength(40);
});

test('a vector finds what shares no whole word, and says so', async () => {
  const view = await viewOf(FILES);
  const ranking = { ...DEFAULT_RANKING, minimumSimilarity: 0.1 };
  const found = searchView(view, { text: '', terms: [] }, await vectorOf('a stale lock is taken over'), { ranking });
  expect(found[0]).toMatchObject({ path: 'lock.md', matchedBy: ['vector'] });
});

test('vectors of another embedder or dimension are not compared', async () => {
  const view = await viewOf(FILES);
  const none = { text: '', terms: [] };
  expect(searchView(view, none, { ...(await vectorOf('stale lock')), embedderId: 'other' })).toEqual([]);
  expect(searchView(view, none, { embedderId, values: new Float32Array(8).fill(1) })).toEqual([]);
});

test('no terms, unknown terms, no documents and no room give no results', async () => {
  const view = await viewOf(FILES);
  expect(searchView(view, { text: '', terms: [] }, undefined)).toEqual([]);
  expect(ask(view, 'zzzz')).toEqual([]);
  expect(ask(view, 'lock', { limit: 0 })).toEqual([]);
  expect(ask(IndexView.open([]), 'lock')).toEqual([]);
});

test('one query leaves nothing behind for the next, also of another view', async () => {
  const [view, other] = [await viewOf(FILES), await viewOf({ 'x.md': '# Stale\n\nlock\n' })];
  const first = ask(view, 'stale lock');
  ask(other, 'stale lock');
  ask(view, 'readers need nothing');
  expect(ask(view, 'stale lock')).toEqual(first);
});
