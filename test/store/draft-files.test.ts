import fs from 'node:fs';
import { expect, test } from 'vitest';
import { type Environment, processEnvironment } from '../../dist/store/index.js';
import { systemError } from './watched-storage.js';
import { bytesOf, withStore } from './with-store.js';

type FileSystem = Environment['fileSystem'];

/** A file system that notes which files wait for the disk, and how many at once. */
function waiting(failing: (file: string) => boolean = () => false): {
  readonly environment: Environment;
  readonly notes: string[];
  readonly open: () => number;
  readonly most: () => number;
} {
  const { fileSystem } = processEnvironment;
  const notes: string[] = [];
  let open = 0;
  let most = 0;
  const writeUnsynced: FileSystem['writeUnsynced'] = async (file, bytes) => {
    const written = await fileSystem.writeUnsynced(file, bytes);
    open += 1;
    most = Math.max(most, open);
    return {
      sync: async () => {
        open -= 1;
        await written.sync();
        if (failing(file)) throw systemError('EIO');
        notes.push(`sync ${file.split('/').at(-1)}`);
      },
      abandon: () => {
        open -= 1;
        written.abandon();
      },
    };
  };
  const rename: FileSystem['rename'] = (from, to) => {
    fileSystem.rename(from, to);
    if (/generations\/\d+$/.test(to)) notes.push('claim');
  };
  const environment = { ...processEnvironment, fileSystem: { ...fileSystem, writeUnsynced, rename } };
  return { environment, notes, open: () => open, most: () => most };
}

const descriptors = (): number => fs.readdirSync('/proc/self/fd').length;

test('a durable commit of many files has them all on the disk before the claim, and few of them open', () =>
  withStore(async (folder) => {
    const { environment, notes, open, most } = waiting();
    const store = await folder.openOn(folder.storage(environment), { environment, durability: 'durable' });
    const names = Array.from({ length: 200 }, (_, number) => `folder-${number % 7}/file-${number}`);
    await store.update((draft) => {
      for (const name of names) draft.write(name, bytesOf(name));
    });
    const before = notes.slice(0, notes.indexOf('claim'));
    const expected = [...names.map((name) => `sync ${name.split('/').at(-1)}`), 'sync manifest.json'];
    expect(before.toSorted()).toEqual(expected.toSorted());
    expect(open()).toBe(0);
    expect(most()).toBeLessThanOrEqual(128);
  }));

test.skipIf(process.platform !== 'linux').each(['file-3', 'manifest.json'])(
  'a commit that cannot sync %s leaves no file open, and the next one goes on',
  (name) =>
    withStore(async (folder) => {
      let isBroken = true;
      const { environment, open } = waiting((file) => isBroken && file.endsWith(name));
      const store = await folder.openOn(folder.storage(environment), { environment, durability: 'durable' });
      const change = () =>
        store.update((draft) => {
          for (let number = 0; number < 100; number++) draft.write(`file-${number}`, bytesOf(`${number}`));
        });
      await expect(change()).rejects.toMatchObject({ code: 'IO_FAILED' });
      const before = descriptors();
      for (let round = 0; round < 3; round++) await expect(change()).rejects.toMatchObject({ code: 'IO_FAILED' });
      expect([open(), descriptors()]).toEqual([0, before]);
      isBroken = false;
      expect((await change()).generation).toBe(1);
      await expect.poll(() => folder.list('drafts')).toEqual([]);
    }),
);
