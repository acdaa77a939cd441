/** What the function of an update may call, and when its draft may be changed. */
import { describe, expect, test } from 'vitest';
import type { Draft, SnapshotStore } from '../../dist/store/index.js';
import { bytesOf, countingUp, textOf, withStore, writing } from './with-store.js';

const REFUSAL = { code: 'INVALID_CALL', remedy: expect.stringContaining('`update` has resolved') };
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a call that would wait for the update that makes it', () => {
  test.each<[string, (store: SnapshotStore) => Promise<unknown>]>([
    ['update', (store) => store.update(writing('b', '2'))],
    ['rollback', (store) => store.rollback(1)],
    ['resume', (store) => store.resume()],
    ['recover', (store) => store.recover()],
    ['close', (store) => store.close()],
  ])('%s is refused, and the store works on', (_, call) =>
    withStore(async ({ store }) => {
      await store.update(writing('a', '1'));
      const update = store.update(async (draft) => {
        draft.write('a', bytesOf('2'));
        await turn();
        await call(store);
      });
      await expect(update).rejects.toMatchObject(REFUSAL);
      expect((await store.update(writing('a', '3'))).generation).toBe(2);
    }),
  );

  test('is refused through the update of another store as well', () =>
    withStore(({ store }) =>
      withStore(async (inner) => {
        const update = store.update(async () => {
          await inner.store.update(async () => void (await store.update(writing('a', '1'))));
        });
        await expect(update).rejects.toMatchObject(REFUSAL);
      }),
    ));
});

describe('a call beside an update', () => {
  test('waits for its turn: updates that run together all count', () =>
    withStore(async ({ store }) => {
      const slowly = async (draft: Draft, base: Parameters<ReturnType<typeof countingUp>>[1]): Promise<void> => {
        await turn();
        await countingUp('n')(draft, base);
      };
      await Promise.all(Array.from({ length: 8 }, () => store.update(slowly)));
      expect(await textOf(await store.snapshot(), 'n')).toBe('8');
    }));

  test('is made by a timer that the function has left behind', () =>
    withStore(async ({ store }) => {
      let later: Promise<unknown> = Promise.resolve();
      await store.update((draft) => {
        draft.write('a', bytesOf('1'));
        later = new Promise((resolve) => setTimeout(resolve, 50)).then(() => store.update(writing('b', '1')));
      });
      expect(await later).toMatchObject({ generation: 2 });
    }));

  test('may read the store, tag in it, and update another one', () =>
    withStore(({ store }) =>
      withStore(async (other) => {
        await store.update(writing('a', '1'));
        await store.update(async (draft) => {
          await store.tag('before');
          await other.store.update(writing('a', '1'));
          draft.write('b', await (await store.snapshot()).read('a'));
        });
        expect(await textOf(await store.snapshot(), 'b')).toBe('1');
      }),
    ));
});

test.each<[string, (draft: Draft) => unknown]>([
  ['write', (draft) => draft.write('b', bytesOf('2'))],
  ['remove', (draft) => draft.remove('a')],
  ['describe', (draft) => draft.describe({})],
  ['explain', (draft) => draft.explain('late')],
])('%s of a draft whose update has ended is refused', (_, change) =>
  withStore(async ({ store }) => {
    const drafts: Draft[] = [];
    await store.update((draft) => {
      drafts.push(draft);
      draft.write('a', bytesOf('1'));
    });
    const failed = store.update((draft) => {
      drafts.push(draft);
      throw new Error('mine');
    });
    await expect(failed).rejects.toThrow('mine');
    expect(drafts.length).toBe(2);
    for (const draft of drafts) expect(() => change(draft)).toThrow(expect.objectContaining({ code: 'INVALID_CALL' }));
  }),
);
