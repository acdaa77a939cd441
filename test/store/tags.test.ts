import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Environment, findGeneration, processEnvironment, SnapshotStore } from '../../dist/store/index.js';
import { failing, withCalls } from './faulty-calls.js';
import { type StoreFolder, withStore } from './with-store.js';

const { fileSystem } = processEnvironment;

/** The store of `folder`, opened with some calls of the file system replaced. */
function openWith(folder: StoreFolder, changed: Partial<Environment['fileSystem']>): Promise<SnapshotStore> {
  const environment = withCalls(changed);
  return folder.openOn(folder.storage(environment), { environment, collectAutomatically: false });
}

describe('tags', () => {
  test('come by name, whatever the order on the disk', () =>
    withStore(async (folder) => {
      await folder.advance(1);
      const names = ['beta', 'alpha', 'gamma'];
      for (const name of names) await folder.store.tag(name);
      const readDirectory = (directory: string): readonly string[] => fileSystem.readDirectory(directory).toReversed();
      const store = await openWith(folder, { readDirectory });
      expect((await store.tags()).map(({ name }) => name)).toEqual(['alpha', 'beta', 'gamma']);
    }));

  test.each(['', '.hidden', 'a/b', 'x'.repeat(101), 'CON', 'nul.1', 'v1.'])('cannot be named %j', (name) =>
    withStore(async (folder) => {
      await folder.advance(1);
      await expect(folder.store.tag(name)).rejects.toMatchObject({ code: 'INVALID_NAME' });
      await expect(folder.store.untag(name)).rejects.toMatchObject({ code: 'TAG_NOT_FOUND' });
    }),
  );

  test('are set once: of many at the same time one gets the name, and what it names stays', () =>
    withStore(async (folder) => {
      await folder.advance(3);
      const stores = [folder.store, await folder.open(), await folder.open()];
      const set = await Promise.allSettled(stores.map((store, index) => store.tag('v1', index + 1)));
      const codes = set.flatMap((one) => (one.status === 'rejected' ? [Reflect.get(Object(one.reason), 'code')] : []));
      expect(codes).toEqual(['TAG_EXISTS', 'TAG_EXISTS']);
      const given = set.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      expect(await folder.store.tags()).toEqual(given);
      expect(folder.list('tags')).toEqual(['v1']);
    }));

  test('without hard links, keep a name taken that somebody died over, until it is cleared away', () =>
    withStore(async (folder) => {
      await folder.advance(1);
      const longAgo = new Date('2020-01-01');
      fs.writeFileSync(folder.path('tags/~v1'), '');
      fs.utimesSync(folder.path('tags/~v1'), longAgo, longAgo);
      const store = await openWith(folder, { linkFile: failing('ENOTSUP', () => true, fileSystem.linkFile) });
      await expect(store.tag('v1')).rejects.toMatchObject({ code: 'TAG_EXISTS' });
      await store.collect();
      await store.tag('v1');
      expect(folder.list('tags')).toEqual(['v1']);
    }));

  test('that a mistake keeps from being named leave nothing behind', () =>
    withStore(async (folder) => {
      await folder.advance(1);
      const linkFile = (): never => {
        throw new TypeError('a mistake');
      };
      const store = await openWith(folder, { linkFile });
      await expect(store.tag('v1')).rejects.toMatchObject({ code: 'IO_FAILED' });
      expect(folder.list('tags')).toEqual([]);
    }));

  test('that are taken away between two looks are none, for a check as well', () =>
    withStore(async (folder) => {
      await folder.advance(1);
      await folder.store.tag('v1');
      const readFile = failing('ENOENT', (file) => file.endsWith('v1'), fileSystem.readFile);
      const store = await openWith(folder, { readFile });
      expect(await store.tags()).toEqual([]);
      expect((await store.verify()).problems).toEqual([]);
    }));

  test('that the disk cannot give are an error, for a check as well', () =>
    withStore(async (folder) => {
      await folder.advance(1);
      await folder.store.tag('v1');
      const readFile = failing('EIO', (file) => file.endsWith('v1'), fileSystem.readFile);
      const store = await openWith(folder, { readFile });
      await expect(store.tags()).rejects.toMatchObject({ code: 'IO_FAILED' });
      await expect(store.verify()).rejects.toMatchObject({ code: 'IO_FAILED' });
    }));

  test('that differ in letter case alone are one name, which is taken', () =>
    withStore(async (folder) => {
      await folder.advance(1);
      await folder.store.tag('v1');
      await expect(folder.store.tag('V1')).rejects.toMatchObject({
        code: 'TAG_EXISTS',
        message: expect.stringContaining('letter case from v1'),
      });
    }));
});

describe('the record of a tag', () => {
  test('says of every flipped bit that it is damaged, and nothing is collected', () =>
    withStore(async (folder) => {
      await folder.advance(3);
      await folder.store.tag('v1', 1);
      const whole = fs.readFileSync(folder.path('tags/v1'));
      for (let bit = 0; bit < whole.byteLength * 8; bit++) {
        const bytes = Buffer.from(whole);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        fs.writeFileSync(folder.path('tags/v1'), bytes);
        await expect(folder.store.tags(), `bit ${bit}`).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
      }
      expect((await folder.store.verify()).problems).toMatchObject([{ code: 'STORE_DAMAGED' }]);
      await expect(folder.store.collect({ keepGenerations: 1, minimumAgeMs: 0 })).rejects.toMatchObject({
        code: 'STORE_DAMAGED',
      });
      folder.isDamaged = true;
    }));

  test('of an earlier version, without a checksum, is read as it is', () =>
    withStore(async (folder) => {
      await folder.advance(2);
      const tag = { generation: 1, createdAt: '2026-01-02T03:04:05.000Z' };
      fs.writeFileSync(folder.path('tags/v1'), `${JSON.stringify(tag)}\n`);
      expect(await folder.store.tags()).toEqual([{ name: 'v1', ...tag }]);
      expect(await findGeneration(folder.store, 'v1')).toBe(1);
      const entries = (await folder.store.history()).generations;
      expect(entries.map(({ tags }) => tags)).toEqual([[], ['v1']]);
    }));

  test('names one generation, and no other that has its number later', () =>
    withStore(async (folder) => {
      await folder.advance(1);
      await folder.store.tag('v1');
      await folder.leave();
      fs.rmSync(folder.path('generations'), { recursive: true });
      const store = await folder.open();
      await folder.advance(1, store);
      expect(await store.tags()).toMatchObject([{ name: 'v1', generation: 1, isLost: true }]);
      expect((await store.history()).generations).toMatchObject([{ generation: 1, tags: [] }]);
      await expect(findGeneration(store, 'v1')).rejects.toMatchObject({ code: 'GENERATION_EXPIRED' });
      expect((await store.verify()).problems).toMatchObject([{ code: 'TAG_DANGLING' }]);
      await store.close();
      const { steps, ok } = await SnapshotStore.repair(folder.directory);
      expect({ steps, ok }).toMatchObject({ steps: [{ action: 'moveAside', path: 'tags/v1' }], ok: true });
    }));
});
