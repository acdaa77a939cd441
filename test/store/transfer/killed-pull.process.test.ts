import { expect, test } from 'vitest';
import { pullAndDie } from './killed-pull.js';
import { contentsOf, historyOf, numbersOf, withTwoStores } from './two-stores.js';

const FILE_BYTES = 20_000;
const FILES = 3;

test.each([1, 5, 7])('a pull that is killed after %i files goes on behind what has arrived', (killedAfter) =>
  withTwoStores(async (source, target) => {
    for (let generation = 1; generation <= 4; generation++) {
      await source.store.update((draft) => {
        for (let file = 1; file <= FILES; file++)
          draft.write(`file-${file}`, Buffer.alloc(FILE_BYTES, `${generation} ${file} `));
      });
    }
    await pullAndDie(source.directory, target.directory, killedAfter);
    const arrived = Math.floor((killedAfter - 1) / FILES);
    expect(numbersOf(await historyOf(target.store))).toEqual([1, 2, 3, 4].slice(0, arrived));
    const { sentBytes } = await target.store.pull(source.store);
    expect(sentBytes).toBe((4 - arrived) * FILES * FILE_BYTES);
    expect(await historyOf(target.store)).toEqual(await historyOf(source.store));
    expect(await contentsOf(target.store)).toEqual(await contentsOf(source.store));
    await target.store.collect();
    await expect.poll(() => target.list('drafts')).toEqual([]);
  }),
);
