import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Environment, processEnvironment, SnapshotStore } from '../../dist/store/index.js';
import { refusesRenameOntoFull } from '../../dist/store/local/directory-claims.js';
import { canSyncDirectory } from '../../dist/store/local/directory-sync.js';
import { failing, withCalls } from './faulty-calls.js';
import { systemError } from './watched-storage.js';
import { makeTemporaryFolder, withStore, writing } from './with-store.js';

const { fileSystem } = processEnvironment;

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = makeTemporaryFolder();
  await body(folder);
  fs.rmSync(folder, { recursive: true });
}

function open(directory: string, changed: Partial<Environment['fileSystem']>): Promise<SnapshotStore> {
  return SnapshotStore.open(directory, { environment: withCalls(changed), collectAutomatically: false });
}

/** As a file system does that replaces whatever is at the new name. */
function replacingRename(from: string, to: string): void {
  fs.rmSync(to, { recursive: true, force: true });
  fs.renameSync(from, to);
}

describe('a file system', () => {
  test('that renames a directory onto a full one gets no store, and is named', () =>
    inFolder(async (folder) => {
      const calls = { rename: replacingRename, typeOf: () => 'oddfs' };
      await expect(open(path.join(folder, 'store'), calls)).rejects.toMatchObject({
        code: 'FILE_SYSTEM_UNSUPPORTED',
        message: expect.stringContaining('(oddfs)'),
      });
      expect(fs.readdirSync(path.join(folder, 'store', 'drafts'))).toEqual([]);
      expect(fs.readdirSync(path.join(folder, 'store', 'instances'))).toEqual([]);
    }));

  test.each(['EPERM', 'EACCES'])('that refuses it with %s, as Windows does, can give one claimer the win', (code) =>
    inFolder(async (folder) => {
      const { fileSystem: refusing } = withCalls({ rename: failing(code, () => true, fileSystem.rename) });
      expect(refusesRenameOntoFull(refusing, folder)).toBe(true);
    }),
  );

  test('that fails at it for another reason says which', () =>
    inFolder(async (folder) => {
      const { fileSystem: refusing } = withCalls({ rename: failing('EIO', () => true, fileSystem.rename) });
      expect(() => refusesRenameOntoFull(refusing, folder)).toThrow(/EIO/);
    }));

  test('of a network that cannot sync directories is warned about', () =>
    inFolder(async (folder) => {
      const syncFile = async (file: string): Promise<void> => {
        if (fs.statSync(file).isDirectory()) throw systemError('ENOTSUP');
        await fileSystem.syncFile(file);
      };
      const store = await open(path.join(folder, 'store'), { typeOf: () => 'nfs', syncFile });
      const { warnings } = store.describe().traits;
      expect(warnings).toEqual(expect.arrayContaining([expect.stringContaining('cannot sync directories')]));
      await store.close();
    }));

  test('whose disk fails says nothing of whether directories can be synced', async () => {
    const { fileSystem: failingDisk } = withCalls({ syncFile: () => Promise.reject(systemError('EIO')) });
    expect(await canSyncDirectory(failingDisk, '/')).toBeUndefined();
    const { fileSystem: broken } = withCalls({ syncFile: () => Promise.reject(new TypeError('a mistake')) });
    await expect(canSyncDirectory(broken, '/')).rejects.toThrow('a mistake');
  });
});

describe('a store is made', () => {
  test.each(['EACCES', 'EPERM'])('below a directory that this user may not read (%s)', (code) =>
    inFolder(async (folder) => {
      const above = path.dirname(folder);
      const syncDirectory = async (directory: string): Promise<void> => {
        if (directory === above) throw systemError(code);
        await fileSystem.syncDirectory(directory);
      };
      await using store = await open(path.join(folder, 'store'), { syncDirectory });
      expect((await store.update(writing('a', '1'))).generation).toBe(1);
    }),
  );

  test('not before the directories above are on the disk', () =>
    inFolder(async (folder) => {
      const syncDirectory = async (directory: string): Promise<void> => {
        if (directory === path.dirname(folder)) throw systemError('EIO');
        await fileSystem.syncDirectory(directory);
      };
      await expect(open(path.join(folder, 'store'), { syncDirectory })).rejects.toMatchObject({ code: 'IO_FAILED' });
    }));

  test('in two processes at once, each of which finds what the other has made', () =>
    inFolder(async (folder) => {
      const directory = path.join(folder, 'deep', 'store');
      // Another is quicker at everything that this one makes.
      const makeDirectory = (made: string): void => {
        fs.mkdirSync(made, { recursive: true });
        if (made === directory) fs.writeFileSync(path.join(made, '.gitignore'), '*\n');
        if (!made.includes(`drafts${path.sep}`)) fileSystem.makeDirectory(made);
      };
      await using store = await open(directory, { makeDirectory });
      expect((await store.update(writing('a', '1'))).generation).toBe(1);
    }));

  test.each(['drafts', '.gitignore'])('not where %s cannot be made', (name) =>
    inFolder(async (folder) => {
      const isIt = (file: string): boolean => path.basename(file) === name;
      const calls = {
        makeDirectory: failing('EIO', isIt, fileSystem.makeDirectory),
        createFile: failing('EIO', isIt, fileSystem.createFile),
      };
      await expect(open(path.join(folder, 'store'), calls)).rejects.toMatchObject({ code: 'IO_FAILED' });
    }),
  );
});

