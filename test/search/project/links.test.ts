import { expect, it } from 'vitest';
import { projectWith } from './temporary-project-index.js';

it('the link graph has every pair of linked documents once, the most linked document first', async () => {
  await using project = await projectWith({
    'a.md': '[b](b.md) [b again](b.md) [c](c.md)\n\n[b](b.md#part)\n',
    'b.md': '# B\n\n## Part\n\n[itself](b.md)\n',
    'c.md': '# C\n\n[b](b.md)\n',
    'alone.md': '# Alone\n',
  });
  await project.index();
  const index = await project.open({ mode: 'read' });
  const { documents, links, total } = await index.links({});
  expect(total).toBe(4);
  expect(links.map(({ from, to }) => `${documents[from]?.path} ${documents[to]?.path}`).sort()).toEqual([
    'a.md b.md',
    'a.md c.md',
    'c.md b.md',
  ]);
  expect(documents.map(({ path, linksTo, linkedFrom }) => [path, linksTo, linkedFrom])).toEqual([
    ['a.md', 2, 0],
    ['b.md', 0, 2],
    ['c.md', 1, 1],
    ['alone.md', 0, 0],
  ]);
});

it('orphans and broken links are told of the whole project, whatever is drawn', async () => {
  await using project = await projectWith({
    'a.md': '[b](b.md) [gone](gone.md) [b](b.md#nowhere) [there](Makefile)\n',
    'b.md': '# B\n',
    Makefile: 'all:\n',
  });
  await project.index();
  const index = await project.open({ mode: 'read' });
  const { documents, links, orphans, brokenLinks } = await index.links({ limit: 1 });
  expect([documents.length, links.length]).toEqual([1, 0]);
  expect(orphans).toMatchObject({ total: 1, listed: [{ path: 'a.md' }] });
  expect(brokenLinks).toEqual({
    total: 2,
    listed: [
      { path: 'a.md', line: 1, target: 'gone.md', anchor: '', isHeadingMissing: false },
      { path: 'a.md', line: 1, target: 'b.md', anchor: 'nowhere', isHeadingMissing: true },
    ],
  });
});

it('a link of a document to a heading of its own that is not there is broken, and connects nothing', async () => {
  await using project = await projectWith({
    'a.md': '# A\n\n[there](#a) [own](#nope) [top](#top)\n',
    'b.md': '# B\n\n[self](b.md#nope) [[#B]] [b](b.md) [[#^block]]\n',
  });
  await project.index();
  const index = await project.open({ mode: 'read' });
  const { links, orphans, brokenLinks } = await index.links();
  expect([links.length, orphans.total]).toEqual([0, 2]);
  expect(brokenLinks.listed).toEqual([
    { path: 'a.md', line: 3, target: 'a.md', anchor: 'nope', isHeadingMissing: true },
    { path: 'b.md', line: 3, target: 'b.md', anchor: 'nope', isHeadingMissing: true },
  ]);
});

it('what is live names the instances, and a watcher is called at each generation', async () => {
  await using project = await projectWith({ 'a.md': '# A\n' });
  await project.index();
  const index = await project.open({ mode: 'once' });
  expect(await index.live()).toMatchObject({
    generation: 1,
    documents: 1,
    hold: null,
    instances: [{ client: 'test' }],
  });
  const called = new Promise<void>((resolve) => {
    index.watch(resolve);
  });
  await project.write('b.md', '# B\n');
  await project.index();
  await called;
  expect(await index.live()).toMatchObject({ generation: 2, documents: 2 });
});
