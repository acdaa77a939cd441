import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { diagnoseStore, SnapshotStore } from '../../dist/store/index.js';
import { failing, withCalls } from './faulty-calls.js';
import { makeTemporaryFolder, type StoreFolder, withStore, writing } from './with-store.js';

const { fileSystem } = withCalls({});

/** Puts a file into a store that is none of the store's. */
function keepFile(folder: StoreFolder, name: string): void {
  fs.mkdirSync(path.dirname(folder.path(name)), { recursive: true });
  fs.writeFileSync(folder.path(name), 'mine');
}

/** Everything below a folder. */
const contentOf = (directory: string): readonly string[] =>
  fs.readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();

describe('a folder in a store that this user may not list', () => {
  test.each([
    'lost+found',
    'generations/lost+found',
    'generations/0000000002/sub',
    'tags/lost+found',
    'drafts/x',
    'trash/x',
    'instances/x',
  ])('%s keeps nobody from verifying, repairing and diagnosing', (name) =>
    withStore(async (folder) => {
      await folder.advance(2);
      await folder.leave();
      keepFile(folder, `${name}/hidden`);
      const readDirectory = failing('EACCES', (place) => place === folder.path(name), fileSystem.readDirectory);
      const environment = withCalls({ readDirectory });
      const store = await folder.openOn(folder.storage(environment), { environment });
      expect((await store.verify()).problems).toEqual([]);
      await store.close();
      expect((await diagnoseStore(folder.directory, { environment })).problems).toEqual([]);
      expect(await SnapshotStore.repair(folder.directory, { environment })).toMatchObject({ ok: true, steps: [] });
    }),
  );

  test.each(['lost+found/x', 'generations/0000000002/sub', 'drafts/0123456789abcdef-1/sub'])(
    '%s is no reason to destroy a store in part',
    (name) =>
      withStore(async (folder) => {
        await folder.advance(2);
        await folder.leave();
        keepFile(folder, `${name}/hidden`);
        const before = contentOf(folder.directory);
        const readDirectory = failing('EACCES', (place) => place === folder.path(name), fileSystem.readDirectory);
        const destroying = SnapshotStore.destroy(folder.directory, { environment: withCalls({ readDirectory }) });
        if (name.startsWith('lost+found')) {
          await destroying;
          expect(contentOf(folder.directory)).toEqual(['lost+found', 'lost+found/x', 'lost+found/x/hidden']);
        } else {
          await expect(destroying).rejects.toMatchObject({ remedy: expect.any(String) });
          expect(contentOf(folder.directory)).toEqual(before);
        }
        await (await folder.open()).close();
      }),
  );
});

