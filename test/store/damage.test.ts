import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SnapshotStore } from '../../dist/store/index.js';
import { decodeManifest, encodeManifest, type Manifest, sha256 } from '../../dist/store/manifest.js';
import { makeTemporaryFolder, type StoreFolder, textOf, withStore, writing } from './with-store.js';

const HEAD = 'generations/0000000002';

/** A store whose generation 1 says "old" and whose head, generation 2, says "new". */
function withTwoGenerations(body: (folder: StoreFolder) => Promise<void>): Promise<void> {
  return withStore(async (folder) => {
    await folder.store.update(writing('a', 'old'));
    await folder.store.update(writing('a', 'new'));
    await body(folder);
  });
}

async function expectOldIsServed(folder: StoreFolder): Promise<void> {
  const names = folder.list('generations');
  const store = await folder.open();
  const snapshot = await store.snapshot();
  expect(snapshot.generation).toBe(1);
  expect(snapshot.damage.map((error) => [error.code, error.message.startsWith('generation 2: ')])).toEqual([
    ['GENERATION_DAMAGED', true],
  ]);
  expect(await textOf(snapshot, 'a')).toBe('old');
  expect(folder.list('generations')).toEqual(names);
}

describe('a damaged head', () => {
  test('with a flipped bit in its manifest is named, and the newest intact generation is served', () =>
    withTwoGenerations(async (folder) => {
      folder.flipByte(`${HEAD}/manifest.json`, 100);
      await expectOldIsServed(folder);
    }));

  test('with a truncated manifest is named, and the newest intact generation is served', () =>
    withTwoGenerations(async (folder) => {
      folder.truncate(`${HEAD}/manifest.json`, 50);
      await expectOldIsServed(folder);
    }));

  test('with an empty manifest is named, and the newest intact generation is served', () =>
    withTwoGenerations(async (folder) => {
      folder.truncate(`${HEAD}/manifest.json`, 0);
      await expectOldIsServed(folder);
    }));

  test('without a manifest is named, and the newest intact generation is served', () =>
    withTwoGenerations(async (folder) => {
      folder.removeFile(`${HEAD}/manifest.json`);
      await expectOldIsServed(folder);
    }));

  test('refuses updates, for they would stand on nothing, until a rollback', () =>
    withTwoGenerations(async (folder) => {
      folder.truncate(`${HEAD}/manifest.json`, 0);
      await expect(folder.advance(1)).rejects.toMatchObject({ code: 'GENERATION_DAMAGED' });
      expect(await folder.store.rollback(1)).toMatchObject({ generation: 3 });
      await folder.advance(1);
      expect(await textOf(await folder.store.snapshot(), 'a')).toBe('old');
    }));

  test('is found by verify, with its number', () =>
    withTwoGenerations(async (folder) => {
      folder.flipByte(`${HEAD}/manifest.json`, 100);
      expect((await folder.store.verify()).problems).toMatchObject([{ code: 'GENERATION_DAMAGED', generation: 2 }]);
    }));
});

describe('a damaged file', () => {
  test('with a flipped bit is not handed out', () =>
    withTwoGenerations(async (folder) => {
      folder.flipByte(`${HEAD}/a`, 1);
      const read = (await folder.store.snapshot()).read('a');
      await expect(read).rejects.toMatchObject({ code: 'GENERATION_DAMAGED' });
      expect((await folder.store.verify()).problems).toMatchObject([{ generation: 2 }]);
    }));

  test('that is shorter than it was is not opened', () =>
    withTwoGenerations(async (folder) => {
      folder.truncate(`${HEAD}/a`, 1);
      await expect((await folder.store.snapshot()).open('a')).rejects.toMatchObject({ code: 'GENERATION_DAMAGED' });
    }));

  test('that is missing is named', () =>
    withTwoGenerations(async (folder) => {
      folder.removeFile(`${HEAD}/a`);
      await expect((await folder.store.snapshot()).read('a')).rejects.toMatchObject({ code: 'GENERATION_DAMAGED' });
    }));

  test('that became a link is not followed', () =>
    withTwoGenerations(async (folder) => {
      folder.removeFile(`${HEAD}/a`);
      fs.symlinkSync('/etc/hostname', folder.path(`${HEAD}/a`));
      await expect((await folder.store.snapshot()).read('a')).rejects.toMatchObject({ code: 'GENERATION_DAMAGED' });
    }));
});

