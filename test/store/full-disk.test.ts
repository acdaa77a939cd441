import { describe, expect, test } from 'vitest';
import { SnapshotStore } from '../../dist/store/index.js';
import type { Storage } from '../../dist/store/storage.js';
import { MemoryPlace, MemoryStorage } from './memory-storage.js';
import { type Call, type Detour, systemError, watch } from './watched-storage.js';
import { bytesOf, ONLY_THE_HEAD, textOf, unmadeFolder } from './with-store.js';

const full: Detour = async () => {
  throw systemError('ENOSPC');
};

/** A store of three generations, the second of which is tagged, on a disk on which `refused` calls find no room. */
async function fullStore(refused: Partial<Record<keyof Storage, Detour>>) {
  const place = new MemoryPlace();
  const folder = unmadeFolder();
  await using before = await SnapshotStore.openOn(new MemoryStorage(place, folder));
  for (const text of ['1', '2', '3']) await before.update((draft) => draft.write('a', bytesOf(text)));
  await before.tag('second', 2);
  const calls: Call[] = [];
  const detours = new Map<keyof Storage, Detour>(Object.entries(refused) as [keyof Storage, Detour][]);
  const warnings: string[] = [];
  const open = (): Promise<SnapshotStore> =>
    SnapshotStore.openOn(watch(new MemoryStorage(place, folder), calls, detours), {
      collectAutomatically: false,
      onWarning: (message) => warnings.push(message),
    });
  const order = (...methods: readonly (keyof Storage)[]): readonly (keyof Storage)[] =>
    calls.map(({ method }) => method).filter((method) => methods.includes(method));
  return { place, detours, warnings, open, order };
}

describe('a store on a disk without room for its record', () => {
  test('is read, and says that the disk is full', async () => {
    const { open, warnings, place } = await fullStore({ shareStore: full });
    await using store = await open();
    await using old = await store.openGeneration(2);
    await using older = await store.openGeneration(1);
    expect([await textOf(old, 'a'), await textOf(older, 'a')]).toEqual(['2', '1']);
    expect((await store.snapshot()).generation).toBe(3);
    expect(store.describe().readOnlyReason).toBeUndefined();
    expect([place.records.instances.size, place.records.pins.size]).toEqual([0, 0]);
    expect(warnings).toEqual([
      expect.stringContaining('the disk was full when the store was opened (ENOSPC)'),
      expect.stringContaining('nothing keeps an older generation'),
    ]);
  });

  test('refuses what makes a generation or a tag, and nothing else is changed', async () => {
    const { open, order } = await fullStore({ shareStore: full });
    await using store = await open();
    const noSpace = { code: 'NO_SPACE' };
    await expect(store.update((draft) => draft.write('a', bytesOf('4')))).rejects.toMatchObject(noSpace);
    await expect(store.rollback(1)).rejects.toMatchObject(noSpace);
    await expect(store.tag('first', 1)).rejects.toMatchObject(noSpace);
    expect(order('claim', 'createDraft', 'writeRecord', 'retire')).toEqual([]);
  });

  test('registers and probes before its first commit once there is room', async () => {
    const { open, detours, order, place } = await fullStore({ shareStore: full });
    await using store = await open();
    detours.clear();
    for (const text of ['4', '5']) await store.update((draft) => draft.write('a', bytesOf(text)));
    expect(order('probe', 'claim')).toEqual(['probe', 'claim', 'claim']);
    expect(place.records.instances.size).toBe(1);
  });

  test('lets a tag go', async () => {
    const { open } = await fullStore({ shareStore: full });
    await using store = await open();
    await store.untag('second');
    expect(await store.tags()).toEqual([]);
  });

  test('that finds none for the probe either has left no record', async () => {
    const { open, place } = await fullStore({ probe: full });
    await using store = await open();
    expect(place.records.instances.size).toBe(0);
    expect((await store.snapshot()).generation).toBe(3);
  });

  test('that could not remove its record either registers under another one', async () => {
    const { open, detours, place } = await fullStore({ probe: full });
    detours.set('shareStore', async (proceed) => {
      await proceed();
      return { isLost: false, release: async () => {} };
    });
    await using store = await open();
    const [left] = place.records.instances.keys();
    detours.clear();
    await store.update((draft) => draft.write('a', bytesOf('4')));
    expect(store.describe().instance).not.toBe(left);
    expect(place.records.instances.size).toBe(2);
  });

  test('that finds none for clearing up after the dead is opened as ever', async () => {
    const { open, place, warnings } = await fullStore({ listDrafts: full });
    await using store = await open();
    expect(store.describe().readOnlyReason).toBeUndefined();
    expect([place.records.instances.size, warnings.length]).toEqual([1, 1]);
  });

  test('that is not there is not opened', async () => {
    const { open, place } = await fullStore({ prepare: full });
    place.exists = false;
    await expect(open()).rejects.toMatchObject({ code: 'NO_SPACE' });
  });
});

