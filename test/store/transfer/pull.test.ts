import { describe, expect, test } from 'vitest';
import type { PullProgress, SnapshotStore } from '../../../dist/store/index.js';
import { pauseAt } from '../paused-storage.js';
import { countingUp, ONLY_THE_HEAD, type StoreFolder, textOf, writing } from '../with-store.js';
import { contentsOf, historyOf, numbersOf, withTwoStores } from './two-stores.js';

/** Generations 1 to 3: `a` is written once, `b` twice, `c` in the last one. */
async function commitThree({ store }: StoreFolder): Promise<void> {
  await store.update((draft) => {
    writing('a', 'first')(draft);
    writing('folder/b', 'first')(draft);
    draft.describe({ by: 'the test' });
    draft.explain('a beginning');
  });
  await store.update(writing('folder/b', 'second'));
  await store.update(writing('c', 'third'));
}

/** Collects all but the newest generation. */
async function collectAllBut(store: SnapshotStore): Promise<void> {
  await store.collect(ONLY_THE_HEAD);
}

describe('a pull into an empty store', () => {
  test('brings the history under its numbers, with all that it says', () =>
    withTwoStores(async (source, target) => {
      await commitThree(source);
      const result = await target.store.pull(source.store);
      expect(result).toEqual({
        pulled: 3,
        generation: 3,
        isNew: true,
        isOnTop: false,
        arrived: [1, 2, 3],
        passedOver: 0,
        files: 4,
        sentBytes: 21,
      });
      expect(await historyOf(target.store)).toEqual(await historyOf(source.store));
      for (const generation of [1, 2, 3])
        expect(await contentsOf(target.store, generation)).toEqual(await contentsOf(source.store, generation));
    }));

  test('passes over what the source has collected, and nobody sees that there was a number', () =>
    withTwoStores(async (source, target) => {
      await commitThree(source);
      await source.advance(4);
      await collectAllBut(source.store);
      const result = await target.store.pull(source.store);
      expect(result).toMatchObject({ generation: 7, arrived: [7], passedOver: 6, files: 4 });
      expect(await historyOf(target.store)).toEqual(await historyOf(source.store));
      await expect(target.store.openGeneration(6)).rejects.toMatchObject({ code: 'GENERATION_EXPIRED' });
      await collectAllBut(target.store);
      expect(target.list('generations')).toEqual(['0000000007']);
    }));

  test('of no more generations than are wanted brings the newest of them', () =>
    withTwoStores(async (source, target) => {
      await commitThree(source);
      expect(await target.store.pull(source.store, { history: 2 })).toMatchObject({ arrived: [2, 3], passedOver: 1 });
      expect(await contentsOf(target.store)).toEqual(await contentsOf(source.store));
    }));

  test('of an older generation ends with that', () =>
    withTwoStores(async (source, target) => {
      await commitThree(source);
      expect(await target.store.pull(source.store, { generation: 2 })).toMatchObject({ pulled: 2, arrived: [1, 2] });
      expect(await contentsOf(target.store)).toEqual(await contentsOf(source.store, 2));
    }));

  test('brings a hold along', () =>
    withTwoStores(async (source, target) => {
      await commitThree(source);
      await source.store.rollback(1, { hold: true });
      await target.store.pull(source.store);
      await expect(target.store.update(writing('a', 'late'))).rejects.toMatchObject({ code: 'STORE_HELD' });
      await source.store.resume();
      await target.store.pull(source.store);
      expect(await target.store.update(writing('a', 'on'))).toMatchObject({ generation: 6 });
    }));

  test('leaves tags where they are, and a tagged generation comes', () =>
    withTwoStores(async (source, target) => {
      await commitThree(source);
      await source.store.tag('v1', 1);
      await collectAllBut(source.store);
      expect(await target.store.pull(source.store)).toMatchObject({ arrived: [1, 3], passedOver: 1 });
      expect(await target.store.tags()).toEqual([]);
      expect(await contentsOf(target.store, 1)).toEqual(await contentsOf(source.store, 1));
    }));
});

