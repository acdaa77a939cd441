import { expect, test } from 'vitest';
import { mergeOnce } from '../../../dist/search/indexing/commit-merge.js';
import { mergeFiles } from '../../../dist/search/indexing/merge-files.js';
import { SegmentCatalog } from '../../../dist/search/indexing/segment-catalog.js';
import { IndexManager } from '../../../dist/search/library.js';
import { SnapshotStore } from '../../../dist/store/index.js';
import { temporaryIndex } from './temporary-index.js';

test('a merge that a rollback overtakes does not take away what the rollback has brought back', async () => {
  await using index = await temporaryIndex();
  await using store = await SnapshotStore.open(index.directory);
  await using manager = await IndexManager.open(index.directory);
  for (let number = 0; number < 100; number++) manager.indexDocument(`${number}.md`, `# Old ${number}\n`);
  const { generation } = await manager.persist();
  await manager.flush();
  // The second segment hides most of the first, which is then due to be written anew.
  for (let number = 0; number < 60; number++) manager.indexDocument(`${number}.md`, `# New ${number}\n`);
  await manager.persist();
  await manager.flush();

  const catalog = new SegmentCatalog();
  const before = await store.openGeneration(generation + 1);
  catalog.show(await catalog.load(before));
  const isMerged = await mergeOnce(store, catalog, async (inputs, dropTombstones) => {
    await store.rollback(generation);
    return mergeFiles(inputs, dropTombstones, undefined);
  });
  expect(isMerged).toBe(false);
  const { view } = await catalog.load(await store.snapshot());
  expect(view.documentCount).toBe(100);
  await before.close();
  catalog.close();
});
