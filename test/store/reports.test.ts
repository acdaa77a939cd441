/** What `verify`, `diagnose`, `repair` and `export` say where a file goes, or fails, under their eyes. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  diagnoseStore,
  diffContents,
  type Environment,
  exportSnapshot,
  processEnvironment,
  SnapshotStore,
} from '../../dist/store/index.js';
import { failing, withCalls } from './faulty-calls.js';
import { bytesOf, ONLY_THE_HEAD, type StoreFolder, withStore, writing } from './with-store.js';

const { fileSystem } = processEnvironment;
const ID = '0123456789abcdef';

function withThree(body: (folder: StoreFolder) => Promise<void>): Promise<void> {
  return withStore(async (folder) => {
    await folder.advance(3);
    await body(folder);
  });
}

/** The store of `folder`, opened for reading with some calls replaced. */
function reading(folder: StoreFolder, changed: Partial<Environment['fileSystem']>): Promise<SnapshotStore> {
  const environment = withCalls(changed);
  return folder.openOn(folder.storage(environment), { environment, readOnly: true });
}

describe('verify', () => {
  test('says that a record of an instance has lost its bytes, and what it leaves', () =>
    withThree(async (folder) => {
      fs.writeFileSync(folder.path(`instances/${ID}`), '');
      fs.mkdirSync(folder.path(`drafts/${ID}-1`));
      const messages = (await folder.store.verify()).notes.map(({ message }) => message);
      expect(messages).toContainEqual(expect.stringContaining(`of instance ${ID}, whose record is lost`));
      fs.rmSync(folder.path(`instances/${ID}`));
      fs.rmdirSync(folder.path(`drafts/${ID}-1`));
    }));

  test('says that something else is in the place of the instances, beside what a dead one left', () =>
    withThree(async (folder) => {
      await folder.leave();
      fs.mkdirSync(folder.path(`drafts/${ID}-1`));
      fs.rmdirSync(folder.path('instances'));
      fs.writeFileSync(folder.path('instances'), '');
      folder.isDamaged = true;
      const { problems, notes } = await (await folder.open({ readOnly: true })).verify();
      expect(problems).toMatchObject([{ code: 'STORE_DAMAGED', message: expect.stringContaining('instances') }]);
      expect(notes).toMatchObject([{ path: `drafts/${ID}-1`, message: expect.stringContaining('which is gone') }]);
    }));

  test('calls a file a stray that no tag of ours can be', () =>
    withThree(async (folder) => {
      fs.writeFileSync(folder.path('tags/a b'), '');
      expect((await folder.store.verify()).notes).toMatchObject([{ code: 'STRAY', path: 'tags/a b' }]);
    }));

  test('says which files the disk cannot give, and checks the others', () =>
    withThree(async (folder) => {
      const openFile = failing('EIO', (file) => file.endsWith('2/last'), fileSystem.openFile);
      const store = await reading(folder, { openFile });
      const { problems, filesChecked } = await store.verify();
      expect([problems.map(({ message }) => message), filesChecked]).toEqual([
        ['generation 2: file "last" cannot be read (EIO)'],
        3,
      ]);
    }));

  test('does not take a failing disk for an answer, of a file or of a manifest', () =>
    withThree(async (folder) => {
      const exhausted = failing('EMFILE', (file) => file.endsWith('2/last'), fileSystem.openFile);
      await expect((await reading(folder, { openFile: exhausted })).verify()).rejects.toMatchObject({
        code: 'IO_FAILED',
      });
      await folder.storage().retire(1);
      const readFile = failing('EIO', (file) => file.endsWith('retired.json'), fileSystem.readFile);
      await expect((await reading(folder, { readFile })).verify()).rejects.toMatchObject({ code: 'IO_FAILED' });
      await folder.store.collect(ONLY_THE_HEAD);
    }));

  test('tells nothing of a generation that goes between two looks', () =>
    withThree(async (folder) => {
      const first = folder.path('generations/0000000001');
      const readFile = failing(
        'ENOENT',
        (file) => isIn(first, file),
        (file: string) => fileSystem.readFile(file),
      );
      const readFileAndGo = (file: string): Uint8Array => {
        if (isIn(first, file)) fs.rmSync(first, { recursive: true, force: true });
        return readFile(file);
      };
      const { problems } = await (await reading(folder, { readFile: readFileAndGo })).verify();
      expect(problems).toEqual([]);
    }));
});

