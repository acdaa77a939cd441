import { expect, test } from 'vitest';
import { IndexManager } from '../../../dist/search/library.js';
import { IndexLocation } from '../../../dist/search/project/index-location.js';
import { IndexReader } from '../../../dist/search/project/index-reader.js';
import { ProblemList } from '../../../dist/search/project/problem-list.js';
import { processEnvironment, SnapshotStore } from '../../../dist/store/index.js';
import { LocalStorage } from '../../../dist/store/local/local-storage.js';
import { pauseAt } from '../../store/paused-storage.js';
import { ONLY_THE_HEAD } from '../../store/with-store.js';
import { temporaryIndex } from '../indexing/temporary-index.js';

test('an index that is collected between the look and the loading is loaded from the newer generation', async () => {
  await using index = await temporaryIndex();
  await using writer = await IndexManager.open(index.directory);
  const persist = async (name: string): Promise<void> => {
    writer.indexDocument(`${name}.md`, `note ${name}`);
    await writer.persist();
  };
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) await persist(name);
  const storage = new LocalStorage(index.directory, processEnvironment);
  const late = pauseAt(storage, { method: 'openFile', when: 'before' });
  await using store = await SnapshotStore.openOn(late.storage);
  const problems = new ProblemList(() => {});
  const reader = new IndexReader(store, problems, { isVerifying: false, location: new IndexLocation(index.directory) });
  const loading = reader.refresh();
  await late.asleep;
  // The eighth segment makes it merge, so that none of the others is there after the collecting.
  await persist('h');
  await writer.flush();
  expect((await store.collect(ONLY_THE_HEAD)).kept).toEqual([9]);
  late.wake();
  expect([(await loading).generation, reader.isDamaged]).toEqual([9, false]);
  reader.close();
});
