import { describe, expect, it } from 'vitest';
import { analyseDocument } from '../../../dist/search/analysis/index.js';
import { DocumentFilter, StatCache } from '../../../dist/search/documents/index.js';
import { fingerprint } from '../../../dist/search/indexing/file-reading.js';
import { IndexingPool } from '../../../dist/search/indexing/indexing-pool.js';
import { DocumentSync } from '../../../dist/search/project/document-sync.js';
import { ProblemList } from '../../../dist/search/project/problem-list.js';
import { buildSegment, IndexView, memorySource, openSegment } from '../../../dist/search/segment/index.js';
import { projectWith } from './temporary-project-index.js';

function viewOf(path: string, text: string): IndexView {
  const documents = [analyseDocument({ path, bytes: Buffer.from(text) })];
  const bytes = buildSegment({ documents, vectors: [], tombstones: [], embedderId: '', dimension: 0 });
  return IndexView.open([openSegment('test', memorySource(bytes))]);
}

const BATCH = { count: 10, sizeBytes: 1_000_000 };

describe('a document that comes back while a batch that saw it gone is under way', () => {
  it('is pending until the index has it again', async () => {
    await using project = await projectWith({ 'a.md': '# A\n' });
    let view = viewOf('a.md', '# A\n');
    const rules = { root: project.root, maximumBytes: 1_000_000 };
    const sync = new DocumentSync({
      filter: new DocumentFilter({ root: project.root }),
      cache: new StatCache(),
      pool: new IndexingPool(1),
      problems: new ProblemList(() => {}),
      maximumBytes: rules.maximumBytes,
      currentView: () => view,
      onProgress: () => {},
    });
    await project.remove('a.md');
    await sync.look(['a.md']);
    const batch = sync.takeBatch(BATCH);
    sync.note(fingerprint(rules, 'a.md'));
    // It comes back before the batch is committed; the index still has it.
    await project.write('a.md', '# A\n');
    await sync.look(['a.md']);
    view = IndexView.open([]);
    sync.giveBack(batch);
    expect(sync.takeBatch(BATCH)).toEqual(['a.md']);
  });
});
