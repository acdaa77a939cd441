import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { destroyStore } from '../../dist/store/destruction.js';
import { SnapshotStore } from '../../dist/store/index.js';
import { resolveOptions } from '../../dist/store/options.js';
import { failing, withCalls } from './faulty-calls.js';
import { pauseAt } from './paused-storage.js';
import { makeTemporaryFolder, type StoreFolder, withStore } from './with-store.js';

const { fileSystem } = withCalls({});

/** A store with a history that nobody has open. */
function withLeftStore(body: (folder: StoreFolder) => Promise<void>): Promise<void> {
  return withStore(async (folder) => {
    await folder.advance(2);
    await folder.leave();
    await body(folder);
  });
}

describe('a store that is destroyed', () => {
  test('is gone with its directory, a file at its top included', async () => {
    const directory = path.join(makeTemporaryFolder(), 'store');
    const store = await SnapshotStore.open(directory);
    await store.update((draft) => draft.write('a', Buffer.from('1')));
    await store.close();
    fs.writeFileSync(path.join(directory, '.DS_Store'), '');
    await SnapshotStore.destroy(directory);
    expect(fs.readdirSync(path.dirname(directory))).toEqual([]);
    fs.rmSync(path.dirname(directory), { recursive: true });
  });

  test('leaves its empty directory where this user may not write in the one above', () =>
    withLeftStore(async (folder) => {
      const removeDirectory = failing('EACCES', (made) => made === folder.directory, fileSystem.removeDirectory);
      await SnapshotStore.destroy(folder.directory, { environment: withCalls({ removeDirectory }) });
      expect(fs.readdirSync(folder.directory)).toEqual([]);
      await (await folder.open()).close();
    }));

  test('says what the disk says about its directory', () =>
    withLeftStore(async (folder) => {
      const removeDirectory = failing('EIO', (made) => made === folder.directory, fileSystem.removeDirectory);
      const destroying = SnapshotStore.destroy(folder.directory, { environment: withCalls({ removeDirectory }) });
      await expect(destroying).rejects.toMatchObject({ code: 'IO_FAILED' });
      await (await folder.open()).close();
    }));

  test.skipIf(process.platform === 'win32')(
    'behind a link leaves the link, and the empty directory that it leads to',
    () =>
      withLeftStore(async (folder) => {
        const link = path.join(folder.directory, '..', 'link');
        fs.symlinkSync(folder.directory, link);
        await SnapshotStore.destroy(link);
        expect(folder.list('.')).toEqual([]);
        await (await SnapshotStore.open(link)).close();
      }),
  );

  test('may be made anew at once', () =>
    withLeftStore(async (folder) => {
      await SnapshotStore.destroy(folder.directory);
      await using store = await SnapshotStore.open(folder.directory);
      expect((await store.snapshot()).generation).toBe(0);
    }));
});

/** As if something were mounted at the place that `isMounted` picks. */
function withMount(isMounted: (place: string) => boolean): ReturnType<typeof withCalls> {
  return withCalls({
    removeDirectory: failing('EBUSY', isMounted, fileSystem.removeDirectory),
    rename: failing('EBUSY', isMounted, fileSystem.rename),
  });
}

describe('something mounted in a store', () => {
  const places = ['pins', 'drafts', '0000000001'].flatMap((place) =>
    ['destroying', 'opening', 'repairing'].map((by) => [place, by] as const),
  );
  test.each(places)('at %s is named by the destroying, and by %s afterwards, until it is unmounted', (place, by) =>
    withLeftStore(async (folder) => {
      const options = { environment: withMount((directory) => path.basename(directory) === place) };
      const refusal = {
        code: 'IO_FAILED',
        message: expect.stringMatching(/something is mounted in it.*EBUSY.*deleted in part/s),
        remedy: expect.stringContaining('Remove the cause'),
      };
      await expect(SnapshotStore.destroy(folder.directory, options)).rejects.toMatchObject(refusal);
      const again = {
        destroying: () => SnapshotStore.destroy(folder.directory, options),
        opening: () => SnapshotStore.open(folder.directory, options),
        repairing: () => SnapshotStore.repair(folder.directory, options),
      }[by];
      await expect(again?.()).rejects.toMatchObject({ code: 'IO_FAILED', remedy: expect.any(String) });
      expect(folder.list('.').some((name) => name.startsWith('generations-'))).toBe(true);
      await SnapshotStore.destroy(folder.directory);
      expect(fs.existsSync(folder.directory)).toBe(false);
      await (await folder.open()).close();
    }),
  );

  test('in the place of its generations keeps it from being destroyed, and nothing is deleted', () =>
    withLeftStore(async (folder) => {
      const environment = withMount((directory) => directory === folder.path('generations'));
      await expect(SnapshotStore.destroy(folder.directory, { environment })).rejects.toMatchObject({
        code: 'IO_FAILED',
        message: expect.stringContaining('generations: something is mounted'),
        remedy: expect.stringContaining('Unmount'),
      });
      await using store = await folder.open();
      expect((await store.snapshot()).generation).toBe(2);
    }));

  test('as its directory stays, and is empty', () =>
    withLeftStore(async (folder) => {
      const environment = withMount((directory) => directory === folder.directory);
      await SnapshotStore.destroy(folder.directory, { environment });
      expect(folder.list('.')).toEqual([]);
      await (await folder.open()).close();
    }));
});