const isIn = (directory: string, file: string): boolean => path.dirname(file) === directory;

describe('a diagnosis', () => {
  test('leaves out records that say nothing, and pins of those whose record is lost', () =>
    withThree(async (folder) => {
      const { instance } = folder.store.describe();
      fs.writeFileSync(folder.path(`instances/${ID}`), '');
      fs.writeFileSync(folder.path(`pins/0000000001-${ID}-1`), '');
      await using old = await folder.store.openGeneration(2);
      const { instances, collection } = await diagnoseStore(folder.directory);
      expect(instances.map(({ id }) => id)).toEqual([instance]);
      const pinned = collection?.remaining.filter(({ keptBy }) => keptBy.some(({ by }) => by === 'pin'));
      expect(pinned?.map(({ generation }) => generation)).toEqual([old.generation]);
      for (const left of [`instances/${ID}`, `pins/0000000001-${ID}-1`]) fs.rmSync(folder.path(left));
    }));

  test('of a store on a failing disk fails as the disk does', () =>
    withThree(async (folder) => {
      const readFile = failing('EIO', (file) => file.includes('/instances/'), fileSystem.readFile);
      await expect(diagnoseStore(folder.directory, { environment: withCalls({ readFile }) })).rejects.toThrow(/EIO/);
    }));
});

describe('a repair that finds the store in use', () => {
  test('names whoever holds it for maintenance', () =>
    withThree(async (folder) => {
      await folder.leave();
      const lock = await folder.storage().lockStore({ holder: `${ID}-1`, timeoutMs: 0 });
      const busy = SnapshotStore.repair(folder.directory, { lockTimeoutMs: 0 });
      await expect(busy).rejects.toMatchObject({ message: expect.stringContaining(`pid ${process.pid} on`) });
      await lock.release();
    }));

  test('names neither the dead nor who holds another lock', () =>
    withThree(async (folder) => {
      const lease = await folder.store.tryLease('work');
      const identity = { ...processEnvironment.identity(), pid: 2 ** 31 - 1, startTime: '1' };
      const record = { identity, client: 'gone', role: '', openedAt: '' };
      fs.writeFileSync(folder.path(`instances/${ID}`), JSON.stringify(record));
      const busy = SnapshotStore.repair(folder.directory, { lockTimeoutMs: 0 });
      const { host, pid } = processEnvironment.identity();
      await expect(busy).rejects.toThrow(new RegExp(`it is open: pid ${pid} on ${host} \\(snapdex\\)$`));
      await lease?.release();
    }));

  test('and cannot tell by whom says that', () =>
    withThree(async (folder) => {
      await folder.leave();
      fs.writeFileSync(folder.path(`instances/${ID}`), '{}');
      const busy = SnapshotStore.repair(folder.directory, { lockTimeoutMs: 0 });
      await expect(busy).rejects.toMatchObject({
        code: 'STORE_BUSY',
        message: expect.stringContaining('nobody can tell by whom'),
      });
      fs.mkdirSync(folder.path('store.lock'));
      fs.writeFileSync(folder.path(`store.lock/${ID}-1`), '{}');
      const held = SnapshotStore.repair(folder.directory, { lockTimeoutMs: 0 });
      await expect(held).rejects.toMatchObject({ message: expect.stringContaining('it is open: somebody') });
      fs.rmSync(folder.path('store.lock'), { recursive: true });
      fs.rmSync(folder.path(`instances/${ID}`));
    }));

  test('passes on what the disk says about the lock', () =>
    withThree(async (folder) => {
      await folder.leave();
      const rename = failing('EIO', () => true, fileSystem.rename);
      const repairing = SnapshotStore.repair(folder.directory, { environment: withCalls({ rename }) });
      await expect(repairing).rejects.toMatchObject({ code: 'IO_FAILED', message: expect.stringContaining('EIO') });
    }));
});

