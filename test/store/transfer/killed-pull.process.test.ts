import { expect, test } from 'vitest';
import { ONLY_THE_HEAD, type StoreFolder } from '../with-store.js';
import { pullAndDie } from './killed-pull.js';
import { contentsOf, historyOf, numbersOf, withTwoStores } from './two-stores.js';

const FILE_BYTES = 20_000;
const FILES = 3;

async function commitFour({ store }: StoreFolder): Promise<void> {
  for (let generation = 1; generation <= 4; generation++) {
    await store.update((draft) => {
      for (let file = 1; file <= FILES; file++)
        draft.write(`file-${file}`, Buffer.alloc(FILE_BYTES, `${generation} ${file} `));
    });
  }
}

/** Pulls once more, in this process; then both hold the same, and no draft is left of the one that was killed. */
async function pullAgain(source: StoreFolder, target: StoreFolder): Promise<readonly number[]> {
  const { arrived, sentBytes } = await target.store.pull(source.store);
  expect(sentBytes).toBe(arrived.length * FILES * FILE_BYTES);
  expect(await contentsOf(target.store)).toEqual(await contentsOf(source.store));
  await target.store.collect();
  await expect.poll(() => target.list('drafts')).toEqual([]);
  return arrived;
}

test.each([1, 5, 12])('a pull that is killed after %i files has shown nothing, and begins again', (done) =>
  withTwoStores(async (source, target) => {
    await commitFour(source);
    await pullAndDie(source.directory, target.directory, { phase: 'files', done });
    expect(await historyOf(target.store)).toEqual([]);
    expect(await pullAgain(source, target)).toEqual([1, 2, 3, 4]);
    expect(await historyOf(target.store)).toEqual(await historyOf(source.store));
  }),
);

test('a pull that is killed between two claims goes on behind what has arrived', () =>
  withTwoStores(async (source, target) => {
    await commitFour(source);
    await source.store.tag('first', 1);
    await source.store.collect(ONLY_THE_HEAD);
    await pullAndDie(source.directory, target.directory, { phase: 'numbers', done: 1 });
    expect(numbersOf(await historyOf(target.store))).toEqual([1, 2]);
    expect(await contentsOf(target.store)).toEqual(await contentsOf(source.store, 1));
    expect(await pullAgain(source, target)).toEqual([4]);
  }));
