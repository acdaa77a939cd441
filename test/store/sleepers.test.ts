import { describe, expect, test } from 'vitest';
import { processEnvironment, type StoreOptions } from '../../dist/store/index.js';
import { encodeManifest, type Manifest } from '../../dist/store/manifest.js';
import type { Storage } from '../../dist/store/storage.js';
import { pauseAt } from './paused-storage.js';
import { countingUp, ONLY_THE_HEAD, type StoreFolder, textOf, withStore, writing } from './with-store.js';

const unlocked = { coordinationMode: 'none', collectAutomatically: false } as const;

describe('a writer that sleeps', () => {
  test('through a collected number does not commit on it', () =>
    withStore(async (folder) => {
      await folder.store.update(writing('first', 'kept'));
      const sleeper = pauseAt(folder.storage(), { method: 'claim', when: 'before' });
      const late = await folder.openOn(sleeper.storage, unlocked);
      const update = late.update(writing('late', 'kept too'));
      await sleeper.asleep;
      await folder.advance(4);
      await folder.store.collect(ONLY_THE_HEAD);
      sleeper.wake();
      expect(await update).toEqual({ generation: 6, isNew: true, rebases: 1 });
      expect([...(await folder.store.snapshot()).files.keys()].sort()).toEqual(['first', 'last', 'late']);
      expect(folder.list('generations')).not.toContain('0000000002');
    }));

  test('after a good claim does not commit twice', () =>
    withStore(async (folder) => {
      const sleeper = pauseAt(folder.storage(), { method: 'claim', when: 'after' });
      const late = await folder.openOn(sleeper.storage, unlocked);
      const update = late.update(countingUp('count'));
      await sleeper.asleep;
      for (let done = 0; done < 3; done++) await folder.store.update(countingUp('count'));
      sleeper.wake();
      expect(await update).toEqual({ generation: 1, isNew: true, rebases: 0 });
      expect(await textOf(await folder.store.snapshot(), 'count')).toBe('4');
    }));

  test('after a good claim that was collected meanwhile does not commit twice either', () =>
    withStore(async (folder) => {
      const sleeper = pauseAt(folder.storage(), { method: 'claim', when: 'after' });
      const late = await folder.openOn(sleeper.storage, unlocked);
      const update = late.update(countingUp('count'));
      await sleeper.asleep;
      for (let done = 0; done < 3; done++) await folder.store.update(countingUp('count'));
      await folder.store.collect(ONLY_THE_HEAD);
      sleeper.wake();
      expect((await update).isNew).toBe(true);
      expect(await textOf(await folder.store.snapshot(), 'count')).toBe('4');
    }));

  test('on a dead number, and has its files swept there, writes them again', () =>
    withStore(async (folder) => {
      await folder.advance(1);
      const [first, second] = [
        { method: 'claim', when: 'before' } as const,
        { method: 'claim', when: 'after' } as const,
      ];
      const inner = pauseAt(folder.storage(), second);
      const outer = pauseAt(inner.storage, first);
      const late = await folder.openOn(outer.storage, unlocked);
      const update = late.update(writing('late', 'whole'));
      await outer.asleep;
      await folder.advance(3);
      await folder.store.collect(ONLY_THE_HEAD);
      outer.wake();
      await inner.asleep;
      // What a collector does that had marked before the claim.
      await folder.storage().sweepGeneration(2, new Set());
      inner.wake();
      await update;
      expect(await textOf(await folder.store.snapshot(), 'late')).toBe('whole');
    }));

  test('longer than its lock lasts is still only queued, never trusted', () =>
    withStore(async (folder) => {
      const sleeper = pauseAt(folder.storage(), { method: 'findHighestGeneration', when: 'after', skip: 3 });
      const late = await folder.openOn(sleeper.storage, { collectAutomatically: false });
      const update = late.update(countingUp('count'));
      const thief = await folder.open(unlocked);
      await sleeper.asleep;
      await thief.update(countingUp('count'));
      sleeper.wake();
      await update;
      expect(await textOf(await folder.store.snapshot(), 'count')).toBe('2');
    }));

  test('for so long that another takes its turn is rebased', () =>
    withStore(async (folder) => {
      const sleeper = pauseAt(folder.storage(), { method: 'claim', when: 'before' });
      const late = await folder.openOn(sleeper.storage, { collectAutomatically: false });
      const update = late.update(countingUp('count'));
      await sleeper.asleep;
      const clock = { aheadMs: 0 };
      const waiting = await folder.openOn(...waitingBy(folder, clock));
      await expect(waiting.update(countingUp('count'))).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' });
      clock.aheadMs = 10_000;
      expect(await waiting.update(countingUp('count'))).toMatchObject({ generation: 1 });
      sleeper.wake();
      expect(await update).toEqual({ generation: 2, isNew: true, rebases: 1 });
      expect(await textOf(await folder.store.snapshot(), 'count')).toBe('2');
    }));

  test('and wakes on a dead number shows it to nobody', () =>
    withStore(async (folder) => {
      const { late, update, sleeper } = await wakeOnDeadNumber(folder);
      await expect(folder.store.openGeneration(2)).rejects.toMatchObject({ code: 'GENERATION_EXPIRED' });
      await expect(folder.store.rollback(2)).rejects.toMatchObject({ code: 'GENERATION_EXPIRED' });
      // Nor to somebody who read it before it was taken back, and asks the head when that knows a later commit.
      const reading = pauseAt(folder.storage(), { method: 'readManifest', when: 'after', skip: 1 });
      const reader = (await folder.openOn(reading.storage, unlocked)).openGeneration(2);
      await reading.asleep;
      sleeper.wake();
      expect((await update).generation).toBe(6);
      reading.wake();
      await expect(reader).rejects.toMatchObject({ code: 'GENERATION_EXPIRED' });
      await late.close();
    }));
});

