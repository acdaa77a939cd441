import { describe, expect, test } from 'vitest';
import { StoreError } from '../../dist/store/errors.js';
import { processEnvironment, SnapshotStore, type StoreOptions } from '../../dist/store/index.js';
import type { Storage } from '../../dist/store/storage.js';
import { committedPlace } from './committed-place.js';
import { MemoryPlace, MemoryStorage } from './memory-storage.js';
import { type Call, type Detour, systemError, watch } from './watched-storage.js';
import { unmadeFolder } from './with-store.js';

/** A place, and how a store is opened there while some calls go another way. */
function opening(place = new MemoryPlace()) {
  const calls: Call[] = [];
  const detours = new Map<keyof Storage, Detour>();
  const warnings: string[] = [];
  const storage = watch(new MemoryStorage(place, unmadeFolder()), calls, detours);
  return {
    place,
    warnings,
    storage,
    count: (method: keyof Storage) => calls.filter((call) => call.method === method).length,
    always: (method: keyof Storage, detour: Detour) => detours.set(method, detour),
    open: (options: StoreOptions = {}) =>
      SnapshotStore.openOn(storage, {
        collectAutomatically: false,
        onWarning: (message) => warnings.push(message),
        ...options,
      }),
  };
}

const failing = (code: string) => async () => {
  throw systemError(code);
};

describe('a store that cannot be written', () => {
  test.each([
    [systemError('EROFS'), 'it cannot be written (EROFS)'],
    [new StoreError('STORE_READ_ONLY', 'as the test asked', { remedy: 'none' }), 'it cannot be written'],
  ])('is opened for reading, and says why', async (error, reason) => {
    const { open, always, place } = opening();
    await (await open()).close();
    always('probe', async () => {
      throw error;
    });
    await using store = await open();
    expect(store.describe().readOnlyReason).toBe(reason);
    expect(place.records.instances.size).toBe(0);
    expect(await store.snapshot()).toMatchObject({ generation: 0 });
  });

  test('and that is not there is no store to read', async () => {
    const { open, always } = opening();
    always('prepare', failing('EROFS'));
    await expect(open()).rejects.toMatchObject({
      code: 'STORE_READ_ONLY',
      message: expect.stringMatching(/^open memory: /),
    });
  });

  test('for another reason is not opened, and nobody stays registered', async () => {
    const { open, always, place } = opening();
    always('probe', failing('EIO'));
    await expect(open()).rejects.toMatchObject({ code: 'IO_FAILED', message: expect.stringMatching(/^open memory: /) });
    expect(place.records.instances.size).toBe(0);
  });

  test('was opened read-only, if that was wanted', async () => {
    const { open, place } = opening();
    await (await open()).close();
    await using store = await open({ readOnly: true });
    expect(store.describe().readOnlyReason).toBe('it was opened read-only');
    expect(place.records.instances.size).toBe(0);
  });

  test('cannot be opened read-only while nobody can tell whether it is there', async () => {
    const { open, always } = opening();
    always('exists', failing('EIO'));
    const refused = open({ readOnly: true });
    await expect(refused).rejects.toMatchObject({
      code: 'IO_FAILED',
      message: expect.stringMatching(/^open memory: /),
    });
  });
});

describe('a store that is destroyed while somebody joins it', () => {
  const destroyed = new StoreError('STORE_NOT_FOUND', 'as the test asked', { remedy: 'none' });

  test.each([
    ['its layout', 'prepare', systemError('ENOENT')],
    ['its registration', 'shareStore', systemError('ENOENT')],
    ['its registration', 'shareStore', destroyed],
  ] as const)('is made anew: %s', async (_, method, error) => {
    const { open, always, place, count } = opening();
    let failures = 0;
    always(method, async (proceed) => {
      if (++failures > 2) return proceed();
      place.exists = false;
      throw error;
    });
    await using store = await open();
    expect(store.describe().readOnlyReason).toBeUndefined();
    expect(count('prepare')).toBe(3);
  });

  test('and again and again is no store in the end', async () => {
    const { open, always, place, count } = opening();
    always('shareStore', async () => {
      place.exists = false;
      throw systemError('ENOENT');
    });
    await expect(open()).rejects.toMatchObject({ code: 'IO_FAILED', message: expect.stringMatching(/^open memory: /) });
    expect(count('prepare')).toBe(3);
  });

  test('was not destroyed if it is still there', async () => {
    const { open, always, count } = opening();
    always('shareStore', failing('ENOENT'));
    await expect(open()).rejects.toMatchObject({ code: 'IO_FAILED' });
    expect(count('prepare')).toBe(1);
  });

  test('was not destroyed if something else went wrong', async () => {
    const { open, always, place, count } = opening();
    always('shareStore', async () => {
      place.exists = false;
      throw systemError('EIO');
    });
    await expect(open()).rejects.toMatchObject({ code: 'IO_FAILED' });
    expect(count('prepare')).toBe(1);
  });

  test('just before it was joined is made once more', async () => {
    const { open, always, place, count } = opening();
    always('shareStore', async (proceed) => {
      const lock = await proceed();
      place.exists = false;
      return lock;
    });
    await using store = await open();
    expect([place.exists, count('prepare'), count('probe')]).toEqual([true, 2, 1]);
    expect(store.describe().readOnlyReason).toBeUndefined();
  });

  test('is not made twice where nobody destroys it', async () => {
    const { open, count } = opening();
    await using _ = await open();
    expect([count('prepare'), count('probe')]).toEqual([1, 1]);
  });
});

