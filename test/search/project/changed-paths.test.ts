import { expect, test } from 'vitest';
import { compareIndexes, IndexManager } from '../../../dist/search/library.js';
import { readChangesBetween } from '../../../dist/search/project/changed-paths.js';
import { SnapshotStore } from '../../../dist/store/index.js';
import { temporaryIndex } from '../indexing/temporary-index.js';
import { Random, testSeed } from '../segment/random-documents.js';

const DOCUMENTS = 12;
const PERSISTS = 40;

test('what was committed in between tells the same as comparing both as a whole, also across merges and a rollback', async () => {
  const random = new Random(testSeed('changed paths'));
  await using place = await temporaryIndex();
  await using store = await SnapshotStore.open(place.directory, { retention: { keepGenerations: 1000 } });
  await using manager = await IndexManager.open(place.directory);
  for (let persist = 0; persist < PERSISTS; persist++) {
    const path = `${random.below(DOCUMENTS)}.md`;
    if (random.below(4) === 0) manager.removeDocument(path);
    else manager.indexDocument(path, `# Content ${random.below(3)}\n`);
    await manager.persist();
    if (persist === PERSISTS / 2) await store.rollback(3);
    if (persist === PERSISTS / 2) await store.resume();
  }
  await manager.flush();

  const { generations } = await store.history();
  const operations = new Set(generations.map(({ operation, metadata }) => metadata.operation ?? operation));
  expect(operations).toContain('merge');
  for (let pair = 0; pair < 60; pair++) {
    const places = [random.below(generations.length), random.below(generations.length)];
    const before = generations[Math.max(...places)];
    const after = generations[Math.min(...places)];
    if (before === undefined || after === undefined || before === after) continue;
    const told = await readChangesBetween(store, before, after);
    const sorted = Object.fromEntries(Object.entries(told).map(([kind, paths]) => [kind, paths.toSorted()]));
    expect(sorted, `${before.generation} to ${after.generation}`).toEqual(await wholeOf(store, before, after));
  }
});

interface Numbered {
  readonly generation: number;
}

async function wholeOf(store: SnapshotStore, before: Numbered, after: Numbered): Promise<object> {
  await using former = await store.openGeneration(before.generation);
  await using latter = await store.openGeneration(after.generation);
  const { added, changed, removed, renamed } = await compareIndexes(former, latter);
  return {
    added: [...added.map(({ path }) => path), ...renamed.map(({ to }) => to)].sort(),
    updated: changed.map(({ path }) => path).sort(),
    removed: [...removed.map(({ path }) => path), ...renamed.map(({ from }) => from)].sort(),
  };
}
