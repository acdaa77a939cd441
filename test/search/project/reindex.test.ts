import { expect, test } from 'vitest';
import { projectWith, until } from './temporary-project-index.js';

const MANY = Object.fromEntries(Array.from({ length: 40 }, (_, number) => [`${number}.md`, `# Document ${number}\n`]));

test('reindexing reads every file, whatever is known of it, and says how far it is', async () => {
  await using project = await projectWith(MANY);
  const index = await project.open();
  index.start();
  await until(async () => !(await index.status()).stale);
  const phases = new Set<string>();
  expect(await index.reindex({ onProgress: ({ phase }) => phases.add(phase) })).toMatchObject({
    ...{ added: 0, changed: 0, removed: 0, documents: 40, stale: false },
  });
  expect([...phases]).toContain('comparing');
});

test('reindexing under a hold is refused', async () => {
  await using project = await projectWith(MANY);
  await project.index();
  const index = await project.open();
  await index.rollback({ generation: 1 });
  index.start();
  await project.write('new.md', '# New\n');
  await expect(index.reindex()).rejects.toMatchObject({ code: 'STORE_HELD' });
});

test('whoever gives up waiting is let go at once, and the documents are indexed all the same', async () => {
  await using project = await projectWith(MANY);
  const index = await project.open();
  index.start();
  const giving = new AbortController();
  const reindexing = index.reindex({ signal: giving.signal });
  giving.abort(new Error('given up'));
  await expect(reindexing).rejects.toThrow('given up');
  await until(async () => (await index.status()).documents === 40);
});
