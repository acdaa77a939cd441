import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { DocumentFilter, StatCache } from '../../../dist/search/documents/index.js';
import { fingerprint } from '../../../dist/search/indexing/file-reading.js';
import { IndexingPool } from '../../../dist/search/indexing/indexing-pool.js';
import { DocumentSync } from '../../../dist/search/project/document-sync.js';
import { ProblemList } from '../../../dist/search/project/problem-list.js';
import { IndexView } from '../../../dist/search/segment/index.js';
import { segmentOfTexts } from '../segment/segment-of-texts.js';
import { projectWith } from './temporary-project-index.js';

const LIMITS = { maximumBytes: 1_000_000 };
const BATCH = { count: 10, sizeBytes: 1_000_000 };

function syncOf(root: string, currentView: () => IndexView): DocumentSync {
  return new DocumentSync({
    filter: new DocumentFilter({ root }),
    cache: new StatCache(),
    pool: new IndexingPool(1),
    problems: new ProblemList(() => {}),
    ...LIMITS,
    currentView,
    onProgress: () => {},
  });
}

describe('while a batch is under way', () => {
  it('a document that comes back after it was seen gone is pending until the index has it again', async () => {
    await using project = await projectWith({ 'a.md': '# A\n' });
    let view = IndexView.open([segmentOfTexts({ 'a.md': '# A\n' })]);
    const sync = syncOf(project.root, () => view);
    await project.remove('a.md');
    await sync.look(['a.md']);
    const batch = sync.takeBatch(BATCH);
    sync.note(fingerprint({ root: project.root, ...LIMITS }, 'a.md'));
    // It comes back before the batch is committed; the index still has it.
    await project.write('a.md', '# A\n');
    await sync.look(['a.md']);
    view = IndexView.open([]);
    sync.giveBack(batch);
    expect(sync.takeBatch(BATCH)).toEqual(['a.md']);
  });

  it('what it has done is dropped at its end, though the index was looked at before that', async () => {
    await using project = await projectWith({ 'a.md': '# A\n' });
    let view = IndexView.open([]);
    const sync = syncOf(project.root, () => view);
    await sync.look(['a.md']);
    const batch = sync.takeBatch(BATCH);
    view = IndexView.open([segmentOfTexts({ 'a.md': '# A\n' })]);
    sync.settle();
    expect(sync.pendingCount).toBe(1);
    sync.giveBack(batch);
    expect(sync.pendingCount).toBe(0);
  });

  it('a document that is saved after the batch has read it is pending, though the batch is noted later', async () => {
    await using project = await projectWith({ 'a.md': '# Early\n' });
    let view = IndexView.open([]);
    const sync = syncOf(project.root, () => view);
    await sync.look(['a.md']);
    const batch = sync.takeBatch(BATCH);
    const early = fingerprint({ root: project.root, ...LIMITS }, 'a.md');
    await sleep(10);
    await project.write('a.md', '# Late\n');
    await sync.look(['a.md']);
    sync.note(early);
    view = IndexView.open([segmentOfTexts({ 'a.md': '# Early\n' })]);
    sync.giveBack(batch);
    expect(sync.takeBatch(BATCH)).toEqual(['a.md']);
  });
});

describe('what others have indexed', () => {
  const texts = { 'a.md': '# A\n', 'b.md': '# B\n', 'c.md': '# C\n', 'd.md': '# D\n' };

  it('is dropped, whether it comes with a new segment or with one in the place of others', async () => {
    await using project = await projectWith(texts);
    let view = IndexView.open([]);
    const sync = syncOf(project.root, () => view);
    await sync.look(Object.keys(texts));
    sync.settle();
    expect([...sync.pendingPaths]).toEqual(Object.keys(texts));
    const first = segmentOfTexts({ 'b.md': texts['b.md'] });
    view = view.advance([first]);
    sync.settle();
    expect([...sync.pendingPaths]).toEqual(['a.md', 'c.md', 'd.md']);
    view = view.advance([first, segmentOfTexts({ 'c.md': '# Another\n' })]);
    sync.settle();
    expect([...sync.pendingPaths]).toEqual(['a.md', 'c.md', 'd.md']);
    view = view.advance([segmentOfTexts({ 'b.md': texts['b.md'], 'c.md': texts['c.md'] })]);
    sync.settle();
    expect([...sync.pendingPaths]).toEqual(['a.md', 'd.md']);
  });

  it('is dropped if it was found to differ from a view that is old by then', async () => {
    await using project = await projectWith(texts);
    let view = IndexView.open([]);
    const sync = syncOf(project.root, () => view);
    sync.settle();
    const newer = view.advance([segmentOfTexts(texts)]);
    const looking = sync.look(['a.md']);
    view = newer;
    sync.settle();
    await looking;
    sync.settle();
    expect([...sync.pendingPaths]).toEqual([]);
  });
});
