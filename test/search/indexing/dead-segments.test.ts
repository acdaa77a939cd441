import { expect, test } from 'vitest';
import { readIndexMetadata } from '../../../dist/search/indexing/index-metadata.js';
import { IndexManager } from '../../../dist/search/library.js';
import { SnapshotStore } from '../../../dist/store/index.js';
import { temporaryIndex } from './temporary-index.js';

const LONG = Array.from({ length: 40 }, (_, part) => `## Part ${part}\n\n${`word${part} `.repeat(60)}\n`).join('\n');

async function segmentsOf(directory: string): Promise<readonly string[]> {
  await using store = await SnapshotStore.open(directory, { readOnly: true });
  return readIndexMetadata(await store.snapshot()).segments;
}

async function reasonsOf(directory: string): Promise<readonly string[]> {
  await using store = await SnapshotStore.open(directory, { readOnly: true });
  return (await store.history()).generations.map(({ reason }) => reason ?? '');
}

test('documents that are saved again and again leave few segments, and nothing to merge', async () => {
  await using index = await temporaryIndex();
  await using manager = await IndexManager.open(index.directory);
  for (let number = 0; number < 10; number++) manager.indexDocument(`other/${number}.md`, `# Other ${number}\n`);
  await manager.persist();
  for (let save = 0; save < 20; save++) {
    for (const name of ['a', 'b', 'c']) manager.indexDocument(`${name}.md`, `# ${name} ${save}\n\n${LONG}`);
    await manager.persist();
  }
  await manager.flush();
  expect(manager.documentCount).toBe(13);
  expect((await segmentsOf(index.directory)).length).toBeLessThanOrEqual(6);
  expect((await reasonsOf(index.directory)).filter((reason) => reason.startsWith('merged'))).toEqual([]);
});

test('a removed document stays removed when the segment that removed it has nothing else any more', async () => {
  await using index = await temporaryIndex();
  await using manager = await IndexManager.open(index.directory);
  for (const name of ['gone', 'kept']) manager.indexDocument(`${name}.md`, `# ${name}\n\nsalt`);
  await manager.persist();
  manager.removeDocument('gone.md');
  manager.indexDocument('edited.md', 'the first text');
  await manager.persist();
  for (let save = 0; save < 12; save++) {
    manager.indexDocument('edited.md', `text number ${save}`);
    await manager.persist();
  }
  await manager.flush();
  const found = await manager.query('salt');
  expect(found.map(({ path }) => path)).toEqual(['kept.md']);
  expect(manager.documentCount).toBe(2);
});
