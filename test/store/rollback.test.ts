import { describe, expect, test } from 'vitest';
import { textOf, withStore, writing } from './with-store.js';

describe('a rollback', () => {
  test('is a new generation with the old content, and history grows', () =>
    withStore(async ({ store }) => {
      await store.update(writing('a', '1'));
      await store.update(writing('a', '2'));
      expect(await store.rollback(1)).toMatchObject({ generation: 3, isNew: true });
      expect(await textOf(await store.snapshot(), 'a')).toBe('1');
      expect((await store.history()).generations.map((entry) => entry.operation)).toEqual([
        'rollback',
        'update',
        'update',
      ]);
    }));

  test('with hold refuses updates until the store is resumed', () =>
    withStore(async ({ store }) => {
      await store.update(writing('a', '1'));
      await store.rollback(1, { hold: true });
      await expect(store.update(writing('a', '2'))).rejects.toMatchObject({ code: 'STORE_HELD' });
      await store.resume();
      expect((await store.update(writing('a', '2'))).isNew).toBe(true);
    }));

  test('to a generation with a damaged file is refused, and the head stays', () =>
    withStore(async (folder) => {
      await folder.store.update(writing('a', '1'));
      await folder.store.update(writing('a', '2'));
      folder.flipByte('generations/0000000001/a', 0);
      await expect(folder.store.rollback(1)).rejects.toMatchObject({ code: 'GENERATION_DAMAGED' });
      expect((await folder.store.snapshot()).generation).toBe(2);
    }));

  test('on a held store does not end the hold', () =>
    withStore(async ({ store }) => {
      await store.update(writing('a', '1'));
      await store.rollback(1, { hold: true });
      await store.rollback(2);
      expect((await store.snapshot()).hold).toMatchObject({ rolledBackTo: 1 });
    }));

  test('that a writer sees after its first try stops that writer', () =>
    withStore(async (folder) => {
      await folder.store.update(writing('a', '1'));
      const other = await folder.open();
      const update = folder.store.update(async (draft, base) => {
        draft.write('a', new Uint8Array());
        if (base.generation === 1) await other.rollback(1, { hold: true });
      });
      await expect(update).rejects.toMatchObject({ code: 'STORE_HELD' });
    }));

  test('resuming what is not held makes no generation', () =>
    withStore(async ({ store }) => {
      await store.update(writing('a', '1'));
      expect(await store.resume()).toEqual({ generation: 1, isNew: false, rebases: 0 });
    }));

  test.each([0, 2, -1])('to %d, which never was, is refused', (generation) =>
    withStore(async (folder) => {
      await folder.store.update(writing('a', '1'));
      await expect(folder.store.rollback(generation)).rejects.toMatchObject({ code: 'GENERATION_NOT_FOUND' });
      expect(folder.list('pins')).toEqual([]);
    }),
  );
});
