import { once } from 'node:events';
/** What an open store says of itself and others, and what it makes of calls that fail beside a commit. */
import fs from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Environment, processEnvironment, SnapshotStore } from '../../dist/store/index.js';
import { sha256 } from '../../dist/store/manifest.js';
import { failing, withCalls } from './faulty-calls.js';
import { pauseAt } from './paused-storage.js';
import { systemError, WatchedStore } from './watched-storage.js';
import { bytesOf, type StoreFolder, withStore, writing } from './with-store.js';

const { fileSystem } = processEnvironment;
const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Opens the store of `folder` with some calls of the file system replaced. */
function openWith(folder: StoreFolder, changed: Partial<Environment['fileSystem']>): Promise<SnapshotStore> {
  const environment = withCalls(changed);
  return folder.openOn(folder.storage(environment), { environment, collectAutomatically: false });
}

describe('the instances of a store', () => {
  test('are those that may be alive, with what each says of itself', () =>
    withStore(async (folder) => {
      const other = await folder.open({ client: 'other' });
      await other.introduce({ role: 'indexer' });
      fs.writeFileSync(folder.path('instances/lost'), '');
      fs.writeFileSync(folder.path('instances/unknown'), '{}');
      const found = (await folder.store.instances()).map(({ client, role }) => `${client} ${role}`).sort();
      expect(found).toEqual(['other indexer', 'snapdex ']);
      fs.rmSync(folder.path('instances/unknown'));
    }));

  test('do not list one that died', () =>
    withStore(async (folder) => {
      const identity = { ...processEnvironment.identity(), pid: 2 ** 31 - 1, startTime: '1' };
      const record = { identity, client: 'gone', role: '', openedAt: '' };
      fs.writeFileSync(folder.path('instances/gone'), JSON.stringify(record));
      expect((await folder.store.instances()).map(({ client }) => client)).toEqual(['snapdex']);
    }));

  test('do not hear what a store says that may only read', () =>
    withStore(async (folder) => {
      const reader = await folder.open({ readOnly: true });
      await reader.introduce({ client: 'reader' });
      expect((await folder.store.instances()).map(({ client }) => client)).toEqual(['snapdex']);
    }));

  test('keep the record of a dead one whose draft cannot be removed, until it can', () =>
    withStore(async (folder) => {
      await folder.leave();
      fs.writeFileSync(folder.path('instances/0123456789abcdef'), '');
      fs.mkdirSync(folder.path('drafts/0123456789abcdef-1'));
      const rename = failing('EBUSY', (from) => from.endsWith('cdef-1'), fileSystem.rename);
      await (await openWith(folder, { rename })).close();
      expect(folder.list('instances')).toEqual(['0123456789abcdef']);
      await (await folder.open()).close();
      expect([folder.list('instances'), folder.list('drafts')]).toEqual([[], []]);
    }));
});

describe('signs of life', () => {
  afterEach(() => void vi.useRealTimers());

  test('are given every ten seconds, and a failure is told', () =>
    withStore(async (folder) => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
      let isStuck = false;
      const touched: string[] = [];
      const touch = (file: string, ms: number): void => {
        if (isStuck) throw systemError('EIO');
        touched.push(file);
        fileSystem.touch(file, ms);
      };
      const store = await openWith(folder, { touch });
      vi.advanceTimersByTime(10_000);
      expect(touched).toEqual([folder.path('instances', store.describe().instance)]);
      isStuck = true;
      await vi.advanceTimersByTimeAsync(10_000);
      expect(folder.warnings).toEqual([expect.stringContaining('no sign of life could be given')]);
      await store.close();
    }));
});

