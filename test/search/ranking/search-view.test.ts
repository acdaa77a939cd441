import { expect, test } from 'vitest';
import { analyseDocument, analyseQuery, NOTHING_ASKED } from '../../../dist/search/analysis/index.js';
import { embeddingText, LocalEmbedder, quantize } from '../../../dist/search/embedding/index.js';
import {
  DEFAULT_RANKING,
  type QueryVector,
  type RankedChunk,
  type SearchOptions,
  searchView,
} from '../../../dist/search/ranking/index.js';
import { buildSegment, IndexView, memorySource, openSegment } from '../../../dist/search/segment/index.js';
import { Random } from '../segment/random-documents.js';

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

/** Two documents of the same length that have one word each, and others that have the words too. */
function filesWith(first: string, second: string, others: { readonly [path: string]: string }): typeof others {
  return { 'a.md': `# Notes\n\n${first} here\n`, 'z.md': `# Notes\n\n${second} here\n`, ...others };
}

function pathsFor(view: IndexView, text: string, ranking = DEFAULT_RANKING): readonly string[] {
  return ask(view, text, { ranking, limit: 50 }).map(({ path }) => path);
}

test('what its documents say again and again is worth more than what is spread thinly, unless that is switched off', async () => {
  const others = {
    'o1.md': 'plain text that says widely once',
    'o2.md': 'plain text that says widely once',
    'o3.md': 'kraken kraken kraken kraken kraken kraken',
    'o4.md': 'kraken kraken kraken kraken kraken kraken',
  };
  const view = await viewOf(filesWith('widely', 'kraken', others));
  const order = (ranking: typeof DEFAULT_RANKING): readonly string[] =>
    pathsFor(view, 'widely kraken', ranking).filter((path) => path === 'a.md' || path === 'z.md');
  const names = { ...DEFAULT_RANKING.weights, name: 0, link: 0 };
  expect(order({ ...DEFAULT_RANKING, weights: names })).toEqual(['z.md', 'a.md']);
  const even = { ...DEFAULT_RANKING.term, burstiness: 0 };
  expect(order({ ...DEFAULT_RANKING, weights: names, term: even })).toEqual(['a.md', 'z.md']);
});

test('a word that asks for a kind of text counts for less than a subject, and is found all the same', async () => {
  const view = await viewOf(filesWith('example', 'kraken', {}));
  expect(pathsFor(view, 'example kraken')).toEqual(['z.md', 'a.md']);
  const even = { ...DEFAULT_RANKING.term, weakWord: 1 };
  expect(pathsFor(view, 'example kraken', { ...DEFAULT_RANKING, term: even })).toEqual(['a.md', 'z.md']);
  expect(pathsFor(view, 'an example')).toEqual(['a.md']);
});

test('the grammar of a question in another language counts for little, but tells the language that is asked for', async () => {
  const view = await viewOf({
    'de.md': '# Anleitung\n\nWie kann ich das hier machen? Das kann ich so.\n',
    'a.md': '# Kraken\n\nA kraken of the deep.\n',
    'z.md': '# Kraken\n\nEin kraken der Tiefe.\n',
  });
  const question = 'Wie kann ich das mit einem Kraken machen?';
  expect(pathsFor(view, question)).toEqual(['z.md', 'a.md', 'de.md']);
  const even = { ...DEFAULT_RANKING.term, functionWord: 1 };
  expect(pathsFor(view, question, { ...DEFAULT_RANKING, term: even })[0]).toBe('de.md');
});

test('who asks for identifiers alone means them as they are, where documents have them', async () => {
  const view = await viewOf({
    'a.md': '# Users\n\nEach user has an id. To get users, list them by id or by name.\n\n## Get a user\n\nBy id.\n',
    'z.md': '# Reference\n\n`connect(url)` opens a connection. `getUserById(id)` throws when there is none.\n',
  });
  expect(pathsFor(view, 'getUserById')[0]).toBe('z.md');
  expect(pathsFor(view, 'where is "getUserById"?')[0]).toBe('z.md');
  const even = { ...DEFAULT_RANKING, term: { ...DEFAULT_RANKING.term, identifierPart: 1 } };
  expect(pathsFor(view, 'getUserById', even)[0]).toBe('a.md');
  expect(pathsFor(view, 'getUserOfId')[0]).toBe('a.md');
  expect(ask(view, 'user getUserById')[0]?.score).toBe(ask(view, 'user getUserById', { ranking: even })[0]?.score);
});

