import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { SnapshotStore } from '../../dist/store/index.js';
import { bytesOf, ONLY_THE_HEAD, type StoreFolder, textOf, withStore, writing } from './with-store.js';

/** Generation N writes `base/N`, which stays, and replaces `a`. */
async function commitNumbered(folder: StoreFolder, count: number): Promise<void> {
  for (let number = 1; number <= count; number++) {
    await folder.store.update((draft) => {
      draft.write(`base/${number}`, bytesOf(`precious ${number}`));
      draft.write('a', bytesOf(String(number)));
    });
  }
}

/** Moves an entry of the store out of it, and leaves a link; answers where it is now. */
function moveOut(folder: StoreFolder, entry: string): string {
  const outside = path.join(path.dirname(folder.directory), 'outside');
  fs.renameSync(folder.path(entry), outside);
  fs.symlinkSync(outside, folder.path(entry));
  folder.isDamaged = true;
  return outside;
}

function everythingIn(directory: string): readonly string[] {
  return fs.readdirSync(directory, { recursive: true }).map(String).sort();
}

async function messagesOf(store: SnapshotStore): Promise<readonly string[]> {
  return (await store.verify()).problems.map(({ code, message }) => `${code} ${message}`);
}

describe.skipIf(process.platform === 'win32')('a link in the place of a generation', () => {
  test('is named, with the files that are looked for behind it', () =>
    withStore(async (folder) => {
      await commitNumbered(folder, 3);
      moveOut(folder, 'generations/0000000002');
      expect(await messagesOf(folder.store)).toEqual([
        'GENERATION_DAMAGED generation 3: file "base/2" is out of reach: generations/0000000002 is a link or a special file in the place of a directory',
        'GENERATION_DAMAGED generation 2: expected a directory, found a link or a special file',
      ]);
    }));

  test('is not followed by collecting, which keeps what lies below it', () =>
    withStore(async (folder) => {
      await commitNumbered(folder, 3);
      const outside = moveOut(folder, 'generations/0000000002');
      const before = everythingIn(outside);
      const { retired } = await folder.store.collect(ONLY_THE_HEAD);
      expect([retired, everythingIn(outside)]).toEqual([[1], before]);
      expect(fs.existsSync(folder.path('generations/0000000001/base/1'))).toBe(true);
    }));

  test('to the head of another store takes nothing from that store', () =>
    withStore((other) =>
      withStore(async (folder) => {
        await other.advance(2);
        await folder.advance(3);
        fs.rmSync(folder.path('generations/0000000002'), { recursive: true });
        fs.symlinkSync(other.path('generations/0000000002'), folder.path('generations/0000000002'));
        folder.isDamaged = true;
        const before = everythingIn(other.path('generations/0000000002'));
        await folder.store.collect(ONLY_THE_HEAD);
        expect(everythingIn(other.path('generations/0000000002'))).toEqual(before);
      }),
    ));

  test('is set aside by repairing, and the newest complete generation goes on', () =>
    withStore(async (folder) => {
      await commitNumbered(folder, 3);
      const outside = moveOut(folder, 'generations/0000000002');
      const before = everythingIn(outside);
      await folder.leave();
      const { ok, steps } = await SnapshotStore.repair(folder.directory);
      expect([ok, steps.map(({ action }) => action)]).toEqual([true, ['recover', 'setAside', 'setAside']]);
      expect(everythingIn(outside)).toEqual(before);
      const store = await folder.open();
      expect(await textOf(await store.snapshot(), 'base/1')).toBe('precious 1');
      expect(await messagesOf(store)).toEqual([]);
    }));

  test('that is the head is not read as the head', () =>
    withStore(async (folder) => {
      await commitNumbered(folder, 2);
      moveOut(folder, 'generations/0000000002');
      const { generation, damage } = await folder.store.snapshot();
      expect([generation, damage.map(({ code }) => code)]).toEqual([1, ['GENERATION_DAMAGED']]);
      await expect(folder.store.update(writing('a', 'new'))).rejects.toMatchObject({ code: 'GENERATION_DAMAGED' });
    }));
});