/** Destroys as far as the removal of the `count`-th entry, and no further. */
async function destroyInPart(folder: StoreFolder, count: number, code = 'EIO'): Promise<unknown> {
  let removals = 0;
  const isRefused = (entry: string): boolean => !entry.includes('store.lock') && removals++ >= count;
  const environment = withCalls({
    removeFile: failing(code, isRefused, fileSystem.removeFile),
    removeDirectory: failing(code, isRefused, fileSystem.removeDirectory),
  });
  return SnapshotStore.destroy(folder.directory, { environment }).catch((error: unknown) => error);
}

const BY: Readonly<Record<string, (folder: StoreFolder) => Promise<unknown>>> = {
  destroying: ({ directory }) => SnapshotStore.destroy(directory),
  opening: ({ directory }) => SnapshotStore.open(directory).then((store) => store.close()),
  repairing: ({ directory }) => SnapshotStore.repair(directory),
};

describe('a destroy that was interrupted', () => {
  const cases = Object.keys(BY).flatMap((by) => [0, 1, 3, 6, 9, 11, 13].map((count) => [by, count] as const));
  test.each(cases)('is finished by %s, after %i entries were removed', (by, count) =>
    withStore(async (folder) => {
      await folder.advance(2);
      await folder.store.tag('v1', 1);
      await folder.leave();
      expect(await destroyInPart(folder, count)).toMatchObject({ code: 'IO_FAILED' });
      await expect(folder.open({ readOnly: true })).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' });
      await BY[by]?.(folder);
      const left = fs.existsSync(folder.directory) ? folder.list('.') : [];
      expect(left.filter((name) => name.startsWith('generations-'))).toEqual([]);
      if (by !== 'opening') expect(left).toEqual([]);
      const store = await folder.open();
      expect(await store.tags()).toEqual([]);
      expect((await store.update((draft) => draft.write('a', Buffer.from('1')))).generation).toBe(1);
    }),
  );

  test('says that nothing of the store is left to be read', () =>
    withLeftStore(async (folder) => {
      expect(await destroyInPart(folder, 1, 'EACCES')).toMatchObject({
        code: 'STORE_READ_ONLY',
        message: expect.stringContaining('it is deleted in part, the rest of it is in generations-'),
        remedy: expect.stringContaining('destroy it again'),
      });
      await SnapshotStore.destroy(folder.directory);
      await (await folder.open()).close();
    }));

  test('is told of before a repair finishes it', () =>
    withLeftStore(async (folder) => {
      await destroyInPart(folder, 1);
      const before = folder.list('.');
      const step = { action: 'finishDestroy', path: before.find((name) => name.startsWith('generations-')) };
      const planned = await SnapshotStore.repair(folder.directory, { dryRun: true });
      expect(planned).toMatchObject({ ok: true, dryRun: true, steps: [step] });
      expect(folder.list('.')).toEqual(before);
      expect(await SnapshotStore.repair(folder.directory)).toMatchObject({ ok: true, steps: [step] });
      expect(fs.existsSync(folder.directory)).toBe(false);
      await (await folder.open()).close();
    }));

  test.each(Object.keys(BY))('is finished by %s, though its tags and its pointer are damaged', (by) =>
    withLeftStore(async (folder) => {
      const removeFile = failing('EIO', (entry) => !entry.includes('.lock'), fileSystem.removeFile);
      const destroying = SnapshotStore.destroy(folder.directory, { environment: withCalls({ removeFile }) });
      await expect(destroying).rejects.toMatchObject({ code: 'IO_FAILED' });
      fs.writeFileSync(folder.path('CURRENT'), 'garbage');
      fs.mkdirSync(folder.path('tags/v1/inside'), { recursive: true });
      fs.writeFileSync(folder.path('tags/v2'), '{');
      await BY[by]?.(folder);
      await using store = await folder.open();
      expect(await store.tags()).toEqual([]);
    }),
  );

  test.each(Object.keys(BY))('is not finished by %s beside what others keep there', (by) =>
    withLeftStore(async (folder) => {
      await destroyInPart(folder, 1);
      fs.writeFileSync(folder.path('notes.txt'), 'mine');
      const before = folder.list('.');
      await expect(BY[by]?.(folder)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
      expect(folder.list('.')).toEqual(before);
      fs.rmSync(folder.path('notes.txt'));
      await (await folder.open()).close();
    }),
  );

  test.each([
    ['destroying', 'STORE_NOT_FOUND'],
    ['opening', 'INVALID_OPTION'],
    ['repairing', 'INVALID_OPTION'],
  ])('is not what %s sees where somebody keeps a folder of such a name', (by, code) =>
    withLeftStore(async (folder) => {
      await SnapshotStore.destroy(folder.directory);
      fs.mkdirSync(folder.path('generations-0123456789abcdef/photos'), { recursive: true });
      await expect(BY[by]?.(folder)).rejects.toMatchObject({ code });
      expect(folder.list('generations-0123456789abcdef')).toEqual(['photos']);
      fs.rmSync(folder.directory, { recursive: true });
      await (await folder.open()).close();
    }),
  );
});

/** Begins to destroy a store, as far as its first step. */
function beginDestroying(folder: StoreFolder): {
  readonly begun: Promise<void>;
  readonly done: Promise<void>;
  goOn(): void;
} {
  let goOn = (): void => {};
  let begin = (): void => {};
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const awake = new Promise<void>((resolve) => (goOn = resolve));
  const syncDirectory = async (): Promise<void> => {
    begin();
    await awake;
  };
  const done = SnapshotStore.destroy(folder.directory, { environment: withCalls({ syncDirectory }) });
  return { begun, done, goOn: () => goOn() };
}

describe('while a store is destroyed', () => {
  test('opening it finds it busy and makes nothing', () =>
    withLeftStore(async (folder) => {
      const destroying = beginDestroying(folder);
      await destroying.begun;
      await expect(folder.open({ lockTimeoutMs: 0 })).rejects.toMatchObject({ code: 'STORE_BUSY' });
      const repairing = SnapshotStore.repair(folder.directory, { lockTimeoutMs: 0 });
      await expect(repairing).rejects.toMatchObject({ code: 'STORE_BUSY' });
      destroying.goOn();
      await destroying.done;
      expect(fs.existsSync(folder.directory)).toBe(false);
      await (await folder.open()).close();
    }));

  test('opening it waits, and makes a new one', () =>
    withLeftStore(async (folder) => {
      const destroying = beginDestroying(folder);
      await destroying.begun;
      const opening = folder.open();
      destroying.goOn();
      await destroying.done;
      expect((await (await opening).snapshot()).generation).toBe(0);
    }));

  test.each(['prepare', 'shareStore'] as const)('an opening that is about to %s begins again', (method) =>
    withLeftStore(async (folder) => {
      const late = pauseAt(folder.storage(), { method, when: 'before' });
      const opening = folder.openOn(late.storage);
      await late.asleep;
      await SnapshotStore.destroy(folder.directory);
      late.wake();
      const store = await opening;
      expect((await store.update((draft) => draft.write('a', Buffer.from('1')))).generation).toBe(1);
    }),
  );

  test('destroying it once more finds none in the end', () =>
    withLeftStore(async (folder) => {
      const late = pauseAt(folder.storage(), { method: 'lockStore', when: 'before' });
      const { environment, options } = { environment: withCalls({}), options: resolveOptions({}) };
      const second = destroyStore(late.storage, environment, options);
      await late.asleep;
      await SnapshotStore.destroy(folder.directory);
      late.wake();
      await expect(second).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' });
      await (await folder.open()).close();
    }));
});

describe('a store is not destroyed', () => {
  test('while somebody has it open, and stays as it was', () =>
    withStore(async (folder) => {
      await folder.advance(1);
      const destroying = SnapshotStore.destroy(folder.directory, { lockTimeoutMs: 0 });
      await expect(destroying).rejects.toMatchObject({
        code: 'STORE_BUSY',
        cause: expect.objectContaining({ code: 'LOCK_TIMEOUT' }),
      });
      expect((await folder.store.snapshot()).generation).toBe(1);
    }));

  test('where there is none, and nothing is made for the occasion', async () => {
    const folder = makeTemporaryFolder();
    const destroying = SnapshotStore.destroy(path.join(folder, 'store'));
    await expect(destroying).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' });
    expect(fs.readdirSync(folder)).toEqual([]);
    fs.rmSync(folder, { recursive: true });
  });

  test('where nothing can be written, and loses no file by the trial', () =>
    withLeftStore(async (folder) => {
      const makeDirectory = failing('EROFS', () => true, fileSystem.makeDirectory);
      const environment = withCalls({ makeDirectory });
      const destroying = SnapshotStore.destroy(folder.directory, { environment });
      await expect(destroying).rejects.toMatchObject({ code: 'STORE_READ_ONLY' });
      expect(folder.list('generations')).toHaveLength(2);
    }));

  test('where its generations cannot be moved, and can be opened again', () =>
    withLeftStore(async (folder) => {
      const rename = failing('EIO', (from) => from === folder.path('generations'), fileSystem.rename);
      const destroying = SnapshotStore.destroy(folder.directory, { environment: withCalls({ rename }) });
      await expect(destroying).rejects.toMatchObject({ code: 'IO_FAILED' });
      await using store = await folder.open();
      expect((await store.snapshot()).generation).toBe(2);
    }));
});

test('a store that is open is not destroyed, and whoever asks learns who has it', () =>
  withStore(async (folder) => {
    const destroying = SnapshotStore.destroy(folder.directory, { lockTimeoutMs: 1 });
    const message = expect.stringContaining(`pid ${process.pid} on `);
    await expect(destroying).rejects.toMatchObject({ code: 'STORE_BUSY', message });
  }));
