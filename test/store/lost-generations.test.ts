import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { diagnoseStore, SnapshotStore } from '../../dist/store/index.js';
import { type StoreFolder, withStore } from './with-store.js';

/** A store with a tag that nobody has open, whose `generations` is gone. */
async function loseGenerations(folder: StoreFolder): Promise<void> {
  await folder.advance(2);
  await folder.store.tag('v1', 1);
  await folder.leave();
  fs.rmSync(folder.path('generations'), { recursive: true });
  folder.isDamaged = true;
}

describe('a store whose folder of generations is gone, though CURRENT names one', () => {
  test('is opened read-only as an empty one, and the damage is named', () =>
    withStore(async (folder) => {
      await loseGenerations(folder);
      await using store = await SnapshotStore.open(folder.directory, { readOnly: true });
      const { generation, damage } = await store.snapshot();
      expect([generation, damage]).toMatchObject([0, [{ code: 'GENERATION_DAMAGED' }]]);
      expect(await store.tags()).toMatchObject([{ name: 'v1', generation: 1 }]);
      expect((await store.verify()).problems).toMatchObject([{ code: 'CURRENT_DAMAGED' }, { code: 'TAG_DANGLING' }]);
      expect(fs.existsSync(folder.path('generations'))).toBe(false);
    }));

  test('is read as what comes in its place, and is gone when that is', () =>
    withStore(async (folder) => {
      await loseGenerations(folder);
      await using reader = await SnapshotStore.open(folder.directory, { readOnly: true });
      await using writer = await folder.open();
      await folder.advance(1, writer);
      expect((await reader.snapshot()).generation).toBe(1);
      fs.renameSync(folder.path('generations'), folder.path('away'));
      await expect(reader.snapshot()).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' });
      fs.renameSync(folder.path('away'), folder.path('generations'));
    }));

  test('is told of by a diagnosis, and put in order by a repair', () =>
    withStore(async (folder) => {
      await loseGenerations(folder);
      expect(await diagnoseStore(folder.directory)).toMatchObject({
        exists: true,
        generation: 0,
        problems: [{ code: 'CURRENT_DAMAGED' }, { code: 'TAG_DANGLING' }],
      });
      const { ok, steps } = await SnapshotStore.repair(folder.directory);
      expect([ok, steps.map(({ action }) => action)]).toEqual([true, ['moveAside', 'moveAside']]);
    }));
});

test.each([
  ['CURRENT is gone too', (folder: StoreFolder) => fs.rmSync(folder.path('CURRENT'))],
  ['CURRENT names none', (folder: StoreFolder) => fs.truncateSync(folder.path('CURRENT'), 3)],
])('a store whose folder of generations is gone, and %s, is none', (_, change) =>
  withStore(async (folder) => {
    await loseGenerations(folder);
    change(folder);
    const open = SnapshotStore.open(folder.directory, { readOnly: true });
    await expect(open).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' });
    await (await SnapshotStore.open(folder.directory)).close();
  }),
);

test('a store that is being destroyed has not lost its generations', () =>
  withStore(async (folder) => {
    await folder.advance(1);
    await folder.leave();
    fs.renameSync(folder.path('generations'), folder.path('generations-0123456789abcdef'));
    const open = SnapshotStore.open(folder.directory, { readOnly: true });
    await expect(open).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' });
    await (await SnapshotStore.open(folder.directory)).close();
  }));
