/** A pull that meets others, and damage, at one of its steps. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { SnapshotStore, type StoreOptions } from '../../../dist/store/index.js';
import type { Storage } from '../../../dist/store/storage.js';
import { MemoryPlace } from '../s3/object-places.js';
import { type Detour, watch } from '../watched-storage.js';
import { type StoreFolder, writing } from '../with-store.js';
import { contentsOf, historyOf, numbersOf, withTwoStores } from './two-stores.js';

async function commitThree({ store }: StoreFolder): Promise<void> {
  for (const text of ['1', '2', '3']) await store.update(writing(text, text));
}

/** The same store, opened once more, whose next call of `method` takes a detour. */
function detoured(
  folder: StoreFolder,
  method: keyof Storage,
  detour: Detour,
  options: StoreOptions = {},
): Promise<SnapshotStore> {
  const detours = new Map<keyof Storage, Detour>();
  detours.set(method, (proceed, parameters) => {
    detours.delete(method);
    return detour(proceed, parameters);
  });
  return folder.openOn(watch(folder.storage(), [], detours), options);
}

function damage(folder: StoreFolder, generation: number): void {
  const directory = path.join(folder.directory, 'generations', String(generation).padStart(10, '0'));
  fs.writeFileSync(path.join(directory, 'manifest.json'), '{');
  folder.isDamaged = true;
}

describe('a pull from a source that is damaged', () => {
  test('brings what is not', () =>
    withTwoStores(async (source, target) => {
      await commitThree(source);
      damage(source, 1);
      expect(await target.store.pull(source.store)).toMatchObject({ pulled: 3, arrived: [2, 3], passedOver: 1 });
      expect(numbersOf(await historyOf(target.store))).toEqual([2, 3]);
      expect(await contentsOf(target.store)).toEqual({ 1: '1', 2: '2', 3: '3' });
    }));

  test('brings nothing in the place of what is wanted', () =>
    withTwoStores(async (source, target) => {
      await commitThree(source);
      damage(source, 1);
      await expect(target.store.pull(source.store, { generation: 1 })).rejects.toMatchObject({
        code: 'GENERATION_DAMAGED',
      });
      expect(await historyOf(target.store)).toEqual([]);
    }));
});

describe('a pull whose draft is cleared away', () => {
  test('fills another one', () =>
    withTwoStores(async (source, target) => {
      await commitThree(source);
      const store = await detoured(target, 'writeDraftManifest', async (proceed, [draft]) => {
        await target.storage().buryDraft(String(draft));
        return proceed();
      });
      expect(await store.pull(source.store)).toMatchObject({ arrived: [1, 2, 3] });
      expect(await contentsOf(target.store)).toEqual({ 1: '1', 2: '2', 3: '3' });
    }));

  test('with all of its store fails', () =>
    withTwoStores(async (source, target) => {
      await commitThree(source);
      const store = await detoured(target, 'writeDraftManifest', async (proceed) => {
        target.removeGenerations();
        return proceed();
      });
      await expect(store.pull(source.store)).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' });
    }));
});

describe('a pull that loses a race', () => {
  test.each(['findHighestGeneration', 'claim'] as const)(
    'by a commit just before its %s goes on top of that',
    (method) =>
      withTwoStores(
        async (source, target) => {
          await commitThree(source);
          await target.store.update(writing('own', 'of the target'));
          const store = await detoured(
            target,
            method,
            async (proceed) => {
              await target.store.update(writing('own', 'changed'));
              return proceed();
            },
            { coordinationMode: 'none' },
          );
          expect(await store.pull(source.store, { onTop: true })).toMatchObject({ pulled: 3, isOnTop: true });
          expect(await contentsOf(target.store)).toEqual({ 1: '1', 2: '2', 3: '3' });
          expect(await target.store.verify()).toMatchObject({ problems: [] });
        },
        { coordinationMode: 'none' },
      ),
  );
});

describe('a plan of a pull', () => {
  test('counts what a damaged generation of the target would have had as what must be sent', () =>
    withTwoStores(async (source, target) => {
      await commitThree(source);
      await target.store.pull(source.store);
      await source.store.update(writing('4', '4'));
      damage(target, 2);
      const planned = await SnapshotStore.planPull(source.store, target.store);
      expect(planned).toMatchObject({ pulled: 4, arrived: [4] });
    }));
});

test('a pull to object storage that is ended leaves what it has sent for the next one', () =>
  withTwoStores(async (source) => {
    await source.store.update((draft) => {
      for (let file = 0; file < 3; file++) draft.write(`file-${file}`, Buffer.alloc(12 * 1024 * 1024, `${file}`));
    });
    await using place = new MemoryPlace();
    await using target = await SnapshotStore.openOn(place.connect(), { collectAutomatically: false });
    const ending = new AbortController();
    const ended = target.pull(source.store, {
      signal: ending.signal,
      onProgress: () => ending.abort(new Error('enough')),
    });
    await expect(ended).rejects.toThrow('enough');
    const sent = place.bucket.keys('/files/').length;
    expect(sent).toBeGreaterThan(0);
    const { requests } = place.bucket;
    const before = requests.put;
    expect(await target.pull(source.store)).toMatchObject({ arrived: [1] });
    expect([requests.put - before, requests.copy]).toEqual([3 - sent, sent]);
  }));