describe('who watches for newer generations', () => {
  test('hears of them until nobody listens, and each only once', () =>
    withStore(async (folder) => {
      const [first, second]: [number[], number[]] = [[], []];
      const ends = [folder.store.watch((head) => first.push(head)), folder.store.watch((head) => second.push(head))];
      await folder.advance(1);
      await later(0);
      ends[0]?.();
      await folder.advance(1);
      await later(0);
      ends[1]?.();
      await folder.advance(1);
      await later(0);
      expect([first, second]).toEqual([[1], [1, 2]]);
    }));

  test('twice with one function hears twice, until both have ended', () =>
    withStore(async (folder) => {
      const heard: number[] = [];
      const listener = (head: number): unknown => heard.push(head);
      const ends = [folder.store.watch(listener), folder.store.watch(listener)];
      await folder.advance(1);
      await later(0);
      // Ending one twice does not end the other.
      for (const end of [ends[0], ends[0]]) end?.();
      await folder.advance(1);
      await later(0);
      ends[1]?.();
      await folder.advance(1);
      await later(0);
      expect(heard).toEqual([1, 1, 2]);
    }));

  test('that throws, or rejects, is told to `onWarning`, and keeps nobody else from hearing', () =>
    withStore(async (folder) => {
      const heard: number[] = [];
      const store = await folder.open();
      store.watch(() => {
        throw new Error('mine');
      });
      store.watch(async () => Promise.reject(new Error('mine too')));
      store.watch((head) => heard.push(head));
      await folder.advance(2, store);
      await later(0);
      expect(heard).toEqual([1, 2]);
      const told = (error: string) => [1, 2].map((n) => `watch: a listener failed at generation ${n}: Error: ${error}`);
      expect([...folder.warnings].sort()).toEqual([...told('mine'), ...told('mine too')].sort());
    }));

  test('that throws where nobody hears warnings is a warning of the process', () =>
    withStore(async (folder) => {
      const warned = once(process, 'warning');
      folder.store.watch(() => {
        throw new Error('mine');
      });
      await folder.advance(1);
      expect(await warned).toMatchObject([{ message: 'watch: a listener failed at generation 1: Error: mine' }]);
    }));

  test('hears nothing after another that was called before it has ended its watch', () =>
    withStore(async (folder) => {
      const heard: number[] = [];
      let end = (): void => {};
      const endOwn = folder.store.watch(() => end());
      end = folder.store.watch((head) => heard.push(head));
      await folder.advance(1);
      await later(0);
      endOwn();
      expect(heard).toEqual([]);
    }));

  test('and stops before the watch has begun hears of nothing', () =>
    withStore(async (folder) => {
      const sleeper = pauseAt(folder.storage(), { method: 'findHighestGeneration', when: 'before', skip: 1 });
      const store = await folder.openOn(sleeper.storage, { readOnly: true });
      await store.snapshot();
      const heard: number[] = [];
      store.watch((head) => heard.push(head))();
      sleeper.wake();
      await folder.advance(1);
      await later(700);
      expect(heard).toEqual([]);
    }));

  test('of a directory that cannot be read at first hears of them once it can', () =>
    withStore(async (folder) => {
      let isExhausted = false;
      const readDirectory = failing(
        'EMFILE',
        (directory) => isExhausted && directory === folder.path('generations'),
        fileSystem.readDirectory,
      );
      const watchDirectory = failing('EIO', () => true, fileSystem.watchDirectory);
      const store = await openWith(folder, { readDirectory, watchDirectory });
      const heard: number[] = [];
      isExhausted = true;
      store.watch((head) => heard.push(head));
      await later(20);
      isExhausted = false;
      await folder.advance(1);
      await expect.poll(() => heard, { timeout: 20_000 }).toEqual([1]);
    }));

  test('of a store that was closed is told so', () =>
    withStore(async (folder) => {
      const store = await folder.open();
      await store.close();
      expect(() => store.watch(() => {})).toThrow(expect.objectContaining({ code: 'STORE_CLOSED' }));
      await expect(store.snapshot()).rejects.toMatchObject({ code: 'STORE_CLOSED' });
    }));
});

describe('closing', () => {
  test('twice waits both times for an update under way', () =>
    withStore(async (folder) => {
      const sleeper = pauseAt(folder.storage(), { method: 'claim', when: 'before' });
      const store = await folder.openOn(sleeper.storage, { durability: 'deferred' });
      const ended: string[] = [];
      const update = store.update(writing('file', 'x')).then(() => ended.push('update'));
      await sleeper.asleep;
      const closes = ['first', 'second'].map((name) => store.close().then(() => ended.push(name)));
      await later(20);
      sleeper.wake();
      await Promise.all([update, ...closes]);
      expect(ended).toEqual(['update', 'first', 'second']);
      expect(folder.list('generations/0000000001')).toContain('synced');
    }));

  test('tells everybody who closes that the disk did not take what was open', () =>
    withStore(async (folder) => {
      await folder.leave();
      const environment = withCalls({ syncFile: () => Promise.reject(systemError('EIO')) });
      const store = await SnapshotStore.openOn(folder.storage(environment), { environment, durability: 'deferred' });
      await store.update(writing('file', 'x'));
      const codes = [store.close(), store.close()].map((close) => close.catch((error) => error.code));
      expect(await Promise.all(codes)).toEqual(['IO_FAILED', 'IO_FAILED']);
    }));
});

describe('a lease', () => {
  test('is had by one, whoever asks with or without wanting to know of its loss', () =>
    withStore(async (folder) => {
      const held = await folder.store.tryLease('work', { onLost: () => {} });
      expect(await folder.store.tryLease('work')).toBeUndefined();
      await held?.release();
      await (await folder.store.tryLease('work'))?.release();
    }));
});

describe('a history', () => {
  test('with a limit names no older generation that has no tag, and tells of damage', () =>
    withStore(async (folder) => {
      await folder.advance(3);
      expect((await folder.store.history({ limit: 1 })).olderTagged).toEqual([]);
      folder.truncate('generations/0000000002/manifest.json', 3);
      const { generations, damage } = await folder.store.history();
      expect(generations.map(({ generation }) => generation)).toEqual([3, 1]);
      expect(damage).toMatchObject([{ code: 'GENERATION_DAMAGED' }]);
    }));
});