describe('a pull into a store that has an earlier generation of the history', () => {
  test('sends what has changed since, and nothing else', () =>
    withTwoStores(async (source, target) => {
      await commitThree(source);
      await target.store.pull(source.store);
      await source.store.update(writing('c', 'changed'));
      const result = await target.store.pull(source.store);
      expect(result).toMatchObject({ arrived: [4], files: 1, sentBytes: 7 });
      expect(await target.store.pull(source.store)).toMatchObject({ isNew: false, generation: 4, files: 0 });
    }));

  test.each([1, 3])('goes on although the source has collected it, %i generations ago', (count) =>
    withTwoStores(async (source, target) => {
      await commitThree(source);
      await target.store.pull(source.store);
      await source.advance(count);
      await collectAllBut(source.store);
      expect(await target.store.pull(source.store)).toMatchObject({ arrived: [3 + count], passedOver: count - 1 });
      expect(await contentsOf(target.store)).toEqual(await contentsOf(source.store));
    }),
  );

  test('goes back and forth between two stores that take turns', () =>
    withTwoStores(async (one, other) => {
      await commitThree(one);
      for (let turn = 0; turn < 3; turn++) {
        await other.store.pull(one.store);
        await other.store.update(countingUp('turns'));
        await collectAllBut(other.store);
        await one.store.pull(other.store);
        await one.store.update(countingUp('turns'));
        await collectAllBut(one.store);
      }
      expect(await contentsOf(one.store)).toMatchObject({ a: 'first', turns: '6' });
    }));

  test('has nothing to do where the target is ahead', () =>
    withTwoStores(async (source, target) => {
      await commitThree(source);
      await target.store.pull(source.store);
      await target.advance(3);
      await collectAllBut(target.store);
      expect(await target.store.pull(source.store)).toMatchObject({ isNew: false, generation: 3 });
    }));
});

describe('where the histories differ', () => {
  /** Both have three generations in common, then one of their own. */
  async function diverge(source: StoreFolder, target: StoreFolder): Promise<void> {
    await commitThree(source);
    await target.store.pull(source.store);
    await source.store.update(writing('mine', 'source'));
    await target.store.update(writing('mine', 'target'));
  }

  test('a pull is refused with a remedy, and nothing changes', () =>
    withTwoStores(async (source, target) => {
      await diverge(source, target);
      const before = await historyOf(target.store);
      await source.advance(2);
      const pulling = target.store.pull(source.store);
      await expect(pulling).rejects.toMatchObject({
        code: 'HISTORIES_DIFFER',
        remedy: expect.stringMatching(/pull with `--on-top`.+push with `--on-top`/),
      });
      expect(await historyOf(target.store)).toEqual(before);
    }));

  test('a pull on top makes the content a new generation of the target, and only once', () =>
    withTwoStores(async (source, target) => {
      await diverge(source, target);
      const result = await target.store.pull(source.store, { onTop: true });
      expect(result).toMatchObject({ pulled: 4, generation: 5, isOnTop: true, arrived: [5], files: 1, passedOver: 0 });
      expect(await contentsOf(target.store)).toEqual(await contentsOf(source.store));
      expect((await target.store.history({ limit: 1 })).generations).toMatchObject([
        { parent: 4, operation: 'update', reason: 'generation 4 of another history', metadata: { by: 'the test' } },
      ]);
      expect((await target.store.snapshot()).manifest?.arrival).toBe('on-top');
      expect((await source.store.snapshot()).manifest?.arrival).toBeUndefined();
      const again = await target.store.pull(source.store, { onTop: true });
      expect(again).toMatchObject({ isNew: false, generation: 5, files: 0 });
    }));

  test('what is put on top never stands under a lower number than it had', () =>
    withTwoStores(async (source, target) => {
      await diverge(source, target);
      await source.advance(5);
      const result = await target.store.pull(source.store, { onTop: true });
      expect(result).toMatchObject({ pulled: 9, generation: 9, passedOver: 4 });
      expect((await target.store.update(writing('b', 'on'))).generation).toBe(10);
    }));

  test('nothing is put on top of a store on hold', () =>
    withTwoStores(async (source, target) => {
      await diverge(source, target);
      await target.store.rollback(1, { hold: true });
      const pulling = target.store.pull(source.store, { onTop: true });
      await expect(pulling).rejects.toMatchObject({ code: 'STORE_HELD' });
    }));

  test('a store of the same numbers that has nothing to do with the source is not taken for it', () =>
    withTwoStores(async (source, target) => {
      await commitThree(source);
      for (const count of [2, 1, 1]) {
        await target.advance(count);
        await expect(target.store.pull(source.store)).rejects.toMatchObject({ code: 'HISTORIES_DIFFER' });
      }
      await collectAllBut(target.store);
      await collectAllBut(source.store);
      await expect(target.store.pull(source.store)).rejects.toMatchObject({ code: 'HISTORIES_DIFFER' });
    }));
});

