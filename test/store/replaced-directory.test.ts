import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { SnapshotStore } from '../../dist/store/index.js';
import { bytesOf, makeTemporaryFolder, textOf } from './with-store.js';

/** Two stores with the same numbers, of different content. */
async function twoStores(folder: string): Promise<void> {
  for (const name of ['a', 'b']) {
    await using store = await SnapshotStore.open(path.join(folder, name));
    await store.update((draft) => draft.write(`only-${name}`, bytesOf(name)));
    await store.update((draft) => draft.write('text', bytesOf(name)));
  }
}

it.each([
  {
    how: 'a link is turned to it',
    place: 'current',
    before: (folder: string) => fs.symlinkSync('a', path.join(folder, 'current')),
    replace: (folder: string) => {
      fs.symlinkSync('b', path.join(folder, 'next'));
      fs.renameSync(path.join(folder, 'next'), path.join(folder, 'current'));
    },
  },
  {
    how: 'it is moved there',
    place: 'a',
    before: () => {},
    replace: (folder: string) => {
      fs.renameSync(path.join(folder, 'a'), path.join(folder, 'old'));
      fs.renameSync(path.join(folder, 'b'), path.join(folder, 'a'));
    },
  },
])(
  'a change is made anew on another store that comes in the place of the first: $how',
  async ({ place, before, replace }) => {
    const folder = makeTemporaryFolder();
    await twoStores(folder);
    before(folder);
    await using store = await SnapshotStore.open(path.join(folder, place));
    let runs = 0;
    const { generation, rebases } = await store.update(async (draft, base) => {
      const text = await textOf(base, 'text');
      runs += 1;
      if (runs === 1) replace(folder);
      draft.write('text', bytesOf(`${text}+`));
    });
    expect([generation, rebases, runs]).toEqual([3, 1, 2]);
    const snapshot = await store.snapshot();
    expect([await textOf(snapshot, 'text'), await textOf(snapshot, 'only-b')]).toEqual(['b+', 'b']);
    expect((await store.verify()).problems).toEqual([]);
    expect((await store.instances()).map(({ id }) => id)).toEqual([store.describe().instance]);
  },
);