describe('collecting on such a disk', () => {
  const unless =
    (happened: () => boolean): Detour =>
    async (proceed) => {
      if (happened()) return proceed();
      throw systemError('ENOSPC');
    };

  test('makes room with garbage first', async () => {
    let isEmptied = false;
    const { open, order, place } = await fullStore({
      shareStore: unless(() => isEmptied),
      emptyTrash: async (proceed) => {
        isEmptied = true;
        return proceed();
      },
    });
    await using store = await open();
    expect(await store.collect(ONLY_THE_HEAD)).toMatchObject({ retired: [1] });
    expect(order('removeCurrent')).toEqual([]);
    expect(place.records.instances.size).toBe(1);
  });

  test('gives up the pointer then, registers before it retires, and puts the pointer back', async () => {
    const { open, order, place } = await fullStore({ shareStore: unless(() => place.current === undefined) });
    await using store = await open();
    expect(await store.collect(ONLY_THE_HEAD)).toMatchObject({ retired: [1], kept: [2, 3] });
    expect(order('removeCurrent', 'shareStore', 'retire', 'writeCurrent')).toEqual([
      ...['shareStore', 'shareStore', 'shareStore'],
      ...['removeCurrent', 'shareStore', 'retire', 'writeCurrent'],
    ]);
    expect(place.current).toBe(3);
  });

  test('puts the pointer back when it is closed, where nothing was freed', async () => {
    const { open, place } = await fullStore({
      shareStore: unless(() => place.current === undefined),
      writeCurrent: unless(() => place.records.instances.size === 0),
    });
    const store = await open();
    await store.collect();
    expect(place.current).toBeUndefined();
    await store.close();
    expect(place.current).toBe(3);
  });

  test('retires nothing if there is no room at all, and says what helps', async () => {
    const { open, order, place } = await fullStore({ shareStore: full });
    await using store = await open();
    const refusal = { code: 'NO_SPACE', remedy: expect.stringContaining('Delete or move any other file on that disk') };
    await expect(store.collect(ONLY_THE_HEAD)).rejects.toMatchObject(refusal);
    expect(order('retire', 'sweepGeneration')).toEqual([]);
    expect(place.current).toBe(3);
  });

  test('says so when the pointer stays away', async () => {
    const { open, warnings } = await fullStore({ shareStore: full, writeCurrent: full });
    const store = await open();
    await expect(store.collect(ONLY_THE_HEAD)).rejects.toMatchObject({ code: 'NO_SPACE' });
    await store.close();
    expect(warnings.at(-1)).toContain('CURRENT: ');
  });

  test('only tells what would go, without any record', async () => {
    const { open, order } = await fullStore({ shareStore: full });
    await using store = await open();
    expect(await store.collect({ ...ONLY_THE_HEAD, dryRun: true })).toMatchObject({ retired: [1] });
    expect(order('shareStore')).toEqual(['shareStore']);
  });
});