describe('a store that maintenance has for itself', () => {
  test('is busy', async () => {
    const { open, place } = opening();
    await (await open()).close();
    place.storeHolder = 'maintenance';
    await expect(open({ lockTimeoutMs: 0 })).rejects.toMatchObject({
      code: 'STORE_BUSY',
      message: 'store memory: maintenance has it for itself',
      remedy: 'Wait until the maintenance command has ended, then open it again.',
    });
  });
});

describe('the head of a store that is opened', () => {
  /** Two generations of which the second lacks a file, on a disk that has not been told to keep it. */
  async function afterPowerCut({ bootId = 'before the power cut' } = {}) {
    const environment = {
      ...processEnvironment,
      identity: () => ({ ...processEnvironment.identity(), bootId }),
    };
    const { place, content, store } = await committedPlace(2, { durability: 'deferred', environment });
    await store.close();
    for (const generation of place.generations.values()) generation.isSynced = false;
    content(2).files.delete('file-2');
    return opening(place);
  }

  test('gives way to the newest complete generation after a power cut', async () => {
    const { open, warnings } = await afterPowerCut();
    await using store = await open({ durability: 'deferred' });
    const [newest] = (await store.history()).generations;
    expect(newest).toMatchObject({ generation: 3, operation: 'recover' });
    expect(warnings).toEqual(['generation 2: file "file-2" did not reach the disk']);
  });

  test('is for a person to look at in a durable store', async () => {
    const { open, place, warnings } = await afterPowerCut();
    await using _ = await open({ durability: 'durable' });
    expect([...place.generations.keys()]).toEqual([1, 2]);
    expect(warnings).toEqual(['generation 2: file "file-2" did not reach the disk']);
  });

  test('and one that somebody has marked as retired', async () => {
    const { open, place } = await afterPowerCut();
    const head = place.generations.get(2);
    if (head !== undefined) head.isRetired = true;
    await using _ = await open({ durability: 'deferred' });
    expect([...place.generations.keys()]).toEqual([1, 2]);
  });

  test('is not read where there was no power cut', async () => {
    const { open, place, count, warnings } = await afterPowerCut({ bootId: processEnvironment.identity().bootId });
    await using _ = await open({ durability: 'deferred' });
    expect([[...place.generations.keys()], warnings, count('openFile')]).toEqual([[1, 2], [], 0]);
  });

  test('that cannot be read after a power cut is no damage', async () => {
    const { open, always, place } = await afterPowerCut();
    always('openFile', failing('EIO'));
    await expect(open({ durability: 'durable' })).rejects.toMatchObject({ code: 'IO_FAILED' });
    expect([[...place.generations.keys()], place.records.instances.size]).toEqual([[1, 2], 0]);
  });

  test('is what the pointer is raised to, unless that is not wanted', async () => {
    const { place, store } = await committedPlace(2);
    await store.close();
    place.current = 1;
    const { open } = opening(place);
    await (await open({ mendHead: false })).close();
    expect(place.current).toBe(1);
    await (await open()).close();
    expect(place.current).toBe(2);
  });

  test('is there although the pointer cannot be raised', async () => {
    const { place, store } = await committedPlace(2);
    await store.close();
    place.current = 1;
    const { open, always, warnings } = opening(place);
    always('writeCurrent', failing('EIO'));
    await using again = await open();
    expect((await again.snapshot()).generation).toBe(2);
    expect(warnings).toEqual([expect.stringMatching(/^CURRENT: .*EIO/)]);
  });

  test('that cannot be looked for ends the registration', async () => {
    const { open, always, place } = opening();
    await (await open()).close();
    always('listGenerations', failing('EIO'));
    always('findHighestGeneration', failing('EIO'));
    await expect(open()).rejects.toMatchObject({ code: 'IO_FAILED', message: expect.stringMatching(/^open memory: /) });
    expect(place.records.instances.size).toBe(0);
  });
});