describe('a reader that sleeps', () => {
  test('through the reuse of a number starts over', () =>
    withStore(async (folder) => {
      await folder.advance(2);
      const head = (await folder.store.snapshot()).manifest;
      const sleeper = pauseAt(folder.storage(), { method: 'readManifest', when: 'before' });
      const late = await folder.openOn(sleeper.storage, { readOnly: true });
      const reading = late.snapshot();
      await sleeper.asleep;
      await folder.advance(2);
      await folder.store.collect(ONLY_THE_HEAD);
      await claimDeadNumber(folder.storage(), head);
      sleeper.wake();
      expect((await reading).generation).toBe(4);
      await folder.storage().retract(2, 'sleeper-1');
      await folder.storage().discardDraft('sleeper-1');
    }));
});

/** Who waits shortly, on a clock that a test can put ahead. */
function waitingBy(folder: StoreFolder, clock: { readonly aheadMs: number }): [Storage, StoreOptions] {
  const environment = { ...processEnvironment, monotonicMs: () => performance.now() + clock.aheadMs };
  return [folder.storage(environment), { environment, lockTimeoutMs: 30, collectAutomatically: false }];
}

/** What a sleeping writer leaves for a moment: an old number, claimed again. */
async function claimDeadNumber(storage: Storage, like: Manifest | undefined): Promise<void> {
  if (like === undefined) throw new Error('there is no head');
  await storage.createDraft('sleeper-1');
  const bytes = encodeManifest({ ...like, nonce: 'sleeper-1', reason: 'stale', files: new Map() });
  await storage.writeDraftManifest('sleeper-1', bytes, { sync: false, isFirst: true });
  expect(await storage.claim('sleeper-1', like.generation)).toBe(true);
}

/** A real one: a writer drafted on generation 1, slept, and has just claimed 2, which was collected. */
async function wakeOnDeadNumber(folder: StoreFolder) {
  await folder.store.update(writing('first', 'kept'));
  const claimed = pauseAt(folder.storage(), { method: 'claim', when: 'after' });
  const asleep = pauseAt(claimed.storage, { method: 'claim', when: 'before' });
  const late = await folder.openOn(asleep.storage, unlocked);
  const update = late.update(writing('late', 'kept too'));
  await asleep.asleep;
  await folder.advance(4);
  await folder.store.collect(ONLY_THE_HEAD);
  asleep.wake();
  await claimed.asleep;
  return { late, update, sleeper: claimed };
}