test('of documents that say the same, the one that is called so comes first, by its title or by its file name', async () => {
  const text = 'All about sea monsters and their habits.\n';
  const view = await viewOf({
    'a.md': `# A collection of things to know on sea monsters\n\n${text}\nOne.\n`,
    'b.md': `# Sea monsters\n\n${text}\nTwo.\n`,
    'sea-monsters.md': `# A collection of other things to know\n\n${text}\nThree.\n`,
  });
  const names = { ...DEFAULT_RANKING.weights, name: 0, document: 0, passage: 0, headingCoverage: 0, headingMatch: 0 };
  const found = pathsFor(view, 'sea monsters', { ...DEFAULT_RANKING, weights: names });
  expect(found).toEqual(['b.md', 'sea-monsters.md', 'a.md']);
});

test('the best of each signal counts for a document, also where another passage has it than the one that is shown', async () => {
  const view = await viewOf({
    'a.md': '# Kraken\n\nShort.\n\n# Habits\n\nlives deep, feeds deep, sleeps deep, wakes deep, dies deep\n',
    'b.md': '# Notes\n\nNothing.\n',
  });
  const [best, second] = ask(view, 'kraken deep');
  expect(best).toMatchObject({ path: 'a.md', headingPath: ['Habits'], explain: { headingCoverage: 0 } });
  expect(second).toMatchObject({ path: 'a.md', headingPath: ['Kraken'] });
  expect(best?.explain.elsewhere).toBeCloseTo(second?.explain.headingCoverage ?? 0, 12);
  expect(best?.explain.elsewhere).toBeGreaterThan(0);
});

test.each([
  'document',
  'passage',
  'name',
  'coverage',
  'headingCoverage',
  'vector',
  'titlePrecision',
  'headingMatch',
  'link',
] as const)('the signal %s adds to a score, and nothing when it is switched off', async (signal) => {
  const view = await viewOf({ ...FILES, 'index.md': '# Stale lock index\n\nSee the [stale lock](lock.md).\n' });
  const query = analyseQuery('stale lock');
  const vector = await vectorOf('stale lock');
  const added = (ranking: typeof DEFAULT_RANKING): number =>
    Math.max(...searchView(view, query, vector, { ranking }).map(({ explain }) => explain[signal]));
  expect(added(DEFAULT_RANKING)).toBeGreaterThan(0);
  expect(added({ ...DEFAULT_RANKING, weights: { ...DEFAULT_RANKING.weights, [signal]: 0 } })).toBe(0);
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
  const found = searchView(view, NOTHING_ASKED, await vectorOf('a stale lock is taken over'), { ranking });
  expect(found[0]).toMatchObject({ path: 'lock.md', matchedBy: ['vector'] });
});

test('of passages that are hardly less alike, the ten best are those of unrounded vectors', () => {
  const random = new Random(1);
  const unit = (values: Float32Array): Float32Array => values.map((value) => value / Math.hypot(...values));
  const near = (centre: Float32Array): Float32Array =>
    unit(centre.map((value) => value + (random.below(2001) / 1000 - 1) / 50));
  const centre = near(new Float32Array(dimension));
  const vectors = Array.from({ length: 400 }, () => near(centre));
  const documents = vectors.map((_, number) =>
    analyseDocument({ path: `${number}.md`, bytes: Buffer.from('# Text\n') }),
  );
  const bytes = buildSegment({ documents, vectors: vectors.map(quantize), tombstones: [], embedderId, dimension });
  const view = IndexView.open([openSegment('test', memorySource(bytes))]);
  const ranking = { ...DEFAULT_RANKING, collapseEqualPassages: false };
  let missed = 0;
  for (const values of Array.from({ length: 20 }, () => near(centre))) {
    const cosines = vectors.map((vector) =>
      vector.reduce((sum, value, place) => sum + value * (values[place] ?? 0), 0),
    );
    const nearest = [...cosines.keys()].sort((a, b) => (cosines[b] ?? 0) - (cosines[a] ?? 0)).slice(0, 10);
    const found = searchView(view, NOTHING_ASKED, { embedderId, values }, { limit: 10, ranking });
    missed += nearest.filter((number) => !found.some(({ path }) => path === `${number}.md`)).length;
  }
  // By their codes alone, 22 of the 200 would be missed.
  expect(missed).toBeLessThanOrEqual(7);
});

test('vectors of another embedder or dimension are not compared', async () => {
  const view = await viewOf(FILES);
  const none = NOTHING_ASKED;
  expect(searchView(view, none, { ...(await vectorOf('stale lock')), embedderId: 'other' })).toEqual([]);
  expect(searchView(view, none, { embedderId, values: new Float32Array(8).fill(1) })).toEqual([]);
});

test('no terms, unknown terms, no documents and no room give no results', async () => {
  const view = await viewOf(FILES);
  expect(searchView(view, NOTHING_ASKED, undefined)).toEqual([]);
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
