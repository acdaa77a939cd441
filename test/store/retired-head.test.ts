import fs from 'node:fs';
import { expect, test } from 'vitest';
import { SnapshotStore, type StoreOptions } from '../../dist/store/index.js';
import { bytesOf, ONLY_THE_HEAD, type StoreFolder, textOf, withStore, writing } from './with-store.js';

/** Three generations, of which the last is marked as retired; it shares `kept` with the first. */
function withRetiredHead(body: (folder: StoreFolder) => Promise<void>, options: StoreOptions = {}): Promise<void> {
  return withStore(async (folder) => {
    await folder.store.update((draft) => {
      draft.write('kept', bytesOf('kept'));
      draft.write('a', bytesOf('1'));
    });
    await folder.store.update(writing('a', '2'));
    await folder.store.update(writing('a', '3'));
    await folder.store.flush();
    folder.isDamaged = true;
    const head = folder.path('generations/0000000003');
    fs.renameSync(`${head}/manifest.json`, `${head}/retired.json`);
    await body(folder);
  }, options);
}

test('a head that is marked as retired is damage, and the generation below it is served', () =>
  withRetiredHead(async ({ store }) => {
    const { ok, generation, problems } = await store.verify();
    expect({ ok, generation, problems }).toEqual({
      ok: false,
      generation: 3,
      problems: [
        {
          code: 'GENERATION_DAMAGED',
          message: 'generation 3: it is the newest, and marked as retired',
          generation: 3,
        },
      ],
    });
    const snapshot = await store.snapshot();
    expect([snapshot.generation, snapshot.damage[0]?.code]).toEqual([2, 'GENERATION_DAMAGED']);
    expect((await store.history()).damage).toHaveLength(1);
    await expect(store.update(writing('a', 'new'))).rejects.toMatchObject({ code: 'GENERATION_DAMAGED' });
  }));

test('a head that is marked as retired is never collected, nor is what it needs', () =>
  withRetiredHead(async (folder) => {
    await folder.store.collect(ONLY_THE_HEAD);
    await folder.store.collect(ONLY_THE_HEAD);
    expect(folder.list('generations/0000000003')).toEqual(['a', 'retired.json']);
    expect(fs.existsSync(folder.path('generations/0000000001/kept'))).toBe(true);
  }));

test('repairing commits a whole head that is marked as retired again, and then it is collected like others', () =>
  withRetiredHead(async (folder) => {
    await folder.leave();
    const { ok, generation, steps } = await SnapshotStore.repair(folder.directory);
    expect({ ok, generation, steps }).toMatchObject({
      ok: true,
      generation: 4,
      steps: [{ action: 'recover', from: 3 }],
    });
    folder.isDamaged = false;
    const store = await folder.open();
    expect(await textOf(await store.snapshot(), 'a')).toBe('3');
    await store.collect(ONLY_THE_HEAD);
    expect(await textOf(await store.snapshot(), 'kept')).toBe('kept');
  }));

test('repairing takes the generation below a retired head that lacks a file', () =>
  withRetiredHead(async (folder) => {
    fs.rmSync(folder.path('generations/0000000003/a'));
    await folder.leave();
    const { ok, steps } = await SnapshotStore.repair(folder.directory);
    expect([ok, steps]).toMatchObject([
      true,
      [
        { action: 'recover', from: 2 },
        { action: 'setAside', generation: 3 },
      ],
    ]);
    folder.isDamaged = false;
    expect(await textOf(await (await folder.open()).snapshot(), 'a')).toBe('2');
  }));

test('opening a deferred store puts nothing above a head that is marked as retired, which may be whole', () =>
  withRetiredHead(
    async (folder) => {
      await folder.leave();
      await folder.open({ durability: 'deferred', collectAutomatically: false });
      expect(folder.list('generations')).toEqual(['0000000001', '0000000002', '0000000003']);
      expect(folder.warnings).toEqual(['generation 3: it is the newest, and marked as retired']);
    },
    { durability: 'deferred' },
  ));
