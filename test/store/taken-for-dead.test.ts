/** What happens to somebody who slept so long that others took it for dead, and cleared up after it. */
import { describe, expect, test } from 'vitest';
import { type Environment, processEnvironment, type SnapshotStore } from '../../dist/store/index.js';
import type { Storage } from '../../dist/store/storage.js';
import { type Pause, pauseAt } from './paused-storage.js';
import { bytesOf, countingUp, ONLY_THE_HEAD, type StoreFolder, textOf, withStore } from './with-store.js';

const unlocked = { coordinationMode: 'none', collectAutomatically: false } as const;

describe('who is taken for dead', () => {
  test('while it rolls back pins anew, and what it stands on is there', () =>
    withStore(async (folder) => {
      await folder.advance(3);
      const late = pausedTwice(folder.storage(), { method: 'createDraft', when: 'before' }, BEFORE_THE_CLAIM);
      const sleeper = await folder.openOn(late.storage, unlocked);
      const rollback = sleeper.rollback(1);
      await late.first.asleep;
      const clearing = await clearUpAfter(folder, sleeper);
      late.first.wake();
      await late.second.asleep;
      clearing.wake();
      await clearing.done;
      late.second.wake();
      expect((await rollback).generation).toBe(4);
      expect(await textOf(await folder.store.snapshot(), 'last')).toBe('0');
    }));

  test('while it tags tags nothing that was collected meanwhile', () =>
    withStore(async (folder) => {
      await folder.advance(3);
      const late = pauseAt(folder.storage(), WRITING_THE_TAG);
      const sleeper = await folder.openOn(late.storage, unlocked);
      const tagging = sleeper.tag('release', 1);
      await late.asleep;
      const clearing = await clearUpAfter(folder, sleeper);
      clearing.wake();
      await clearing.done;
      late.wake();
      await expect(tagging).rejects.toMatchObject({ code: 'GENERATION_EXPIRED' });
      expect(await folder.store.tags()).toEqual([]);
    }));

  test('while it tags takes back its own tag, not the one that somebody has set since', () =>
    withStore(async (folder) => {
      await folder.advance(3);
      const late = pauseAt(folder.storage(), { ...WRITING_THE_TAG, when: 'after' });
      const sleeper = await folder.openOn(late.storage, unlocked);
      const tagging = sleeper.tag('release', 1);
      await late.asleep;
      await takeForDead(folder, sleeper);
      await folder.store.untag('release');
      await folder.store.collect({ keepGenerations: 2, minimumAgeMs: 0 });
      await folder.store.tag('release', 2);
      late.wake();
      await expect(tagging).rejects.toMatchObject({ code: 'GENERATION_EXPIRED' });
      expect(await folder.store.tags()).toMatchObject([{ name: 'release', generation: 2 }]);
    }));

  test('after a good claim, and has a new id since, does not commit twice', () =>
    withStore(async (folder) => {
      const late = pauseAt(folder.storage(), { method: 'claim', when: 'after' });
      const sleeper = await folder.openOn(late.storage, unlocked);
      const update = sleeper.update(countingUp('count'));
      await late.asleep;
      await folder.store.update(countingUp('count'));
      await takeForDead(folder, sleeper);
      await folder.store.collect();
      await sleeper.revive();
      late.wake();
      expect(await update).toMatchObject({ generation: 1, isNew: true });
      expect(await textOf(await folder.store.snapshot(), 'count')).toBe('2');
    }));

  test('stays it under its old id, whatever is said about it', () =>
    withStore(async (folder) => {
      const sleeper = await folder.open(unlocked);
      await takeForDead(folder, sleeper);
      await folder.store.collect();
      await sleeper.introduce({ client: 'late' });
      expect(folder.list('instances')).not.toContain(sleeper.describe().instance);
    }));

  test('claims all of its draft or nothing', () =>
    withStore(async (folder) => {
      const storage = folder.storage();
      await storage.createDraft('late-1');
      for (const name of ['a', 'b']) await storage.writeDraftFile('late-1', name, bytesOf(name), { sync: false });
      const claims: Promise<unknown>[] = [];
      const claim = (): number => claims.push(storage.claim('late-1', 1).catch(() => 'the draft is gone'));
      await folder.storage(beforeEachRemoval(claim)).buryDraft('late-1');
      expect(await Promise.all(claims)).toEqual(['the draft is gone', 'the draft is gone']);
    }));
});

const BEFORE_THE_CLAIM: Pause = { method: 'claim', when: 'before' };
/** After the pin. */
const WRITING_THE_TAG: Pause = { method: 'writeRecord', when: 'before', skip: 1 };

function pausedTwice(storage: Storage, first: Pause, second: Pause) {
  const inner = pauseAt(storage, second);
  const outer = pauseAt(inner.storage, first);
  return { storage: outer.storage, first: outer, second: inner };
}

/** Makes the record of an open store say that its process has ended. */
async function takeForDead(folder: StoreFolder, sleeper: SnapshotStore): Promise<void> {
  const id = sleeper.describe().instance;
  const identity = { ...processEnvironment.identity(), startTime: '1' };
  const record = bytesOf(JSON.stringify({ identity, client: 'late', role: '', openedAt: '' }));
  await folder.storage().writeRecord('instances', id, record, { replace: true, sync: false });
}

/** Begins to clear up after a sleeper and to collect, as far as the listing of the drafts. */
async function clearUpAfter(folder: StoreFolder, sleeper: SnapshotStore) {
  await takeForDead(folder, sleeper);
  // The first listing is that of the opening, which clears up too.
  const paused = pauseAt(folder.storage(), { method: 'listDrafts', when: 'after' });
  const store = folder.openOn(paused.storage, { collectAutomatically: false });
  await paused.asleep;
  return { wake: paused.wake, done: store.then((opened) => opened.collect(ONLY_THE_HEAD)) };
}

function beforeEachRemoval(action: () => void): Environment {
  const fileSystem = new Proxy(processEnvironment.fileSystem, {
    get(target, property): unknown {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      return (...parameters: readonly unknown[]): unknown => {
        if (property === 'removeFile' || property === 'deleteFile') action();
        return Reflect.apply(value, target, parameters);
      };
    },
  });
  return { ...processEnvironment, fileSystem };
}
