import { expect, it } from 'vitest';
import { IndexManager } from '../../../dist/search/library.js';
import { problemReport } from '../../../dist/server/problem-report.js';
import { SnapshotStore } from '../../../dist/store/index.js';
import { pathsIn, problemCodes, projectWith } from './temporary-project-index.js';

it.each([
  ['says nothing of itself', undefined],
  ['describes something else', { kind: 'settings' }],
])('a store of another program, which %s, is refused and stays as it is', async (_, description) => {
  await using project = await projectWith({ 'a.md': '# Apricot\n' });
  await using store = await SnapshotStore.open(project.indexPath);
  await store.update((draft) => {
    draft.write('settings.json', Buffer.from('{}'));
    if (description !== undefined) draft.describe(description);
  });
  await expect(project.open()).rejects.toMatchObject({ code: 'NOT_AN_INDEX' });
  const refusal = await IndexManager.open(project.indexPath).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'NOT_AN_INDEX', remedy: expect.not.stringContaining('--') });
  expect(problemReport(refusal).remedy).toContain('`--index-path`');
  const { generation, files } = await store.snapshot();
  expect([generation, [...files.keys()]]).toEqual([1, ['settings.json']]);
});

it('a generation of another program above those of an index counts as damage, and the index is restored', async () => {
  await using project = await projectWith({ 'a.md': '# Apricot\n' });
  await project.index();
  await using store = await SnapshotStore.open(project.indexPath);
  await store.update((draft) => {
    draft.write('settings.json', Buffer.from('{}'));
    draft.describe({ kind: 'settings' });
  });
  await using index = await project.open({ mode: 'read' });
  expect([await pathsIn(index), await problemCodes(index)]).toEqual([['a.md'], ['NOT_AN_INDEX']]);
  expect((await index.history({})).generations.map(({ operation }) => operation)).toEqual(['update', 'index']);
  await project.write('b.md', '# Bilberry\n');
  await project.index();
  await using healed = await project.open({ mode: 'read' });
  expect([await pathsIn(healed), await problemCodes(healed)]).toEqual([['a.md', 'b.md'], []]);
});
