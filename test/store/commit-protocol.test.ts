import { describe, expect, test } from 'vitest';
import { StoreError } from '../../dist/store/index.js';
import { decodeManifest, encodeManifest, type Manifest } from '../../dist/store/manifest.js';
import type { Storage } from '../../dist/store/storage.js';
import { damage, systemError, TurnedClock, WatchedStore } from './watched-storage.js';
import { countingUp, textOf, writing } from './with-store.js';

const STEPS: readonly (keyof Storage)[] = [
  'createDraft',
  'writeDraftFile',
  'writeDraftManifest',
  'lockCommits',
  'claim',
  'syncClaims',
  'writeCurrent',
];

describe('the steps of a commit', () => {
  test('durable: everything is synced, and the claim before it is acknowledged', async () => {
    const watched = await WatchedStore.open({ durability: 'durable' });
    await watched.store.update(writing('a', '1'));
    // A draft that has become a generation is not there any more: nothing is left to remove.
    expect(watched.order(...STEPS, 'discardDraft')).toEqual(STEPS);
    expect(watched.parametersOf('writeDraftFile')[0]?.[3]).toEqual({ sync: true });
    expect(watched.parametersOf('writeDraftManifest')[0]?.[2]).toEqual({ sync: true, isFirst: true });
    expect(watched.place.commitHolder).toBeUndefined();
  });

  test('deferred: nothing is synced before it is acknowledged', async () => {
    const watched = await WatchedStore.open({ durability: 'deferred' });
    await watched.store.update(writing('a', '1'));
    expect(watched.order(...STEPS)).toEqual(STEPS.filter((step) => step !== 'syncClaims'));
    expect(watched.parametersOf('writeDraftFile')[0]?.[3]).toEqual({ sync: false });
    expect(watched.count('syncGenerations')).toBe(0);
  });

  test('a deferred commit leaves its open base open, a durable one syncs it first', async () => {
    const watched = await WatchedStore.open({ durability: 'deferred' });
    await watched.store.update(writing('a', '1'));
    await watched.store.update(writing('a', '2'));
    expect(watched.count('syncGenerations')).toBe(0);
    expect((await watched.store.snapshot()).manifest?.unsynced).toEqual([1, 2]);
    await watched.other.update(writing('b', '1'));
    expect([...watched.place.generations.values()].map((content) => content.isSynced)).toEqual([true, true, false]);
  });

  test('the manifest names its parent by number and nonce', async () => {
    const { store } = await WatchedStore.open();
    await store.update(writing('a', '1'));
    const parent = (await store.snapshot()).manifest;
    await store.update(writing('a', '2'));
    expect(parent?.parent).toBeNull();
    expect((await store.snapshot()).manifest?.parent).toEqual({ generation: 1, nonce: parent?.nonce });
  });

  test('a draft that stays behind is no failure of the commit', async () => {
    const watched = await WatchedStore.open();
    watched.once('claim', async (proceed, [draft]) => {
      watched.place.drafts.delete(String(draft));
      return proceed();
    });
    watched.always('discardDraft', () => Promise.reject(systemError('EIO')));
    expect((await watched.store.update(writing('a', '1'))).generation).toBe(1);
    expect(watched.count('discardDraft')).toBe(1);
  });

  test('a pointer that cannot be raised is said aloud, and the change counts', async () => {
    const watched = await WatchedStore.open();
    watched.always('writeCurrent', () => Promise.reject(systemError('EIO')));
    expect((await watched.store.update(writing('a', '1'))).isNew).toBe(true);
    expect(watched.warnings).toEqual([expect.stringMatching(/CURRENT was not raised to 1: .*EIO.* next commit/)]);
  });
});

