import { expect, test } from 'vitest';
import { SnapshotStore } from '../../../dist/store/index.js';
import { randomNumbers, seedOfThisRun } from '../documents/random-numbers.js';
import { embeddingServer } from '../embedding/embedding-server.js';
import { pathsIn, projectWith, until, untilCurrent } from './temporary-project-index.js';

const EDITS = 40;
const TITLES = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta'];

test('whatever is edited while an unreliable endpoint embeds, the index has what the files have, and a vector for it', async () => {
  const seed = seedOfThisRun();
  console.log(`edits: SNAPDEX_SEED=${seed}`);
  const random = randomNumbers(seed);
  const server = await embeddingServer();
  const files = new Map<string, string>();
  const content = (): string => `# ${TITLES[random(TITLES.length)]}\n\n${'words '.repeat(1 + random(9))}${random(5)}\n`;
  for (let number = 0; number < 30; number++) files.set(`d${number}.md`, content());

  await using project = await projectWith(Object.fromEntries(files));
  await project.index();
  const embedding = { embedder: 'http', model: 'tiny', url: server.url, timeoutMs: 1_000 } as const;
  const indexes = [await project.open({ embedding }), await project.open({ embedding })];
  for (const index of indexes) index.start();

  for (let edit = 0; edit < EDITS; edit++) {
    const path = `d${random(40)}.md`;
    if (random(4) === 0 && files.delete(path)) await project.remove(path);
    else {
      files.set(path, content());
      await project.write(path, files.get(path) ?? '');
    }
    server.answerAlways([undefined, undefined, { status: 503 }, { cutOff: true }][random(4)]);
    // A change of hands in the middle.
    if (edit === EDITS / 2) await indexes.shift()?.close();
    await new Promise((resolve) => setTimeout(resolve, random(250)));
  }

  server.answerAlways(undefined);
  const [index] = indexes;
  if (index === undefined) throw new Error('no index is left');
  // The last save may be too young for anybody to have heard of it.
  const expected = [...files.keys()].toSorted().join();
  const listed = async (): Promise<string> => (await pathsIn(index)).toSorted().join();
  await until(async () => (await listed()) === expected);
  await untilCurrent(index);
  await until(async () => (await index.status()).embedding.missing === 0);
  expect(await listed()).toBe(expected);
  for (const [path, text] of files) {
    expect(await index.document({ path })).toMatchObject({ text, changedSinceIndexed: false });
  }
  expect((await index.status()).embedding.embedded).toBe(files.size);
  // Each passage once, unless an answer was lost on its way or one instance took over from the other.
  const distinct = new Set(server.embedded).size;
  expect(server.embedded.length).toBeLessThanOrEqual(distinct + 128);
  await index.close();
  await using store = await SnapshotStore.open(project.indexPath);
  expect((await store.verify()).problems).toEqual([]);
});
