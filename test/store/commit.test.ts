import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../dist/store/index.js';
import { pauseAt } from './paused-storage.js';
import { bytesOf, countingUp, ONLY_THE_HEAD, StoreFolder, textOf, withStore, writing } from './with-store.js';

describe('update', () => {
  test('a file below a file is refused', () =>
    withStore(async ({ store }) => {
      await store.update(writing('a', '1'));
      await expect(store.update(writing('a/b', '2'))).rejects.toMatchObject({ code: 'INVALID_NAME' });
      expect((await store.snapshot()).generation).toBe(1);
    }));

  test.each([
    ['Q', 'q/q'],
    ['q/q', 'Q'],
  ])('so is %j beside %j, which are the same in the letter case of some file systems', (one, other) =>
    withStore(async ({ store }) => {
      const refusal = { code: 'INVALID_NAME', message: expect.stringContaining('"Q" is a file') };
      const both = store.update((draft) => [one, other].forEach((name) => void draft.write(name, bytesOf(name))));
      await expect(both).rejects.toMatchObject(refusal);
      await store.update(writing(one, '1'));
      await expect(store.update(writing(other, '2'))).rejects.toMatchObject(refusal);
      await store.update(writing('dir/x', '3'));
    }),
  );

  test('the slower of two writers on one base is rebased, and both changes survive', () =>
    withStore(async (folder) => {
      const other = await folder.open();
      const result = await folder.store.update(async (draft, base) => {
        draft.write('slow', bytesOf('slow'));
        if (base.generation === 0) await other.update(writing('quick', 'quick'));
      });
      expect(result).toEqual({ generation: 2, isNew: true, rebases: 1 });
      expect([...(await folder.store.snapshot()).files.keys()].sort()).toEqual(['quick', 'slow']);
    }));

  test('a race lost without any lock is replayed too', () =>
    withStore(
      async (folder) => {
        const sleeper = pauseAt(folder.storage(), { method: 'claim', when: 'before' });
        const other = await folder.openOn(sleeper.storage, { coordinationMode: 'none' });
        const slow = other.update(countingUp('count'));
        await sleeper.asleep;
        await folder.store.update(countingUp('count'));
        sleeper.wake();
        expect((await slow).rebases).toBe(1);
        expect(await textOf(await folder.store.snapshot(), 'count')).toBe('2');
      },
      { coordinationMode: 'none' },
    ));

  test('that changes nothing makes no generation', () =>
    withStore(async ({ store }) => {
      await store.update(writing('a', '1'));
      expect(await store.update(() => {})).toEqual({ generation: 1, isNew: false, rebases: 0 });
      expect((await store.history()).generations).toHaveLength(1);
    }));

  test('whose change is made by the winner has nothing left to do', () =>
    withStore(async (folder) => {
      const other = await folder.open();
      const result = await folder.store.update(async (draft, base) => {
        if (base.files.has('a')) return;
        draft.write('a', bytesOf('1'));
        await other.update(writing('a', '1'));
      });
      expect(result).toEqual({ generation: 1, isNew: false, rebases: 1 });
    }));

  test('an error of the change arrives as it is and leaves no draft', () =>
    withStore(async (folder) => {
      const failure = new Error('mine');
      const update = folder.store.update((draft) => {
        draft.write('a', bytesOf('1'));
        throw failure;
      });
      await expect(update).rejects.toBe(failure);
      expect([folder.list('drafts'), folder.list('generations')]).toEqual([[], []]);
    }));

  test.each([
    ['a/b', 'a'],
    ['a', 'a/b'],
    ['a/b/c', 'a/d'],
  ])('a replay may write other names: %s, then %s', (first, second) =>
    withStore(async (folder) => {
      const other = await folder.open();
      let tries = 0;
      const { rebases } = await folder.store.update(async (draft) => {
        tries += 1;
        draft.write(tries === 1 ? first : second, bytesOf('1'));
        if (tries === 1) await other.update(writing('other', '1'));
      });
      expect([rebases, [...(await folder.store.snapshot()).files.keys()].toSorted()]).toEqual([
        1,
        [second, 'other'].toSorted(),
      ]);
    }),
  );

  test('updates of one process are made one after another', () =>
    withStore(async ({ store }) => {
      await Promise.all(Array.from({ length: 10 }, () => store.update(countingUp('count'))));
      expect(await textOf(await store.snapshot(), 'count')).toBe('10');
    }));

  test('several stores on one folder in one process lose nothing', () =>
    withStore(async (folder) => {
      const stores = await Promise.all([1, 2, 3, 4].map(() => folder.open()));
      await Promise.all(stores.flatMap((store) => [1, 2, 3].map(() => store.update(countingUp('count')))));
      expect(await textOf(await folder.store.snapshot(), 'count')).toBe('12');
    }));

  test('a base that is collected while the change is made is a lost race', () =>
    withStore(async (folder) => {
      await folder.store.update(writing('a', '1'));
      const other = await folder.open();
      const result = await folder.store.update(async (draft, base) => {
        if (base.generation === 1) {
          await other.update(writing('a', '2'));
          await other.collect(ONLY_THE_HEAD);
        }
        draft.write('b', await base.read('a'));
      });
      expect(result).toEqual({ generation: 3, isNew: true, rebases: 1 });
      expect(await textOf(await folder.store.snapshot(), 'b')).toBe('2');
    }));

  test('one buffer that is filled anew for each try is written anew', () =>
    withStore(async (folder) => {
      const other = await folder.open();
      const buffer = Buffer.alloc(1);
      await folder.store.update(async (draft, base) => {
        buffer.write(String(base.generation));
        draft.write('a', buffer);
        if (base.generation === 0) await other.update(writing('b', ''));
      });
      expect(await textOf(await folder.store.snapshot(), 'a')).toBe('1');
    }));

  test('a file that only the first try wrote is not in the generation', () =>
    withStore(async (folder) => {
      const other = await folder.open();
      await folder.store.update(async (draft, base) => {
        draft.write(`on-${base.generation}`, bytesOf('x'));
        if (base.generation === 0) await other.update(writing('b', ''));
      });
      expect([...(await folder.store.snapshot()).files.keys()].sort()).toEqual(['b', 'on-1']);
      expect(folder.list('generations/0000000002')).toEqual(['manifest.json', 'on-1']);
    }));

  test('what is not changed is shared, not written again', () =>
    withStore(async (folder) => {
      await folder.store.update(writing('large', 'x'.repeat(1000)));
      await folder.store.update(writing('small', 'y'));
      expect(folder.list('generations/0000000002')).toEqual(['manifest.json', 'small']);
      expect(await textOf(await folder.store.snapshot(), 'large')).toHaveLength(1000);
    }));

  test('files in folders, empty files and removals come back as they were', () =>
    withStore(async ({ store }) => {
      await store.update((draft) => {
        draft.write('a/b/c.bin', bytesOf('deep'));
        draft.write('ünï 日本.txt', bytesOf(''));
        draft.write('gone', bytesOf('x'));
      });
      await store.update((draft) => expect(draft.remove('gone')).toBe(true));
      const snapshot = await store.snapshot();
      expect([...snapshot.files.keys()].sort()).toEqual(['a/b/c.bin', 'ünï 日本.txt']);
      expect(await textOf(snapshot, 'a/b/c.bin')).toBe('deep');
    }));

  test.each([
    '../x',
    'a/../b',
    '/x',
    'a//b',
    '.',
    '',
    'manifest.json',
    'synced/x',
    'RETIRED.json',
    '__proto__',
    'a\0b',
  ])('the name %j is refused', (name) =>
    withStore(async ({ store }) => {
      await expect(store.update(writing(name, 'x'))).rejects.toMatchObject({ code: 'INVALID_NAME' });
      expect((await store.snapshot()).generation).toBe(0);
    }),
  );

  test('metadata is kept however deep it is, up to a hundred levels', () =>
    withStore(async ({ store }) => {
      await store.update((draft) => draft.describe({ deep: nested(99) }));
      expect((await store.snapshot()).metadata).toEqual({ deep: nested(99) });
    }));

  test('metadata that another thread might not be able to read is refused before anybody sees it', () =>
    withStore(async ({ store }) => {
      const update = store.update((draft) => draft.describe({ deep: nested(101) }));
      await expect(update).rejects.toMatchObject({ code: 'INVALID_OPTION' });
      expect((await store.snapshot()).generation).toBe(0);
    }));

  test('is heard of by whoever watches the store', () =>
    withStore(async ({ store }) => {
      const heard: number[] = [];
      store.watch((generation) => heard.push(generation));
      await store.update(writing('a', '1'));
      expect(heard).toEqual([1]);
    }));

  test('a store whose folder is removed says so instead of waiting', async () => {
    const folder = await StoreFolder.make({});
    await folder.advance(1);
    fs.rmSync(folder.directory, { recursive: true });
    await expect(folder.advance(1)).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' });
    await folder.store.close();
  });

  test('a folder that is removed in the middle of a commit ends it', async () => {
    const folder = await StoreFolder.make({});
    const update = folder.store.update((draft) => {
      draft.write('a', bytesOf('x'));
      fs.rmSync(folder.directory, { recursive: true });
    });
    await expect(update).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' });
    await folder.store.close();
  });
});

function nested(levels: number): JsonValue {
  let value: JsonValue = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}