describe('while others use both stores', () => {
  test('a writer that comes in between keeps its change, and the pull is refused', () =>
    withTwoStores(async (source, target) => {
      await commitThree(source);
      const sleeper = pauseAt(target.storage(), { method: 'lockCommits', when: 'before' });
      const pulling = target
        .openOn(sleeper.storage, { collectAutomatically: false })
        .then((store) => store.pull(source.store));
      await sleeper.asleep;
      await target.store.update(writing('mine', 'kept'));
      sleeper.wake();
      await expect(pulling).rejects.toMatchObject({ code: 'HISTORIES_DIFFER' });
      expect(await contentsOf(target.store)).toEqual({ mine: 'kept' });
    }));

  test('a writer that comes in between is below what is put on top, and nothing is sent again', () =>
    withTwoStores(async (source, target) => {
      await commitThree(source);
      await target.advance(3);
      const sleeper = pauseAt(target.storage(), { method: 'lockCommits', when: 'before' });
      const late = await target.openOn(sleeper.storage, { collectAutomatically: false });
      const pulling = late.pull(source.store, { onTop: true });
      await sleeper.asleep;
      await target.store.update(writing('mine', 'in the history'));
      sleeper.wake();
      expect(await pulling).toMatchObject({ generation: 5, files: 3 });
      expect(await contentsOf(target.store, 4)).toMatchObject({ mine: 'in the history' });
      expect(await contentsOf(target.store)).toEqual(await contentsOf(source.store));
    }));

  test('two that pull the same make one history', () =>
    withTwoStores(async (source, target) => {
      await commitThree(source);
      await source.advance(8);
      await source.store.collect({ keepGenerations: 4, minimumAgeMs: 0 });
      const others = await Promise.all([1, 2, 3].map(() => target.open({ collectAutomatically: false })));
      const results = await Promise.all(others.map((store) => store.pull(source.store)));
      expect(results.flatMap(({ arrived }) => arrived).sort((a, b) => a - b)).toEqual([8, 9, 10, 11]);
      expect(await historyOf(target.store)).toEqual(await historyOf(source.store));
    }));

  test('a writer that slept since its claim finds its change in what was pulled above it', () =>
    withTwoStores(async (source, target) => {
      const sleeper = pauseAt(target.storage(), { method: 'claim', when: 'after' });
      const late = await target.openOn(sleeper.storage, { coordinationMode: 'none', collectAutomatically: false });
      const update = late.update(countingUp('count'));
      await sleeper.asleep;
      await source.store.pull(target.store);
      await source.store.update(countingUp('count'));
      // Enough writers that have gone for the source to forget those that it does not know.
      for (let writers = 0; writers < 20; writers++) {
        const one = await source.open();
        await one.update(countingUp('count'));
        await one.close();
      }
      await target.store.pull(source.store);
      sleeper.wake();
      expect(await update).toMatchObject({ generation: 1, rebases: 0 });
      expect(await textOf(await target.store.snapshot(), 'count')).toBe('22');
    }));

  test('whoever watches the target sees generations of the source, whole, and no others', () =>
    withTwoStores(async (source, target) => {
      await commitThree(source);
      await source.advance(6);
      const contents = await Promise.all([...Array(9).keys()].map((place) => contentsOf(source.store, place + 1)));
      const seen = [{}];
      let isOver = false;
      const pulling = target.store.pull(source.store).finally(() => {
        isOver = true;
      });
      while (!isOver) seen.push(await contentsOf(target.store));
      await pulling;
      expect(new Set(seen.map((one) => JSON.stringify(one))).size).toBeGreaterThan(2);
      for (const one of seen) expect([{}, ...contents]).toContainEqual(one);
    }));

  test('what the source collects meanwhile is passed over', () =>
    withTwoStores(async (source, target) => {
      await commitThree(source);
      const sleeper = pauseAt(target.storage(), { method: 'writeDraftFile', when: 'before' });
      const pulling = target
        .openOn(sleeper.storage, { collectAutomatically: false })
        .then((store) => store.pull(source.store));
      await sleeper.asleep;
      await collectAllBut(source.store);
      sleeper.wake();
      expect(await pulling).toMatchObject({ arrived: [1, 3], passedOver: 1 });
      expect(numbersOf(await historyOf(target.store))).toEqual([1, 3]);
    }));

  test('the wanted generation is not collected until all of it has arrived', () =>
    withTwoStores(async (source, target) => {
      await commitThree(source);
      const sleeper = pauseAt(target.storage(), { method: 'createDraft', when: 'before' });
      const pulling = target
        .openOn(sleeper.storage, { collectAutomatically: false })
        .then((store) => store.pull(source.store));
      await sleeper.asleep;
      await source.advance(3);
      await collectAllBut(source.store);
      sleeper.wake();
      expect(await pulling).toMatchObject({ pulled: 3, arrived: [1, 3], passedOver: 1 });
    }));

  test('a target that keeps few generations collects them while they come', () =>
    withTwoStores(async (source, target) => {
      await source.advance(12);
      const keeping = await target.open({ retention: ONLY_THE_HEAD });
      expect(await keeping.pull(source.store)).toMatchObject({ generation: 12 });
      await collectAllBut(keeping);
      expect(numbersOf(await historyOf(keeping))).toEqual([12]);
    }));
});

