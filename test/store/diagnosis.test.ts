import fs from 'node:fs';
import { expect, test } from 'vitest';
import { diagnoseStore, SnapshotStore } from '../../dist/store/index.js';
import { dyingProcess } from './dying-process.js';
import { makeTemporaryFolder, type StoreFolder, withStore, writing } from './with-store.js';

const RETENTION = { keepGenerations: 2, minimumAgeMs: 0 } as const;

function withHistory(body: (folder: StoreFolder) => Promise<void>): Promise<void> {
  return withStore(async (folder) => {
    for (const text of ['one', 'two', 'three']) await folder.store.update(writing('a', text));
    await body(folder);
  });
}

test('a store in use: who has it open, who holds which lock, what each generation costs and what keeps it', () =>
  withHistory(async (folder) => {
    await folder.store.introduce({ client: 'claude', role: 'indexer' });
    await folder.store.tag('v1', 1);
    const lease = await folder.store.tryLease('indexer');
    const found = await diagnoseStore(folder.directory, { retention: RETENTION });
    expect(found).toMatchObject({ exists: true, isWritable: true, generation: 3, problems: [], notes: [] });
    expect(found.instances).toMatchObject([
      { client: 'claude', role: 'indexer', state: 'alive', identity: { pid: process.pid } },
    ]);
    expect(found.locks).toMatchObject([{ lock: 'indexer.lock', state: 'alive', process: { pid: process.pid } }]);
    expect(
      found.collection?.remaining.map(({ generation, keptBy }) => [generation, keptBy.map(({ by }) => by)]),
    ).toEqual([
      [1, ['tag']],
      [2, ['keepGenerations']],
      [3, ['head']],
    ]);
    expect(found.fileSystem).toMatchObject({ exclusiveRename: true });
    await lease?.release();
  }));

test('what a dead process left is told with its owner, and nothing is cleared away', () =>
  withHistory(async (folder) => {
    const { environment } = dyingProcess(Number.POSITIVE_INFINITY);
    const dead = await SnapshotStore.open(folder.directory, {
      environment,
      client: 'gone',
      collectAutomatically: false,
    });
    await dead.openGeneration(2);
    const found = await diagnoseStore(folder.directory, { retention: RETENTION });
    expect(found.instances.map(({ client, state }) => [client, state]).sort()).toEqual([
      ['gone', 'dead'],
      ['snapdex', 'alive'],
    ]);
    expect(found.notes.map(({ code }) => code)).toEqual(['LEFTOVER', 'LEFTOVER']);
    expect(folder.list('pins')).toHaveLength(1);
    await dead.close();
  }));

test('a damaged store: the problems, and what can still be told', () =>
  withHistory(async (folder) => {
    folder.truncate('generations/0000000002/manifest.json', 0);
    fs.writeFileSync(folder.path('tags/bad'), '{');
    const found = await diagnoseStore(folder.directory, { retention: RETENTION });
    expect(found.problems.map(({ code }) => code)).toEqual(['GENERATION_DAMAGED', 'STORE_DAMAGED']);
    expect([found.collection, found.space.generations > 0]).toEqual([undefined, true]);
  }));

test('a missing store is told and not made', async () => {
  const directory = `${makeTemporaryFolder()}/none`;
  expect(await diagnoseStore(directory)).toMatchObject({
    exists: false,
    isWritable: true,
    generation: 0,
    problems: [],
  });
  expect(fs.existsSync(directory)).toBe(false);
});