describe.skipIf(process.platform === 'win32')('a folder in a store that is deeper than a path can say', () => {
  test.each(['.', 'generations/0000000001'])('in %s keeps nobody from their work, and is not destroyed', (below) =>
    withStore(async (folder) => {
      await folder.advance(2);
      const name = 'd'.repeat(200);
      const dig = `for (let i = 0; i < 30; i++) (fs.mkdirSync('${name}'), process.chdir('${name}'));`;
      execFileSync(process.execPath, ['-e', dig], { cwd: folder.path(below) });
      expect((await folder.store.verify()).problems).toEqual([]);
      await folder.leave();
      expect(await SnapshotStore.repair(folder.directory)).toMatchObject({ ok: true, steps: [] });
      await expect(SnapshotStore.destroy(folder.directory)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
      const store = await folder.open();
      expect((await store.snapshot()).generation).toBe(2);
      execFileSync('rm', ['-rf', folder.path(below, name)]);
    }),
  );
});

describe('what somebody keeps in the directory of a lock', () => {
  test.each(['notes.txt', '.DS_Store', 'photo-1'])('(%s) stays, and a repair sets it aside', (name) =>
    withStore(async (folder) => {
      keepFile(folder, `commit.lock/${name}`);
      const store = await folder.open();
      for (const text of ['1', '2']) await store.update(writing('a', text));
      expect(folder.warnings).toEqual([expect.stringContaining(name), expect.stringContaining(name)]);
      expect(fs.readFileSync(folder.path('commit.lock', name), 'utf8')).toBe('mine');
      await store.close();
      await folder.leave();
      expect((await SnapshotStore.repair(folder.directory)).steps).toMatchObject([{ path: `commit.lock/${name}` }]);
      expect(folder.list('damaged')).toHaveLength(1);
    }),
  );

  test('keeps nobody from opening a store if a desktop has put it there', () =>
    withStore(async (folder) => {
      keepFile(folder, 'store.lock/.DS_Store');
      await (await folder.open()).close();
      expect(folder.list('store.lock')).toEqual(['.DS_Store']);
      fs.rmSync(folder.path('store.lock/.DS_Store'));
    }));

  test('stays beside a holder that is dead', () =>
    withStore(async (folder) => {
      keepFile(folder, 'work.lock/notes.txt');
      fs.writeFileSync(folder.path('work.lock/0123456789abcdef-1'), 'lost');
      await expect(folder.store.tryLease('work')).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
      expect(folder.list('work.lock')).toEqual(['notes.txt']);
      fs.rmSync(folder.path('work.lock/notes.txt'));
    }));
});

describe('what a desktop or somebody keeps among the records', () => {
  test.each(['Thumbs.db', 'desktop.ini', '.DS_Store'])('(tags/%s) is no tag', (name) =>
    withStore(async (folder) => {
      await folder.advance(2);
      keepFile(folder, `tags/${name}`);
      await folder.store.collect();
      await folder.store.tag('v1', 1);
      expect(await folder.store.tags()).toMatchObject([{ name: 'v1' }]);
      expect((await folder.store.history()).generations).toHaveLength(2);
      await expect(folder.store.tag(name)).rejects.toMatchObject({ code: 'INVALID_NAME' });
      expect(fs.readFileSync(folder.path('tags', name), 'utf8')).toBe('mine');
    }),
  );

  test('(instances/package.json) has no store open', () =>
    withStore(async (folder) => {
      await folder.advance(1);
      await folder.leave();
      keepFile(folder, 'instances/package.json');
      fs.writeFileSync(folder.path('instances/package.json'), '{"name":"x"}');
      expect(await SnapshotStore.repair(folder.directory, { lockTimeoutMs: 0 })).toMatchObject({ ok: true });
    }));
});

describe('a store with content that no store has made', () => {
  test.each([
    'my-notes.txt',
    'photos/1.jpg',
    'generations/photos/1.jpg',
    'generations/readme',
    'drafts/post-1/text.md',
    'trash/notes.txt',
    'pins/photo-1',
    'instances/package.json',
    'tags/photos/1.jpg',
    'commit.lock/notes.txt',
    'damaged/foo',
  ])('(%s) is not destroyed, and says what is in the way', (name) =>
    withStore(async (folder) => {
      await folder.advance(2);
      await folder.leave();
      keepFile(folder, name);
      const before = contentOf(folder.directory);
      const [top = '', second] = name.split('/');
      const told = ['photos', 'my-notes.txt'].includes(top) ? top : `${top}/${second}`;
      await expect(SnapshotStore.destroy(folder.directory, { lockTimeoutMs: 0 })).rejects.toMatchObject({
        code: 'INVALID_OPTION',
        message: expect.stringContaining(`(${told})`),
        remedy: expect.stringContaining('Move that out'),
      });
      expect(contentOf(folder.directory)).toEqual(before);
      fs.rmSync(folder.path(told), { recursive: true });
      await SnapshotStore.destroy(folder.directory);
      expect(fs.existsSync(folder.directory)).toBe(false);
      await (await folder.open()).close();
    }),
  );

  test.each(['settings', 'generations/0000000001/doc'])('such as a store in %s is not destroyed', (place) =>
    withStore(async (folder) => {
      await folder.advance(1);
      await folder.leave();
      const elsewhere = path.join(makeTemporaryFolder(), 'store');
      await (await SnapshotStore.open(elsewhere)).close();
      fs.renameSync(elsewhere, folder.path(place));
      await using inner = await SnapshotStore.open(folder.path(place));
      await expect(SnapshotStore.destroy(folder.directory)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
      expect((await inner.update(writing('a', '1'))).generation).toBe(1);
      await folder.open();
    }),
  );
});
