import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { IndexManager } from '../../../dist/search/library.js';
import { SnapshotStore } from '../../../dist/store/index.js';
import { temporaryIndex } from './temporary-index.js';

test('few segments are merged in a quiet moment', async () => {
  await using index = await temporaryIndex();
  await using store = await SnapshotStore.open(index.directory);
  await using manager = await IndexManager.open(index.directory);
  await persistOneByOne(manager, 8);
  expect(await segmentsIn(store)).toBe(8);
  await until(async () => (await segmentsIn(store)) === 1);
});

test('segments that another instance is merging are left to it, but for whoever asks for the end of it', async () => {
  await using index = await temporaryIndex();
  await using store = await SnapshotStore.open(index.directory);
  const lease = await store.tryLease('merging');
  await using manager = await IndexManager.open(index.directory);
  await persistOneByOne(manager, 20);
  await sleep(300);
  expect(await segmentsIn(store)).toBe(20);
  await manager.flush();
  expect(await segmentsIn(store)).toBe(1);
  await lease?.release();
});

test('a manager that is closed leaves merging to the next one', async () => {
  await using index = await temporaryIndex();
  await using store = await SnapshotStore.open(index.directory);
  for (let number = 0; number < 16; number++) {
    await using manager = await IndexManager.open(index.directory);
    manager.indexDocument(`${number}.md`, `# Note ${number}\n`);
    await manager.persist();
  }
  expect(await segmentsIn(store)).toBe(1);
});

async function persistOneByOne(manager: IndexManager, count: number): Promise<void> {
  for (let number = 0; number < count; number++) {
    manager.indexDocument(`${number}.md`, `# Note ${number}\n`);
    await manager.persist();
  }
}

async function segmentsIn(store: SnapshotStore): Promise<number> {
  return (await store.snapshot()).files.size;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(20);
}