describe('a generation of a later version', () => {
  /** Makes the head one of a format that does not exist yet. */
  function writeLaterHead(folder: StoreFolder): void {
    const file = folder.path('generations/0000000002/manifest.json');
    const body = fs.readFileSync(file, 'utf8').replace('"format":1', '"format":2');
    const signed = body.slice(0, body.indexOf(',"checksum"'));
    fs.writeFileSync(file, `${signed},"checksum":"${sha256(bytesOf(signed))}"}\n`);
    folder.isDamaged = true;
  }

  test('is not taken for damage, and nothing is put above it', () =>
    withStore(async (folder) => {
      await folder.advance(2);
      writeLaterHead(folder);
      const { store } = folder;
      const actions: readonly (() => Promise<unknown>)[] = [
        () => store.snapshot(),
        () => store.history(),
        () => store.update(writing('a', '3')),
        () => store.rollback(1),
        () => store.recover(),
      ];
      for (const act of actions) await expect(act()).rejects.toMatchObject({ code: 'STORE_FORMAT_NEWER' });
      expect(folder.list('generations')).toEqual(['0000000001', '0000000002']);
    }));
});

describe('a generation whose number is claimed by another between two looks', () => {
  test('is not shown', async () => {
    const watched = await WatchedStore.open();
    for (const text of ['1', '2', '3']) await watched.store.update(writing('a', text));
    let looks = 0;
    watched.always('readManifest', async (proceed, [generation]) => {
      const found = await proceed();
      if (generation === 1) looks += 1;
      // What a sleeper writes there that has just woken.
      return generation === 1 && looks > 1 ? { bytes: bytesOf('another manifest'), isRetired: false } : found;
    });
    await expect(watched.store.openGeneration(1)).rejects.toMatchObject({ code: 'GENERATION_EXPIRED' });
    expect(watched.count('removeRecord')).toBeGreaterThan(0);
  });
});

describe('a snapshot', () => {
  test('of a name that it does not have says so', () =>
    withStore(async (folder) => {
      await folder.advance(1);
      const snapshot = await folder.store.snapshot();
      await expect(snapshot.read('none')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
      await expect(snapshot.path('none')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    }));
});

describe('a commit', () => {
  test('whose lock cannot be let go is a commit, and is warned about', async () => {
    const watched = await WatchedStore.open();
    watched.once('lockCommits', async () => ({
      isLost: false,
      release: () => Promise.reject(systemError('EIO')),
    }));
    const one = await watched.store.update((draft) => draft.write('a', bytesOf('1')));
    expect([one.generation, watched.warnings]).toEqual([
      1,
      [expect.stringContaining('the commit lock could not be let go')],
    ]);
  });
});

describe('opening', () => {
  test('a store whose pointer cannot be written goes on, with a warning', () =>
    withStore(async (folder) => {
      await folder.advance(1);
      fs.rmSync(folder.path('CURRENT'));
      const replaceFile = failing('EIO', () => true, fileSystem.replaceFile);
      const store = await openWith(folder, { replaceFile });
      expect(folder.warnings).toEqual([expect.stringMatching(/^CURRENT: .*EIO/)]);
      expect((await store.snapshot()).generation).toBe(1);
      await folder.open();
      expect(fs.readFileSync(folder.path('CURRENT'), 'utf8')).toBe('0000000001\n');
    }));

  test('a store that cannot be joined for a reason of the disk says which', () =>
    withStore(async (folder) => {
      const createFile = failing('EIO', (file) => file.includes('/instances/'), fileSystem.createFile);
      await expect(openWith(folder, { createFile })).rejects.toMatchObject({ code: 'IO_FAILED' });
    }));

  test('a store that maintenance has for itself says so', () =>
    withStore(async (folder) => {
      await folder.leave();
      const lock = await folder.storage().lockStore({ holder: '0123456789abcdef-1', timeoutMs: 0 });
      await expect(folder.open({ lockTimeoutMs: 20 })).rejects.toMatchObject({
        code: 'STORE_BUSY',
        cause: expect.objectContaining({ message: expect.stringContaining(`process ${process.pid}`) }),
      });
      await lock.release();
    }));

  test('a missing store where the disk fails says that, not that it is missing', () =>
    withStore(async (folder) => {
      const environment = withCalls({ findStatus: failing('EIO', () => true, fileSystem.findStatus) });
      const opening = SnapshotStore.open(folder.directory, { environment, readOnly: true });
      await expect(opening).rejects.toMatchObject({ code: 'IO_FAILED' });
    }));
});

test('a large file is checked like any other', () =>
  withStore(async (folder) => {
    await folder.store.update((draft) => draft.write('large', new Uint8Array(4 * 1024 * 1024 + 1)));
    await folder.store.update(writing('small', '1'));
    expect((await folder.store.verify()).filesChecked).toBe(2);
  }));

test('who is slow to raise the pointer while opening leaves it at the newest generation', () =>
  withStore(async (folder) => {
    await folder.advance(1);
    fs.rmSync(folder.path('CURRENT'));
    const sleeper = pauseAt(folder.storage(), { method: 'writeCurrent', when: 'before' });
    const opening = folder.openOn(sleeper.storage, { collectAutomatically: false });
    await sleeper.asleep;
    await folder.store.update(writing('a', 'newer'));
    sleeper.wake();
    await opening;
    expect(fs.readFileSync(folder.path('CURRENT'), 'utf8')).toBe('0000000002\n');
  }));