describe('a claim', () => {
  test('that answers with an error after it succeeded is a commit', async () => {
    const watched = await WatchedStore.open();
    watched.once('claim', async (proceed) => {
      await proceed();
      throw systemError('EIO');
    });
    expect(await watched.store.update(countingUp('n'))).toEqual({ generation: 1, isNew: true, rebases: 0 });
  });

  test('that answers "exists" after it succeeded is a commit', async () => {
    const watched = await WatchedStore.open();
    watched.once('claim', async (proceed) => {
      await proceed();
      return false;
    });
    expect(await watched.store.update(countingUp('n'))).toEqual({ generation: 1, isNew: true, rebases: 0 });
  });

  test('that fails changes nothing, and frees the lock and the draft', async () => {
    const watched = await WatchedStore.open();
    watched.once('claim', () => Promise.reject(systemError('EIO')));
    await expect(watched.store.update(countingUp('n'))).rejects.toMatchObject({
      code: 'IO_FAILED',
      message: expect.stringContaining('commit to memory'),
    });
    expect([watched.place.generations.size, watched.place.drafts.size]).toEqual([0, 0]);
    expect(watched.place.commitHolder).toBeUndefined();
    expect((await watched.store.update(countingUp('n'))).generation).toBe(1);
  });

  test('whose draft is gone is a lost race', async () => {
    const watched = await WatchedStore.open();
    watched.once('claim', async (proceed, [draft]) => {
      watched.place.drafts.delete(String(draft));
      return proceed();
    });
    expect(await watched.store.update(countingUp('n'))).toEqual({ generation: 1, isNew: true, rebases: 1 });
  });

  test('that the disk does not confirm is of unknown outcome, and visible', async () => {
    const watched = await WatchedStore.open({ durability: 'durable' });
    watched.once('syncClaims', () => Promise.reject(systemError('EIO')));
    await expect(watched.store.update(countingUp('n'))).rejects.toMatchObject({
      code: 'OUTCOME_UNKNOWN',
      message: expect.stringMatching(/^generation 1: it is visible, but the disk did not confirm/),
      remedy: expect.stringContaining('Check the disk'),
      cause: expect.objectContaining({ code: 'EIO' }),
    });
    expect((await watched.store.snapshot()).generation).toBe(1);
  });

  test('that cannot be confirmed is of unknown outcome', async () => {
    const watched = await WatchedStore.open();
    watched.once('claim', async (proceed) => {
      const answer = await proceed();
      watched.once('findHighestGeneration', () => Promise.reject(systemError('ESTALE')));
      return answer;
    });
    await expect(watched.store.update(countingUp('n'))).rejects.toMatchObject({
      code: 'OUTCOME_UNKNOWN',
      message: expect.stringMatching(/^generation 1: nobody can tell/),
      remedy: expect.stringContaining('Look at the newest generation'),
      cause: expect.objectContaining({ code: 'ESTALE' }),
    });
  });

  test('of a number that is not the head any more, by somebody whom others took for dead, is of unknown outcome', async () => {
    const watched = await WatchedStore.open({ coordinationMode: 'none' });
    watched.once('claim', async (proceed) => {
      const answer = await proceed();
      await watched.other.update(writing('b', '1'));
      forgetWriter(watched, watched.store.describe().instance);
      return answer;
    });
    await expect(watched.store.update(countingUp('n'))).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    expect(watched.place.generations.size).toBe(2);
  });

  test('of a dead number that a collector deletes meanwhile is taken back without harm', async () => {
    const watched = await WatchedStore.open({ coordinationMode: 'none' });
    await watched.store.update(countingUp('n'));
    watched.once('claim', async (proceed) => {
      for (let done = 0; done < 3; done++) await watched.other.update(countingUp('n'));
      await watched.other.collect({ keepGenerations: 1, minimumAgeMs: 0 });
      const answer = await proceed();
      watched.once('findHighestGeneration', async (find) => {
        watched.place.generations.delete(2);
        return find();
      });
      return answer;
    });
    expect((await watched.store.update(countingUp('n'))).generation).toBe(5);
    expect(watched.count('retract')).toBe(0);
    expect(await textOf(await watched.store.snapshot(), 'n')).toBe('5');
  });
});

describe('a lost race', () => {
  test('makes the next eight commits take the lock before they draft', async () => {
    const watched = await WatchedStore.open();
    await loseOnce(watched);
    for (let done = 0; done < 9; done++) {
      watched.calls.length = 0;
      await watched.store.update(countingUp('n'));
      const first = watched.order('lockCommits', 'createDraft')[0];
      expect(first).toBe(done < 8 ? 'lockCommits' : 'createDraft');
    }
  });

  test('of a quick change is replayed at once, with the lock', async () => {
    const clock = new TurnedClock();
    const watched = await WatchedStore.open({ environment: clock.environment });
    await loseOnce(watched);
    expect([clock.pauses, watched.count('lockCommits')]).toEqual([[], 1]);
  });

  test('without a lock is replayed after a pause', async () => {
    const clock = new TurnedClock();
    const watched = await WatchedStore.open({ environment: clock.environment, coordinationMode: 'none' });
    await loseOnce(watched, () => {
      clock.nowMs += 20;
    });
    expect(clock.pauses).toEqual([10]);
    expect(watched.count('lockCommits')).toBe(0);
  });

  test('of a slow change gives the lock back while it is replayed', async () => {
    const clock = new TurnedClock();
    const watched = await WatchedStore.open({ environment: clock.environment });
    await loseOnce(watched, () => {
      clock.nowMs += 300;
    });
    expect([clock.pauses, watched.count('lockCommits')]).toEqual([[150], 2]);
  });

  test('does not count the wait for the lock as part of the change', async () => {
    const clock = new TurnedClock();
    const watched = await WatchedStore.open({ environment: clock.environment });
    watched.once('lockCommits', (proceed) => {
      clock.nowMs += 10_000;
      return proceed();
    });
    await loseOnce(watched);
    expect([clock.pauses, watched.count('lockCommits')]).toEqual([[], 1]);
  });

  test('writes only the manifest again if the files are the same', async () => {
    const watched = await WatchedStore.open();
    await loseOnce(watched, undefined, 'same');
    expect([watched.count('createDraft'), watched.count('writeDraftFile')]).toEqual([1, 1]);
    expect(watched.parametersOf('writeDraftManifest').map((all) => all[2])).toEqual([
      { sync: true, isFirst: true },
      { sync: true, isFirst: false },
    ]);
  });
});

