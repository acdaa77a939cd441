import { expect, test } from 'vitest';
import { SnapshotStore } from '../../../dist/store/index.js';
import { Random, testSeed } from '../segment/random-documents.js';
import { pathsIn, projectWith, until } from './temporary-project-index.js';

const DOCUMENTS = 12;
const ROUNDS = 60;

test('what a listener is told, one after the other, comes to the documents that are there', async () => {
  const random = new Random(testSeed('told changes'));
  await using project = await projectWith({ 'first.md': '# First\n' });
  await project.index();
  await using store = await SnapshotStore.open(project.indexPath);
  await using writer = await project.open({ mode: 'once' });
  await using listener = await project.open({ mode: 'read' });
  const known = new Set(await pathsIn(listener));
  const wrong: string[] = [];
  listener.onDocumentsChanged(({ added, updated, removed }) => {
    for (const path of added) if (known.has(path)) wrong.push(`${path} was there`);
    for (const path of [...updated, ...removed]) if (!known.has(path)) wrong.push(`${path} was not there`);
    for (const path of added) known.add(path);
    for (const path of removed) known.delete(path);
  });
  for (let round = 0; round < ROUNDS; round++) {
    for (let change = random.below(4); change >= 0; change--) {
      const path = `${random.below(DOCUMENTS)}.md`;
      if (random.below(3) > 0) await project.write(path, `# Content ${random.below(3)}\n`);
      else await project.remove(path).catch(() => {});
    }
    await writer.indexNow();
    if (random.below(10) === 0) {
      await writer.rollback({ generation: (await store.snapshot()).generation - 1 });
      if (random.below(2) === 0) await new Promise((resolve) => setTimeout(resolve, 150));
      await writer.resume();
    }
    // Sometimes several commits are told at once.
    if (random.below(3) === 0) await new Promise((resolve) => setTimeout(resolve, 150));
  }
  await writer.indexNow();
  const expected = (await pathsIn(writer)).toSorted();
  await until(
    async () => [...known].toSorted().join() === expected.join(),
    async () => [[...known], expected],
  );
  expect(wrong).toEqual([]);
});
