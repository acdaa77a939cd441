/** A pull of several generations that meets writers of the target: all of it comes, or nothing, or it says what came. */
import { describe, expect, test } from 'vitest';
import type { SnapshotStore, StoreOptions, UpdateResult } from '../../../dist/store/index.js';
import type { Storage } from '../../../dist/store/storage.js';
import { pauseAt } from '../paused-storage.js';
import { type Detour, TurnedClock, watch } from '../watched-storage.js';
import { ONLY_THE_HEAD, type StoreFolder, writing } from '../with-store.js';
import { contentsOf, historyOf, numbersOf, withTwoStores } from './two-stores.js';

const ALL = { 1: '1', 2: '2', 3: '3' };

async function commitThree({ store }: StoreFolder): Promise<void> {
  for (const text of Object.values(ALL)) await store.update(writing(text, text));
}

/** The same store, opened once more, whose calls of some methods take detours. */
function detoured(
  folder: StoreFolder,
  detours: readonly (readonly [keyof Storage, Detour])[],
  options: StoreOptions = {},
): Promise<SnapshotStore> {
  return folder.openOn(watch(folder.storage(), [], new Map(detours)), { collectAutomatically: false, ...options });
}

/** A detour that begins a commit of `store` where it is taken first; `made` is that commit. */
function commitBeside(store: SnapshotStore): { readonly detour: Detour; made: Promise<UpdateResult> | undefined } {
  const beside: { readonly detour: Detour; made: Promise<UpdateResult> | undefined } = {
    made: undefined,
    detour: async (proceed) => {
      const answer = await proceed();
      beside.made ??= store.update(writing('own', 'of the target'));
      return answer;
    },
  };
  return beside;
}

describe('a pull of several generations', () => {
  test('is through before a writer that hears of the first one', () =>
    withTwoStores(async (source, target) => {
      await commitThree(source);
      const writer = commitBeside(target.store);
      const store = await detoured(target, [['claim', writer.detour]]);
      expect(await store.pull(source.store)).toMatchObject({ arrived: [1, 2, 3] });
      expect(await writer.made).toMatchObject({ generation: 4 });
      expect(await contentsOf(target.store)).toEqual({ ...ALL, own: 'of the target' });
    }));

  test('is through before it also where numbers between them were collected', () =>
    withTwoStores(async (source, target) => {
      await commitThree(source);
      await source.store.tag('first', 1);
      await source.store.collect(ONLY_THE_HEAD);
      const writer = commitBeside(target.store);
      const store = await detoured(target, [['claim', writer.detour]]);
      expect(await store.pull(source.store)).toMatchObject({ arrived: [1, 3], passedOver: 1 });
      expect(await writer.made).toMatchObject({ generation: 4 });
      expect(numbersOf(await historyOf(target.store))).toEqual([1, 3, 4]);
    }));

  test('shows nothing of itself while its files are sent', () =>
    withTwoStores(async (source, target) => {
      await commitThree(source);
      const seen: number[] = [];
      const store = await detoured(target, [
        [
          'writeDraftFile',
          async (proceed) => {
            seen.push((await target.store.snapshot()).generation);
            return proceed();
          },
        ],
      ]);
      await store.pull(source.store);
      expect(seen).toEqual([0, 0, 0]);
    }));

  test('that meets a commit while files are sent changes nothing, and says so', () =>
    withTwoStores(async (source, target) => {
      await commitThree(source);
      const sleeper = pauseAt(target.storage(), { method: 'writeDraftFile', when: 'before', skip: 2 });
      const late = await target.openOn(sleeper.storage, { collectAutomatically: false });
      const pulling = late.pull(source.store);
      await sleeper.asleep;
      await target.store.update(writing('own', 'of the target'));
      sleeper.wake();
      await expect(pulling).rejects.toMatchObject({
        code: 'HISTORIES_DIFFER',
        message: expect.stringMatching(
          /generation 1 is not shown .+; it was committed meanwhile, and nothing has arrived$/,
        ),
        remedy: expect.stringMatching(/was quicker.+--on-top/),
      });
      expect(numbersOf(await historyOf(target.store))).toEqual([1]);
      expect(await contentsOf(target.store)).toEqual({ own: 'of the target' });
      await expect.poll(() => target.list('drafts')).toEqual([]);
    }));

  test('of which a writer without the lock came between says what has arrived', () =>
    withTwoStores(
      async (source, target) => {
        await commitThree(source);
        let claims = 0;
        const store = await detoured(
          target,
          [
            [
              'claim',
              async (proceed) => {
                claims += 1;
                if (claims === 3) await target.store.update(writing('own', 'of the target'));
                return proceed();
              },
            ],
          ],
          { coordinationMode: 'none' },
        );
        await expect(store.pull(source.store)).rejects.toMatchObject({
          code: 'HISTORIES_DIFFER',
          message: expect.stringMatching(/meanwhile, after generations 1 to 2 had arrived$/),
        });
        expect(await contentsOf(target.store)).toEqual({ 1: '1', 2: '2', own: 'of the target' });
      },
      { coordinationMode: 'none' },
    ));

  test('whose claims take long lets those go first who wait', () =>
    withTwoStores(async (source, target) => {
      await commitThree(source);
      const clock = new TurnedClock();
      const writer = commitBeside(target.store);
      const slowly: Detour = (proceed, parameters) => {
        clock.nowMs += 2_000;
        return writer.detour(proceed, parameters);
      };
      const store = await detoured(
        target,
        [
          ['claim', slowly],
          // Once it has let the lock go, it looks at the head.
          ['readManifest', async (proceed) => (clock.pauses.length > 0 ? writer.made?.then(proceed) : proceed())],
        ],
        { environment: clock.environment },
      );
      await expect(store.pull(source.store)).rejects.toMatchObject({
        message: expect.stringMatching(/meanwhile, after generations 1 to 2 had arrived$/),
      });
      expect(await writer.made).toMatchObject({ generation: 3 });
    }));

  test('that lost a race to another one like it sends nothing again', () =>
    withTwoStores(async (source, target) => {
      await commitThree(source);
      const sleeper = pauseAt(target.storage(), { method: 'lockCommits', when: 'before' });
      const late = await target.openOn(sleeper.storage, { collectAutomatically: false });
      const pulling = late.pull(source.store);
      await sleeper.asleep;
      await target.store.pull(source.store, { generation: 2 });
      sleeper.wake();
      expect(await pulling).toMatchObject({ arrived: [3], files: 3, sentBytes: 3 });
      expect(await historyOf(target.store)).toEqual(await historyOf(source.store));
    }));

  test('more of them than fit into one row come in several', () =>
    withTwoStores(async (source, target) => {
      await source.advance(101);
      expect((await target.store.pull(source.store)).arrived.length).toBe(101);
      expect(await historyOf(target.store)).toEqual(await historyOf(source.store));
    }));
});