describe('a change', () => {
  test('that fails with an error of its own fails with that very error', async () => {
    const { store, other } = await WatchedStore.open();
    const error = new StoreError('GENERATION_EXPIRED', 'mine', { remedy: 'none' });
    const update = store.update(() => {
      throw error;
    });
    await expect(update).rejects.toBe(error);
    const late = store.update(async () => {
      await other.update(writing('b', '1'));
      throw new TypeError('a mistake');
    });
    await expect(late).rejects.toThrow('a mistake');
  });

  test.each(['GENERATION_EXPIRED', 'GENERATION_DAMAGED'] as const)(
    'that meets %s after its base was replaced is replayed',
    async (code) => {
      const { store, other } = await WatchedStore.open();
      let runs = 0;
      const update = store.update(async (draft) => {
        runs += 1;
        draft.write('a', Buffer.from('1'));
        if (runs > 1) return;
        await other.update(writing('b', '1'));
        throw new StoreError(code, 'the base went away', { remedy: 'none' });
      });
      expect(await update).toEqual({ generation: 2, isNew: true, rebases: 1 });
    },
  );

  test('whose draft is cleared away while it is written is replayed', async () => {
    const watched = await WatchedStore.open();
    watched.once('writeDraftFile', (proceed, [draft]) => {
      watched.place.drafts.delete(String(draft));
      return proceed();
    });
    expect(await watched.store.update(writing('a', '1'))).toMatchObject({ generation: 1, rebases: 1 });
    expect(watched.count('createDraft')).toBe(2);
  });

  test('that cannot be written though its draft is there fails', async () => {
    const watched = await WatchedStore.open();
    watched.once('writeDraftFile', () => Promise.reject(systemError('ENOENT')));
    await expect(watched.store.update(writing('a', '1'))).rejects.toMatchObject({ code: 'IO_FAILED' });
    expect(watched.count('createDraft')).toBe(1);
  });

  test('to a store that is removed meanwhile is refused with what to do', async () => {
    const watched = await WatchedStore.open();
    watched.once('claim', async () => {
      watched.place.exists = false;
      watched.place.drafts.clear();
      return false;
    });
    await expect(watched.store.update(writing('a', '1'))).rejects.toMatchObject({
      code: 'STORE_NOT_FOUND',
      message: expect.stringContaining('it was removed while it was open'),
      remedy: expect.stringContaining('Open it again'),
    });
  });

  test('on a damaged head is refused', async () => {
    const watched = await WatchedStore.open();
    watched.once('readManifest', () => Promise.reject(damage()));
    await watched.other.update(writing('a', '1'));
    await expect(watched.store.update(writing('a', '2'))).rejects.toMatchObject({ code: 'GENERATION_DAMAGED' });
  });
});

describe('the table of writers', () => {
  test('keeps fifteen that are gone, and drops them all when a sixteenth came', async () => {
    const watched = await WatchedStore.open();
    const gone = Array.from({ length: 14 }, (_, index) => `gone${index}`);
    await watched.store.update(writing('a', '1'));
    addWriters(watched, gone);
    await watched.store.update(writing('a', '2'));
    expect((await watched.store.snapshot()).manifest?.writers.size).toBe(15);
    await watched.other.update(writing('a', '3'));
    expect((await watched.store.snapshot()).manifest?.writers.size).toBe(16);
    await watched.store.update(writing('a', '4'));
    const ids = [...((await watched.store.snapshot()).manifest?.writers.keys() ?? [])].sort();
    expect(ids).toEqual([watched.store.describe().instance, watched.other.describe().instance].sort());
  });
});

/** Lets `store` lose its next race to `other`. */
async function loseOnce(watched: WatchedStore, beforeEach: () => void = () => {}, content?: string): Promise<void> {
  let runs = 0;
  const result = await watched.store.update(async (draft, base) => {
    beforeEach();
    runs += 1;
    if (runs === 1) await watched.other.update(writing('other', '1'));
    draft.write('n', Buffer.from(content ?? `${base.generation}`));
  });
  expect(result.rebases).toBe(1);
}

/** The head as it would be had its writer taken the instance `id` for dead. */
function forgetWriter(watched: WatchedStore, id: string): void {
  watched.place.records.instances.delete(id);
  rewriteHead(watched, (writers) => writers.filter(([writer]) => writer !== id));
}

/** The head as it would be had instances `ids` committed before. */
function addWriters(watched: WatchedStore, ids: readonly string[]): void {
  const last = { nonce: 'nonce', generation: 1 };
  rewriteHead(watched, (writers) => [...writers, ...ids.map((id) => [id, last] as const)]);
}

type Writers = readonly (readonly [string, { readonly nonce: string; readonly generation: number }])[];

function rewriteHead({ place }: WatchedStore, change: (writers: Writers) => Writers): void {
  const generation = Math.max(...place.generations.keys());
  const content = place.generations.get(generation);
  if (content?.manifest === undefined) throw new Error('there is no head');
  const head: Manifest = decodeManifest(content.manifest, generation);
  content.manifest = encodeManifest({ ...head, writers: new Map(change([...head.writers])) });
}
