import { expect, test } from 'vitest';
import type { DocumentsChanged } from '../../../dist/search/index.js';
import { type Project, projectWith, until } from './temporary-project-index.js';

/** What a process that only looks is told while `act` goes on, until it was told of `path`. */
async function toldWhile(project: Project, path: string, act: () => Promise<unknown>): Promise<DocumentsChanged> {
  const told = { added: new Set<string>(), updated: new Set<string>(), removed: new Set<string>() };
  const index = await project.open({ mode: 'read' });
  let generation = 0;
  index.onDocumentsChanged((changed) => {
    generation = changed.generation;
    for (const kind of ['added', 'updated', 'removed'] as const) for (const one of changed[kind]) told[kind].add(one);
  });
  await act();
  await until(async () => [told.added, told.updated, told.removed].some((paths) => paths.has(path)));
  await index.close();
  return { generation, added: [...told.added], updated: [...told.updated], removed: [...told.removed] };
}

const DOCUMENTS = { 'a.md': '# A\n', 'b.md': '# B\n', 'c.md': '# C\n' };

test('whoever listens is told which documents another instance added, changed and removed', async () => {
  await using project = await projectWith(DOCUMENTS);
  await project.index();
  const told = await toldWhile(project, 'd.md', async () => {
    await project.write('a.md', '# A, changed\n');
    await project.remove('b.md');
    await project.write('d.md', '# D\n');
    await project.index();
  });
  expect(told).toEqual({ generation: 2, added: ['d.md'], updated: ['a.md'], removed: ['b.md'] });
});

test('a rollback is told as what it changes back', async () => {
  await using project = await projectWith(DOCUMENTS);
  await project.index();
  await project.write('a.md', '# A, changed\n');
  await project.write('d.md', '# D\n');
  await project.index();
  const other = await project.open({ mode: 'once' });
  const told = await toldWhile(project, 'd.md', () => other.rollback({ generation: 1 }));
  expect(told).toEqual({ generation: 3, added: [], updated: ['a.md'], removed: ['d.md'] });
});

test('the first indexing is told as documents that were added', async () => {
  await using project = await projectWith(DOCUMENTS);
  const other = await project.open({ mode: 'once' });
  const told = await toldWhile(project, 'c.md', () => other.indexNow());
  expect(told).toEqual({ generation: 1, added: ['a.md', 'b.md', 'c.md'], updated: [], removed: [] });
});
