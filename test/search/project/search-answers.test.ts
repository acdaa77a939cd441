import { expect, test } from 'vitest';
import { projectWith } from './temporary-project-index.js';

const DOCUMENTS = {
  'configuration.md': '# Configuration\n\nEverything is configured in one file.\n',
  'locks.md': '# Locks\n\nA lock keeps writers in order, into which they come.\n',
};

test('a misspelt question is answered for what was probably meant, and the answer says so', async () => {
  await using project = await projectWith(DOCUMENTS);
  await project.index();
  const index = await project.open({ mode: 'read' });
  const answer = await index.search({ query: 'cofnigured?' });
  expect(answer.results[0]).toMatchObject({ path: 'configuration.md' });
  expect(answer.results[0]?.matchedBy).toContain('keyword');
  expect(answer.corrections).toEqual([{ asked: 'cofnigured', used: 'configured' }]);
});

test('a misspelt identifier is one correction, though its parts are looked for too', async () => {
  await using project = await projectWith({ 'form.md': '# Forms\n\nBind with v-model, a model of two ways.\n' });
  await project.index();
  const index = await project.open({ mode: 'read' });
  const answer = await index.search({ query: 'v-modle' });
  expect(answer.corrections).toEqual([{ asked: 'v-modle', used: 'v-model' }]);
});

test('a word of which nothing has a form is mended beside words that are known', async () => {
  await using project = await projectWith(DOCUMENTS);
  await project.index();
  const index = await project.open({ mode: 'read' });
  const answer = await index.search({ query: 'file cofnigured' });
  expect(answer.results[0]).toMatchObject({ path: 'configuration.md' });
  expect(answer.corrections).toEqual([{ asked: 'cofnigured', used: 'configured' }]);
});

test.each([
  ['a known word', 'lock writers'],
  ['a short word', 'lock filw'],
  ['a word two letters away', 'lock cofnigurde'],
  ['an identifier of which a part is known', 'lock file-ordre'],
  ['a word that is near a stop word only', 'lock iinto'],
])('beside words that are known, %s stays as it was asked', async (_, query) => {
  await using project = await projectWith(DOCUMENTS);
  await project.index();
  const index = await project.open({ mode: 'read' });
  const answer = await index.search({ query });
  expect(answer.results.length).toBeGreaterThan(0);
  expect(answer).not.toHaveProperty('corrections');
});

test('an answer of which nothing has a word of the question says so', async () => {
  await using project = await projectWith(DOCUMENTS);
  await project.index();
  const index = await project.open({ mode: 'read', embedding: { embedder: 'local', minimumSimilarity: 0.01 } });
  const alike = await index.search({ query: 'preconfigurations' });
  expect(alike).toMatchObject({
    isByLikenessAlone: true,
    results: [{ path: 'configuration.md', matchedBy: ['vector'] }],
  });
  expect(await index.search({ query: 'lock preconfigurations' })).not.toHaveProperty('isByLikenessAlone');
});

test('an answer to a question without a word says so', async () => {
  await using project = await projectWith(DOCUMENTS);
  await project.index();
  const index = await project.open({ mode: 'read' });
  expect(await index.search({ query: '📅 ?' })).toMatchObject({ hasNoWords: true, results: [] });
  expect(await index.search({ query: '📅 lock' })).not.toHaveProperty('hasNoWords');
});

test('a score is explained when that is asked for: parts in plain words that add up to it, the largest first', async () => {
  await using project = await projectWith(DOCUMENTS);
  await project.index();
  const index = await project.open({ mode: 'read' });
  const [best] = (await index.search({ query: 'writers lock', explain: true })).results;
  const parts = best?.explanation ?? [];
  expect(parts.reduce((sum, { adds }) => sum + adds, 0)).toBeCloseTo(best?.score ?? 0, 9);
  expect(parts.map(({ adds }) => adds)).toEqual(parts.map(({ adds }) => adds).sort((a, b) => b - a));
  expect(parts).toContainEqual({
    signal: 'document',
    adds: expect.any(Number),
    reason: 'the document as a whole is about the words',
  });
  expect((await index.search({ query: 'writers lock' })).results[0]).not.toHaveProperty('explanation');
});

test('by default a document gives two passages at most, and what another says word for word is left out', async () => {
  const sections = Array.from({ length: 5 }, (_, index) => `## Part ${index}\n\nA lock of kind ${index}.\n`).join('\n');
  const copy = '# Notice\n\nMind the lock.\n';
  await using project = await projectWith({ 'many.md': `# Many\n\n${sections}`, 'one.md': copy, 'two.md': copy });
  await project.index();
  const index = await project.open({ mode: 'read' });
  const paths = (await index.search({ query: 'lock' })).results.map(({ path }) => path);
  expect(paths.filter((path) => path === 'many.md')).toHaveLength(2);
  expect(paths.filter((path) => path !== 'many.md')).toEqual(['one.md']);
});

test.each(['docs', './docs/', '/docs', './/docs'])('the prefix %s means the folder docs', async (pathPrefix) => {
  await using project = await projectWith({ 'docs/a.md': '# Lock\n', 'b.md': '# Lock\n' });
  await project.index();
  const index = await project.open({ mode: 'read' });
  expect((await index.search({ query: 'lock', pathPrefix })).results.map(({ path }) => path)).toEqual(['docs/a.md']);
  expect(await index.list({ pathPrefix })).toMatchObject({ total: 1 });
});

test.each(['', './', '/'])('the prefix "%s" means all documents', async (pathPrefix) => {
  await using project = await projectWith({ 'docs/a.md': '# Lock\n', 'b.md': '# Lock\n' });
  await project.index();
  expect(await (await project.open({ mode: 'read' })).list({ pathPrefix })).toMatchObject({ total: 2 });
});

test.each([
  ['NFC', 'NFD'],
  ['NFD', 'NFC'],
])('a folder with a name in %s is found by a prefix in %s, and keeps its name', async (stored, asked) => {
  await using project = await projectWith({
    ['ünïcode/ä.md'.normalize(stored)]: '# Lock\n\nOne holds it.\n',
    ['ünïcode/ö.md'.normalize(stored)]: '# Lock\n\nOthers wait.\n',
    'unicode.md': '# Lock\n',
  });
  await project.index();
  const index = await project.open({ mode: 'read' });
  for (const [prefix, names] of [
    ['ün', ['ä', 'ö']],
    ['./ünïcode/ö', ['ö']],
  ] as const) {
    const pathPrefix = prefix.normalize(asked);
    const paths = names.map((name) => `ünïcode/${name}.md`.normalize(stored));
    const { results } = await index.search({ query: 'lock', pathPrefix });
    expect(results.map(({ path }) => path).sort()).toEqual(paths);
    expect((await index.list({ pathPrefix })).documents.map(({ path }) => path)).toEqual(paths);
  }
});

// To macOS both names are one.
const testWithBoth = test.skipIf(process.platform === 'darwin');

testWithBoth('a prefix finds what has its Unicode form, and if nothing has it, what has another', async () => {
  const [composed, decomposed] = ['ä.md'.normalize('NFC'), 'ä.md'.normalize('NFD')];
  await using project = await projectWith({ [composed]: '# Lock\n', [decomposed]: '# Lock\n' });
  await project.index();
  const index = await project.open({ mode: 'once' });
  expect((await index.list({ pathPrefix: composed })).documents).toMatchObject([{ path: composed }]);
  await project.remove(composed);
  await index.indexNow();
  expect((await index.list({ pathPrefix: composed })).documents).toMatchObject([{ path: decomposed }]);
});