describe.skipIf(process.platform === 'win32')('a link in the place of a folder of a generation', () => {
  test('is named, and stays while a generation needs what is behind it', () =>
    withStore(async (folder) => {
      await commitNumbered(folder, 1);
      await folder.store.update(writing('a', '2'));
      const outside = moveOut(folder, 'generations/0000000001/base');
      expect(await messagesOf(folder.store)).toEqual([
        'GENERATION_DAMAGED generation 2: file "base/1" is out of reach: generations/0000000001/base is a link or a special file in the place of a directory',
        'GENERATION_DAMAGED generation 1: file "base/1" is out of reach: generations/0000000001/base is a link or a special file in the place of a directory',
        'STORE_DAMAGED generations/0000000001/base: expected a directory',
      ]);
      await folder.store.collect(ONLY_THE_HEAD);
      expect(fs.readFileSync(folder.path('generations/0000000001/base/1'), 'utf8')).toBe('precious 1');
      expect(everythingIn(outside)).toEqual(['1']);
    }));

  test('is set aside by repairing, with what it leads to left alone', () =>
    withStore(async (folder) => {
      await folder.store.update(writing('a', '0'));
      await commitNumbered(folder, 1);
      const outside = moveOut(folder, 'generations/0000000002/base');
      await folder.leave();
      const { ok, steps } = await SnapshotStore.repair(folder.directory);
      expect([ok, steps[0]]).toMatchObject([true, { action: 'moveAside', path: 'generations/0000000002/base' }]);
      expect(everythingIn(outside)).toEqual(['1']);
      expect(await messagesOf(await folder.open())).toEqual([]);
    }));
});

describe('in the place of retired.json', () => {
  /** Generation 1 is retired, and the head needs a file of it. */
  async function commitAndRetire(folder: StoreFolder): Promise<string> {
    await commitNumbered(folder, 1);
    await folder.store.update(writing('a', '2'));
    await folder.store.collect(ONLY_THE_HEAD);
    folder.isDamaged = true;
    fs.rmSync(folder.path('generations/0000000001/retired.json'));
    return folder.path('generations/0000000001/retired.json');
  }

  test.skipIf(process.platform === 'win32').each([
    ['a directory', (mark: string) => fs.mkdirSync(mark)],
    ['a link', (mark: string) => fs.symlinkSync('/etc/hostname', mark)],
    ['a pipe', (mark: string) => void execFileSync('mkfifo', [mark])],
  ])('%s is named, keeps collecting from deleting, and is mended', (_what, make) =>
    withStore(async (folder) => {
      const mark = await commitAndRetire(folder);
      make(mark);
      expect(await messagesOf(folder.store)).toMatchObject([
        expect.stringMatching(/^GENERATION_DAMAGED generation 1: /),
      ]);
      await folder.store.update((draft) => void draft.remove('base/1'));
      await folder.store.collect(ONLY_THE_HEAD);
      expect(fs.existsSync(folder.path('generations/0000000001/base/1'))).toBe(true);
      await folder.leave();
      expect((await SnapshotStore.repair(folder.directory)).ok).toBe(true);
      expect(await messagesOf(await folder.open())).toEqual([]);
    }),
  );

  test('a directory beside the manifest is named, and told of where collecting needs that name', () =>
    withStore(async (folder) => {
      await folder.advance(2);
      folder.isDamaged = true;
      fs.mkdirSync(folder.path('generations/0000000001/retired.json/mine'), { recursive: true });
      const { problems, notes } = await folder.store.verify();
      expect([problems, notes]).toMatchObject([
        [{ code: 'STORE_DAMAGED', message: 'generations/0000000001/retired.json: expected a file' }],
        [],
      ]);
      await expect(folder.store.collect(ONLY_THE_HEAD)).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
      await folder.leave();
      expect((await SnapshotStore.repair(folder.directory)).ok).toBe(true);
      expect((await (await folder.open()).collect(ONLY_THE_HEAD)).retired).toEqual([1]);
    }));
});
