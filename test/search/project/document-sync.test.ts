import { rename } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { DocumentFilter, StatCache } from '../../../dist/search/documents/index.js';
import { fingerprint } from '../../../dist/search/indexing/file-reading.js';
import { IndexingPool } from '../../../dist/search/indexing/indexing-pool.js';
import { EMPTY_INDEX, type LoadedIndex } from '../../../dist/search/indexing/segment-catalog.js';
import { DocumentSync } from '../../../dist/search/project/document-sync.js';
import { ProblemList } from '../../../dist/search/project/problem-list.js';
import { IndexView, type Segment } from '../../../dist/search/segment/index.js';
import { segmentOfTexts } from '../segment/segment-of-texts.js';
import { projectWith } from './temporary-project-index.js';

const LIMITS = { maximumBytes: 1_000_000 };
const BATCH = { count: 10, sizeBytes: 1_000_000 };

function syncOf(root: string, currentView: () => IndexView, onUnsure: () => void = () => {}): DocumentSync {
  const indexes = new WeakMap<IndexView, LoadedIndex>();
  const current = (): LoadedIndex => {
    const view = currentView();
    const index = indexes.get(view) ?? { ...EMPTY_INDEX, view };
    indexes.set(view, index);
    return index;
  };
  return new DocumentSync({
    filter: new DocumentFilter({ root }),
    cache: new StatCache(),
    pool: new IndexingPool(1),
    problems: new ProblemList(() => {}),
    ...LIMITS,
    current,
    onUnsure,
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
    const batch = sync.pending.takeBatch(BATCH);
    sync.note(fingerprint({ root: project.root, ...LIMITS }, 'a.md'));
    // It comes back before the batch is committed; the index still has it.
    await project.write('a.md', '# A\n');
    await sync.look(['a.md']);
    view = IndexView.open([]);
    sync.pending.giveBack(batch);
    expect(sync.pending.takeBatch(BATCH)).toEqual(['a.md']);
  });

  it('what it has done is dropped at its end, though the index was looked at before that', async () => {
    await using project = await projectWith({ 'a.md': '# A\n' });
    let view = IndexView.open([]);
    const sync = syncOf(project.root, () => view);
    await sync.look(['a.md']);
    const batch = sync.pending.takeBatch(BATCH);
    view = IndexView.open([segmentOfTexts({ 'a.md': '# A\n' })]);
    sync.pending.settle();
    expect(sync.pending.count).toBe(1);
    sync.pending.giveBack(batch);
    expect(sync.pending.count).toBe(0);
  });

  it('a document that is ignored before the batch is read is pending at its end', async () => {
    await using project = await projectWith({ 'a.md': '# A\n', 'b.md': '# B\n' });
    let view = IndexView.open([]);
    const sync = syncOf(project.root, () => view);
    await sync.sweep();
    const batch = sync.pending.takeBatch(BATCH);
    await project.write('.gitignore', 'a.md\n');
    await sync.sweep();
    // It was on its way to a thread before.
    for (const path of batch) sync.note(fingerprint({ root: project.root, ...LIMITS }, path));
    view = view.advance([segmentOfTexts({ 'a.md': '# A\n', 'b.md': '# B\n' })]);
    sync.pending.giveBack(batch);
    expect([...sync.pending.paths]).toEqual(['a.md']);
    view = view.advance([segmentOfTexts({ 'b.md': '# B\n' })]);
    sync.pending.settle();
    expect([...sync.pending.paths]).toEqual([]);
  });

  it('a document that is saved after the batch has read it is pending, though the batch is noted later', async () => {
    await using project = await projectWith({ 'a.md': '# Early\n' });
    let view = IndexView.open([]);
    const sync = syncOf(project.root, () => view);
    await sync.look(['a.md']);
    const batch = sync.pending.takeBatch(BATCH);
    const early = fingerprint({ root: project.root, ...LIMITS }, 'a.md');
    await sleep(10);
    await project.write('a.md', '# Late\n');
    await sync.look(['a.md']);
    sync.note(early);
    view = IndexView.open([segmentOfTexts({ 'a.md': '# Early\n' })]);
    sync.pending.giveBack(batch);
    expect(sync.pending.takeBatch(BATCH)).toEqual(['a.md']);
  });
});

describe('what others have indexed', () => {
  const texts = { 'a.md': '# A\n', 'b.md': '# B\n', 'c.md': '# C\n', 'd.md': '# D\n' };

  it('is dropped, whether it comes with a new segment or with one in the place of others', async () => {
    await using project = await projectWith(texts);
    let view = IndexView.open([]);
    const sync = syncOf(project.root, () => view);
    await sync.look(Object.keys(texts));
    sync.pending.settle();
    expect([...sync.pending.paths]).toEqual(Object.keys(texts));
    const first = segmentOfTexts({ 'b.md': texts['b.md'] });
    view = view.advance([first]);
    sync.pending.settle();
    expect([...sync.pending.paths]).toEqual(['a.md', 'c.md', 'd.md']);
    view = view.advance([first, segmentOfTexts({ 'c.md': '# Another\n' })]);
    sync.pending.settle();
    expect([...sync.pending.paths]).toEqual(['a.md', 'c.md', 'd.md']);
    view = view.advance([segmentOfTexts({ 'b.md': texts['b.md'], 'c.md': texts['c.md'] })]);
    sync.pending.settle();
    expect([...sync.pending.paths]).toEqual(['a.md', 'd.md']);
  });

  it('is dropped if it was found to differ from a view that is old by then', async () => {
    await using project = await projectWith(texts);
    let view = IndexView.open([]);
    const sync = syncOf(project.root, () => view);
    sync.pending.settle();
    const newer = view.advance([segmentOfTexts(texts)]);
    const looking = sync.look(['a.md']);
    view = newer;
    sync.pending.settle();
    await looking;
    sync.pending.settle();
    expect([...sync.pending.paths]).toEqual([]);
  });

  it('stays pending if it is not what was found, though nobody has read the file', async () => {
    await using project = await projectWith({ 'a.md': '# Changed before it was found\n', 'b.md': '# B\n' });
    let view = IndexView.open([]);
    const sync = syncOf(project.root, () => view);
    await sync.sweep();
    view = view.advance([segmentOfTexts({ 'a.md': '# A\n', 'b.md': '# B\n' })]);
    sync.pending.settle();
    expect([...sync.pending.paths]).toEqual(['a.md']);
    await sync.readUnread(1);
    expect([...sync.pending.paths]).toEqual(['a.md']);
    view = view.advance([
      ...view.segments.map(({ segment }) => segment),
      segmentOfTexts({ 'a.md': '# Changed before it was found\n' }),
    ]);
    sync.pending.settle();
    expect([...sync.pending.paths]).toEqual([]);
  });
});