describe('a pull that ends early', () => {
  test('between two files shows nothing of what was to come, and leaves nothing behind', () =>
    withTwoStores(async (source, target) => {
      await commitThree(source);
      const interruption = new AbortController();
      const onProgress = ({ done }: PullProgress): void => {
        if (done === 3) interruption.abort(new Error('enough'));
      };
      const pulling = target.store.pull(source.store, { onProgress, signal: interruption.signal });
      await expect(pulling).rejects.toThrow('enough');
      expect(await historyOf(target.store)).toEqual([]);
      await expect.poll(() => target.list('drafts')).toEqual([]);
      expect(await target.store.pull(source.store)).toMatchObject({ arrived: [1, 2, 3], files: 4 });
    }));

  test('while numbers are passed over goes on from there', () =>
    withTwoStores(async (source, target) => {
      await commitThree(source);
      await target.store.pull(source.store, { generation: 1 });
      await source.advance(7);
      await collectAllBut(source.store);
      const failure = new Error('the listener failed');
      const onProgress = ({ phase, done }: PullProgress): void => {
        if (phase === 'numbers' && done === 4) throw failure;
      };
      await expect(target.store.pull(source.store, { onProgress })).rejects.toBe(failure);
      expect(await contentsOf(target.store)).toEqual({ a: 'first', 'folder/b': 'first' });
      expect(await target.store.pull(source.store)).toMatchObject({ arrived: [10], passedOver: 4 });
      expect(await contentsOf(target.store)).toEqual(await contentsOf(source.store));
    }));

  test('while numbers of an empty store are passed over goes on from there', () =>
    withTwoStores(async (source, target) => {
      await source.advance(9);
      await collectAllBut(source.store);
      const interruption = new AbortController();
      const onProgress = ({ done }: PullProgress): void => {
        if (done === 4) interruption.abort(new Error('enough'));
      };
      const pulling = target.store.pull(source.store, { onProgress, signal: interruption.signal });
      await expect(pulling).rejects.toThrow('enough');
      expect(await target.store.pull(source.store)).toMatchObject({ arrived: [9], passedOver: 4 });
    }));

  test('for a damaged file names it, and shows nothing of what was to come', () =>
    withTwoStores(async (source, target) => {
      await commitThree(source);
      source.flipByte('generations/0000000002/folder/b', 0);
      const pulling = target.store.pull(source.store);
      await expect(pulling).rejects.toMatchObject({
        code: 'GENERATION_DAMAGED',
        message: expect.stringMatching(/folder\/b/),
      });
      expect(await historyOf(target.store)).toEqual([]);
    }));
});

describe('what cannot be pulled', () => {
  test.each([
    [{ generation: 4 }, 'GENERATION_NOT_FOUND'],
    [{ generation: 1 }, 'GENERATION_EXPIRED'],
    [{ generation: 0 }, 'INVALID_OPTION'],
    [{ history: 0 }, 'INVALID_OPTION'],
  ])('%j is %s', (options, code) =>
    withTwoStores(async (source, target) => {
      await commitThree(source);
      await collectAllBut(source.store);
      await expect(target.store.pull(source.store, options)).rejects.toMatchObject({ code });
      expect((await target.store.snapshot()).generation).toBe(0);
    }),
  );

  test('is an empty store', () =>
    withTwoStores(async (source, target) => {
      await expect(target.store.pull(source.store)).rejects.toMatchObject({ code: 'GENERATION_NOT_FOUND' });
    }));
});