describe('CURRENT', () => {
  test.each(['', 'garbage\n', '0000000001', '0000000099\n'])('that says %j is mended by the next commit', (content) =>
    withTwoGenerations(async (folder) => {
      fs.writeFileSync(folder.path('CURRENT'), content);
      const store = await folder.open();
      expect((await store.snapshot()).generation).toBe(2);
      await folder.advance(1);
      expect(fs.readFileSync(folder.path('CURRENT'), 'utf8')).toBe('0000000003\n');
    }),
  );

  test('that is missing is rebuilt when the store is opened', () =>
    withTwoGenerations(async (folder) => {
      fs.rmSync(folder.path('CURRENT'));
      await folder.open();
      expect(fs.readFileSync(folder.path('CURRENT'), 'utf8')).toBe('0000000002\n');
    }));
});

describe('a store of a newer format', () => {
  test.each([
    ['"format":1', '"format":2'],
    ['"features":[]', '"features":["compression"]'],
  ])('where %s became %s is refused with what to do', (before, after) =>
    withTwoGenerations(async (folder) => {
      folder.isDamaged = true;
      const body = fs.readFileSync(folder.path(`${HEAD}/manifest.json`), 'utf8').replace(before, after);
      const signed = body.slice(0, body.indexOf(',"checksum"'));
      fs.writeFileSync(
        folder.path(`${HEAD}/manifest.json`),
        `${signed},"checksum":"${sha256(Buffer.from(signed))}"}\n`,
      );
      await expect(folder.open()).rejects.toMatchObject({ code: 'STORE_FORMAT_NEWER' });
      await expect(folder.advance(1)).rejects.toMatchObject({ code: 'STORE_FORMAT_NEWER' });
    }),
  );
});

describe('a deferred store after a power cut', () => {
  const deferred = { durability: 'deferred', collectAutomatically: false } as const;

  test('whose head lacks a file goes on from the newest complete generation', () =>
    withStore(async (folder) => {
      await folder.store.update(writing('a', 'old'));
      await folder.store.flush();
      await folder.store.update(writing('a', 'new'));
      folder.truncate(`${HEAD}/a`, 0);
      const store = await folder.open({ ...deferred, environment: folder.afterReboot() });
      expect(await textOf(await store.snapshot(), 'a')).toBe('old');
      expect((await store.history()).generations[0]).toMatchObject({ generation: 3, operation: 'recover' });
    }, deferred));

  test('whose head is complete goes on from it', () =>
    withStore(async (folder) => {
      await folder.store.update(writing('a', 'new'));
      const store = await folder.open({ ...deferred, environment: folder.afterReboot() });
      expect((await store.snapshot()).generation).toBe(1);
    }, deferred));

  test('with nothing complete begins anew, above the damaged number', () =>
    withStore(async (folder) => {
      await folder.store.update(writing('a', 'new'));
      folder.truncate('generations/0000000001/manifest.json', 0);
      const store = await folder.open({ ...deferred, environment: folder.afterReboot() });
      expect([(await store.snapshot()).generation, (await store.snapshot()).files.size]).toEqual([2, 0]);
    }, deferred));

  test('a durable commit on an open base syncs the base first', () =>
    withStore(async (folder) => {
      await folder.store.update(writing('a', 'new'));
      const store = await folder.open({ durability: 'durable' });
      await store.update(writing('b', 'durable'));
      expect(folder.list('generations/0000000001')).toContain('synced');
      expect((await store.snapshot()).manifest?.unsynced).toEqual([]);
    }, deferred));

  test('is synced to its newest generation by a flush', () =>
    withStore(async (folder) => {
      await folder.advance(20);
      await folder.store.flush();
      expect(folder.list('generations/0000000020')).toContain('synced');
    }, deferred));
});

test('a store that is not there is not made by a reader', async () => {
  const open = SnapshotStore.open(`${makeTemporaryFolder()}/none`, { readOnly: true });
  await expect(open).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' });
});

test('what is encoded is decoded', () =>
  withTwoGenerations(async ({ store }) => {
    const manifest: Manifest | undefined = (await store.snapshot()).manifest;
    if (manifest === undefined) throw new Error('there is no head');
    expect(decodeManifest(encodeManifest(manifest), 2)).toEqual(manifest);
  }));