describe('a store whose directory was removed while it is open', () => {
  test('says so when it is changed, and makes nothing anew', () =>
    withStore(async (folder) => {
      await folder.advance(1);
      folder.removeGenerations();
      fs.rmSync(folder.path('tags'), { recursive: true });
      await expect(folder.store.tag('v1', 1)).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' });
      await expect(folder.store.update(writing('a', '2'))).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' });
      expect(fs.existsSync(folder.path('tags'))).toBe(false);
    }));

  const CALLS: Readonly<Record<string, (store: SnapshotStore) => Promise<unknown>>> = {
    snapshot: (store) => store.snapshot(),
    openGeneration: (store) => store.openGeneration(1),
    history: (store) => store.history(),
    verify: (store) => store.verify(),
    tag: (store) => store.tag('v2'),
    tags: (store) => store.tags(),
    untag: (store) => store.untag('v1'),
    rollback: (store) => store.rollback(1),
    update: (store) => store.update(writing('a', '2')),
    resume: (store) => store.resume(),
    collect: (store) => store.collect(),
    tryLease: (store) => store.tryLease('work'),
    instances: (store) => store.instances(),
  };

  test.each([
    ['moved', 'written'],
    ['moved', 'read'],
    ['emptied', 'written'],
    ['emptied', 'read'],
  ] as const)('and is %s says so, whatever is asked of it, and goes on when it is back (%s)', (how, use) =>
    withStore(async (folder) => {
      await folder.advance(2);
      await folder.store.tag('v1', 1);
      const store = use === 'read' ? await folder.open({ readOnly: true }) : folder.store;
      fs.renameSync(folder.directory, `${folder.directory}.away`);
      if (how === 'emptied') fs.mkdirSync(folder.directory);
      for (const [name, call] of Object.entries(CALLS)) {
        const code = await call(store).then(String, (error: unknown) => Reflect.get(Object(error), 'code'));
        const isWriting = ['tag', 'untag', 'rollback', 'update', 'resume', 'collect', 'tryLease'].includes(name);
        expect([name, code]).toEqual([name, use === 'read' && isWriting ? 'STORE_READ_ONLY' : 'STORE_NOT_FOUND']);
      }
      if (how === 'emptied') {
        expect(fs.readdirSync(folder.directory)).toEqual([]);
        fs.rmdirSync(folder.directory);
      }
      fs.renameSync(`${folder.directory}.away`, folder.directory);
      expect((await store.snapshot()).generation).toBe(2);
      expect((await store.verify()).ok).toBe(true);
      if (use === 'written') expect((await store.update(writing('a', '3'))).generation).toBe(3);
    }),
  );

  test('is not watched as one without generations, and is watched again when it is back', () =>
    withStore(async (folder) => {
      const heads: (readonly [number, boolean])[] = [];
      const stop = folder.store.watch((...told) => heads.push(told));
      await folder.advance(2);
      fs.renameSync(folder.directory, `${folder.directory}.away`);
      await new Promise((resolve) => setTimeout(resolve, 1_200));
      fs.renameSync(`${folder.directory}.away`, folder.directory);
      await expect.poll(() => heads.at(-1), { timeout: 5_000 }).toEqual([2, true]);
      await folder.advance(1, await folder.open());
      await expect.poll(() => heads.at(-1), { timeout: 5_000 }).toEqual([3, false]);
      expect(heads).toEqual([
        [1, false],
        [2, false],
        [2, true],
        [3, false],
      ]);
      stop();
    }));
});

test('a store that was just made is one without generations', () =>
  withStore(async ({ store }) => {
    expect((await store.snapshot()).generation).toBe(0);
    expect((await store.history()).generations).toEqual([]);
    expect(await store.verify()).toMatchObject({ ok: true, generation: 0 });
    await expect(store.tag('v1')).rejects.toMatchObject({ code: 'GENERATION_NOT_FOUND' });
  }));