describe('what others have indexed too late', () => {
  const early = { 'a.md': '# A\n', 'b.md': '# B\n' };

  /** Documents that were read, then changed and looked at; the index has them as they are, and one that is gone not at all. */
  async function lookedAtAfterChanges(): Promise<{
    readonly project: AsyncDisposable;
    readonly sync: DocumentSync;
    readonly show: (...segments: Segment[]) => void;
  }> {
    const project = await projectWith({ 'b.md': '# Changed\n', 'c.md': '# C\n' });
    let view = IndexView.open([]);
    const sync = syncOf(project.root, () => view);
    await sync.sweep();
    await sync.look(['a.md', 'b.md', 'c.md']);
    const show = (...segments: Segment[]): void => {
      view = view.advance(segments);
      sync.pending.settle();
    };
    return { project, sync, show };
  }

  it.each([
    ['comes with a new segment', (late: Segment, first: Segment) => [first, late], []],
    // What it named was merged: whoever reads the generations on the way tells.
    ['comes with a segment in the place of others', (late: Segment) => [late], ['a.md', 'b.md', 'c.md']],
  ])('is pending if it %s', async (_, arrange, told) => {
    const { project, sync, show } = await lookedAtAfterChanges();
    await using _project = project;
    const first = segmentOfTexts({ 'b.md': '# Changed\n', 'c.md': '# C\n' });
    show(first);
    expect([...sync.pending.paths]).toEqual([]);
    show(...arrange(segmentOfTexts({ ...early, 'c.md': '# C\n' }), first));
    sync.pending.doubt(told);
    expect([...sync.pending.paths].toSorted()).toEqual(['a.md', 'b.md']);
    // Somebody mends it.
    show(segmentOfTexts({ 'b.md': '# Changed\n', 'c.md': '# C\n' }));
    expect([...sync.pending.paths]).toEqual([]);
  });

  it('is pending if it came while all files were compared', async () => {
    await using project = await projectWith({ 'b.md': '# Another\n' });
    let view = IndexView.open([]);
    const late = segmentOfTexts(early);
    const sync = syncOf(project.root, () => {
      const before = view;
      // Committed as soon as the comparison knows what it compares with.
      if (view.documentCount === 0) view = view.advance([late]);
      return before;
    });
    await sync.sweep();
    sync.pending.settle();
    expect([...sync.pending.paths].toSorted()).toEqual(['a.md', 'b.md']);
  });

  it('is compared with all files where a generation neither names it nor is a merge', async () => {
    await using project = await projectWith({ 'b.md': '# B\n' });
    let view = IndexView.open([segmentOfTexts({ 'b.md': '# B\n' })]);
    const unsure: string[] = [];
    const sync = syncOf(
      project.root,
      () => view,
      () => unsure.push('unsure'),
    );
    await sync.sweep();
    view = view.advance([...view.segments.map(({ segment }) => segment), segmentOfTexts({ 'b.md': '# B\n' })]);
    sync.pending.settle();
    expect(unsure).toEqual([]);
    view = view.advance([segmentOfTexts({ 'x.md': '# Of elsewhere\n' })]);
    sync.pending.settle();
    expect(unsure).toEqual(['unsure']);
  });

  it('is pending if it is gone from the index and not from the folder', async () => {
    await using project = await projectWith({ 'a.md': '# A\n', 'b.md': '# B\n' });
    let view = IndexView.open([]);
    const sync = syncOf(project.root, () => view);
    await sync.sweep();
    const first = segmentOfTexts({ 'a.md': '# A\n', 'b.md': '# B\n' });
    view = view.advance([first]);
    sync.pending.settle();
    expect(sync.pending.count).toBe(0);
    view = view.advance([first, segmentOfTexts({}, ['a.md'])]);
    sync.pending.settle();
    expect([...sync.pending.paths]).toEqual(['a.md']);
  });

  it('is no reason to remove documents while their folder is gone', async () => {
    await using project = await projectWith({ 'b.md': '# B\n' });
    let view = IndexView.open([]);
    const sync = syncOf(project.root, () => view);
    await sync.sweep();
    await rename(project.root, `${project.root}.moved`);
    view = view.advance([segmentOfTexts(early)]);
    sync.pending.settle();
    await rename(`${project.root}.moved`, project.root);
    expect([...sync.pending.paths]).toEqual([]);
  });
});
