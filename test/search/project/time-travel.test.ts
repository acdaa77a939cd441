import { expect, test } from 'vitest';
import { type Project, projectWith } from './temporary-project-index.js';

/** Generation 1 is the first indexing; in 2 `b.md` says something else and is linked, and `c.md` is new. */
async function projectWithPast(): Promise<Project> {
  const project = await projectWith({ 'a.md': '# A\n\nSee [b](b.md).\n', 'b.md': '# B\n\nMalt and barley.\n' });
  await project.index();
  await project.write('b.md', '# B\n\nNothing but hops.\n');
  await project.write('c.md', '# C\n\nSee [b](b.md).\n');
  await project.index();
  return project;
}

test('every question can be asked of an earlier generation, and the answer says which one it is', async () => {
  await using project = await projectWithPast();
  const index = await project.open({ mode: 'read' });
  const asOf = '1';
  const answers = [
    await index.search({ query: 'barley', asOf }),
    await index.document({ path: 'b.md', asOf }),
    await index.list({ asOf }),
    await index.related({ path: 'b.md', asOf }),
    await index.status({ asOf }),
  ] as const;
  const [found, document, listed, related, status] = answers;
  for (const answer of answers) {
    expect(answer).toMatchObject({ generation: 1, stale: true, asOf: { newest: 2, createdAt: expect.any(String) } });
  }
  expect(found.results[0]).toMatchObject({ path: 'b.md', matchedBy: expect.arrayContaining(['keyword']) });
  expect(document).toMatchObject({ text: '# B\n\nMalt and barley.\n', changedSinceIndexed: true });
  expect(listed.documents.map(({ path }) => path)).toEqual(['a.md', 'b.md']);
  expect(related.backlinks.map(({ path }) => path)).toEqual(['a.md']);
  expect(status).toMatchObject({ documents: 2, generations: 2 });
});

test('an answer as of the newest generation is no staler than any other', async () => {
  await using project = await projectWithPast();
  const index = await project.open({ mode: 'read' });
  expect(await index.list({ asOf: '2' })).toMatchObject({ generation: 2, stale: false, total: 3 });
  expect(await index.list({})).not.toHaveProperty('asOf');
});

test('a generation that is gone, or never was, is an error that says so', async () => {
  await using project = await projectWithPast();
  await project.index({ keepGenerations: 1, minimumAgeMs: 0 });
  const collecting = await project.open({ mode: 'once', keepGenerations: 1, minimumAgeMs: 0 });
  await collecting.collect({ dryRun: false });
  await expect(collecting.list({ asOf: '1' })).rejects.toMatchObject({ code: 'GENERATION_EXPIRED' });
  const tooHigh = '99999999999999999999';
  for (const ask of [
    () => collecting.list({ asOf: tooHigh }),
    () => collecting.compare({ from: tooHigh }),
    () => collecting.findGeneration(tooHigh),
  ])
    await expect(ask()).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  await expect(collecting.list({ asOf: '7' })).rejects.toMatchObject({ code: 'GENERATION_NOT_FOUND' });
  await expect(collecting.list({ asOf: 'x' })).rejects.toMatchObject({ code: 'TAG_NOT_FOUND' });
});

test('answering from the past leaves the present as it was', async () => {
  await using project = await projectWithPast();
  const index = await project.open({ mode: 'read' });
  await index.search({ query: 'barley', asOf: '1' });
  expect((await index.search({ query: 'hops' })).results[0]).toMatchObject({ path: 'b.md' });
  expect(await index.document({ path: 'c.md' })).toMatchObject({ generation: 2 });
});

test('a tag names its generation from then on, also in a comparison', async () => {
  await using project = await projectWithPast();
  const index = await project.open({ mode: 'once' });
  expect(await index.tag({ name: 'first', generation: '1' })).toMatchObject({ tag: { name: 'first', generation: 1 } });
  const compared = await index.compare({ from: 'first' });
  expect(compared).toMatchObject({
    from: { generation: 1 },
    to: { generation: 2 },
    counts: { added: 1, changed: 1, removed: 0, renamed: 0, unchanged: 1 },
    changes: [
      { change: 'added', path: 'c.md' },
      { change: 'changed', path: 'b.md' },
    ],
  });
});

test('a comparison, a history and relations go on page by page', async () => {
  await using project = await projectWithPast();
  const index = await project.open({ mode: 'once' });
  const first = await index.compare({ from: '1', limit: 1 });
  const second = await index.compare({ from: '1', limit: 1, cursor: first.nextCursor ?? '' });
  expect([...first.changes, ...second.changes].map(({ path }) => path)).toEqual(['c.md', 'b.md']);
  expect(second).not.toHaveProperty('nextCursor');
  const newest = await index.history({ limit: 1 });
  const older = await index.history({ limit: 1, cursor: newest.nextCursor ?? '' });
  expect([...newest.generations, ...older.generations].map(({ generation }) => generation)).toEqual([2, 1]);
  expect(older).not.toHaveProperty('nextCursor');
  const some = await index.related({ path: 'b.md', limit: 1 });
  const rest = await index.related({ path: 'b.md', limit: 1, cursor: some.nextCursor ?? '' });
  expect([...some.backlinks, ...rest.backlinks].map(({ path }) => path)).toEqual(['a.md', 'c.md']);
});

test('a search shows as much of each passage as was asked for', async () => {
  const passage = `Zymurgy is an art.\n\n${'It takes a long time to learn what can be known of it.\n'.repeat(12)}`;
  await using project = await projectWith({ 'a.md': `# A\n\n${passage}` });
  await project.index();
  const index = await project.open({ mode: 'read' });
  const lengths = [];
  for (const detail of ['brief', 'normal', 'full'] as const) {
    const { results } = await index.search({ query: 'zymurgy', detail });
    lengths.push(results[0]?.snippet.length ?? -1);
  }
  const [brief = -1, normal = -1, full = -1] = lengths;
  expect(brief).toBe(0);
  expect(normal).toBeGreaterThan(0);
  expect(full).toBeGreaterThan(normal);
});