describe('a repair', () => {
  test('of a store without generations moves a pointer to nothing aside', () =>
    withStore(async (folder) => {
      await folder.leave();
      fs.writeFileSync(folder.path('CURRENT'), '0000000007\n');
      const { generation, steps } = await SnapshotStore.repair(folder.directory);
      expect([generation, steps.map(({ action }) => action)]).toEqual([0, ['moveAside']]);
      expect(fs.existsSync(folder.path('CURRENT'))).toBe(false);
    }));
});

describe('an export', () => {
  const targetOf = (folder: StoreFolder): string => `${folder.directory}-copy`;

  test.each(['EACCES', 'EROFS'])('to where this user may not write (%s) says so of the target', (code) =>
    withThree(async (folder) => {
      const makeDirectory = failing(code, (made) => made.includes('snapdex-export-'), fileSystem.makeDirectory);
      const exporting = exportSnapshot(await folder.store.snapshot(), targetOf(folder), {
        environment: withCalls({ makeDirectory }),
      });
      await expect(exporting).rejects.toMatchObject({
        code: 'STORE_READ_ONLY',
        message: expect.stringContaining(`not allowed to write there (${code})`),
      });
      expect(fs.readdirSync(path.dirname(folder.directory))).toEqual(['store']);
    }),
  );

  test.each([
    ['ENOTEMPTY', 'TARGET_EXISTS'],
    ['EIO', 'IO_FAILED'],
  ])('whose last step fails with %s leaves nothing, and says %s', (system, code) =>
    withThree(async (folder) => {
      const isTarget = (from: string): boolean => path.basename(from).startsWith('snapdex-export-');
      const environment = withCalls({ rename: failing(system, isTarget, fileSystem.rename) });
      const exporting = exportSnapshot(await folder.store.snapshot(), targetOf(folder), { environment });
      await expect(exporting).rejects.toMatchObject({ code });
      expect(fs.readdirSync(path.dirname(folder.directory))).toEqual(['store']);
    }),
  );

  test('does not take a mistake of ours for a disk that cannot share files', () =>
    withThree(async (folder) => {
      const aMistake = (): never => {
        throw new TypeError('a mistake');
      };
      const exporting = exportSnapshot(await folder.store.snapshot(), targetOf(folder), {
        copying: { linkFile: aMistake, cloneFile: aMistake },
      });
      await expect(exporting).rejects.toMatchObject({ message: expect.stringContaining('a mistake') });
      expect(fs.readdirSync(path.dirname(folder.directory))).toEqual(['store']);
    }));
});

test('several renames come by their old names, whichever way they were found', () => {
  const contents = (hashes: Readonly<Record<string, string>>) =>
    new Map(Object.entries(hashes).map(([name, contentHash]) => [name, { contentHash, sizeBytes: 1 }]));
  const before = contents({ 'a/one': '1', 'b/two': '2', 'c/three': '3' });
  const after = contents({ 'x/two': '2', renamed: '1', 'x/three': '3' });
  expect(diffContents(before, after).renamed.map(({ from, to }) => `${from} ${to}`)).toEqual([
    'a/one renamed',
    'b/two x/two',
    'c/three x/three',
  ]);
});

test('a name that is too long as a whole is refused', () =>
  withStore(async (folder) => {
    const long = Array.from({ length: 6 }, () => 'x'.repeat(100)).join('/');
    const update = folder.store.update((draft) => draft.write(long, bytesOf('1')));
    await expect(update).rejects.toMatchObject({ code: 'INVALID_NAME', message: expect.stringContaining('512 bytes') });
    await folder.store.update(writing('a', '1'));
  }));
