import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { isSystemError, storeErrorFrom } from '../../dist/store/errors.js';
import { forEachTogether } from '../../dist/store/for-each-together.js';
import { SnapshotStore } from '../../dist/store/index.js';
import { asOrdinaryUser } from '../search/documents/project-folder.js';
import { withStore } from './with-store.js';

/** What Node throws for an error number that it has no name for. */
function unnamed(errno: number): Error {
  return Object.assign(new Error(`Unknown system error -${errno}, write`), {
    code: `Unknown system error -${errno}`,
    errno: -errno,
  });
}

test('a quota that is used up is no space left, though Node has no name for it', () => {
  expect(storeErrorFrom(unnamed(os.constants.errno.EDQUOT), 'commit').code).toBe('NO_SPACE');
});

test('a stale file handle has its name, though Node has none for it', () => {
  expect(isSystemError(unnamed(os.constants.errno.ESTALE), 'ESTALE')).toBe(true);
});

test('whatever was thrown becomes an error with a code, a remedy and its cause', () => {
  const found = storeErrorFrom('text that somebody threw', 'commit');
  expect(found).toMatchObject({ code: 'IO_FAILED', cause: 'text that somebody threw' });
  expect([found.message, found.remedy === '']).toEqual(['commit: text that somebody threw', false]);
});

test('after the first failure nothing more is begun, and that failure is the one that is told', async () => {
  const begun: number[] = [];
  const items = Array.from({ length: 1_000 }, (_, index) => index);
  const working = forEachTogether(items, async (item) => {
    begun.push(item);
    await Promise.resolve();
    throw new Error(`item ${item}`);
  });
  await expect(working).rejects.toThrow('item 0');
  expect(begun.length).toBeLessThan(items.length);
});

test('with too many files open one learns of the limit', () => {
  const found = storeErrorFrom(Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' }), 'read');
  expect(found).toMatchObject({ code: 'IO_FAILED', remedy: expect.stringContaining('ulimit -n') });
});

describe.skipIf(process.platform === 'win32')('who may not read', () => {
  test.each([
    ['generations', (store: SnapshotStore) => store.snapshot()],
    ['generations/0000000001', (store: SnapshotStore) => store.snapshot()],
    ['generations/0000000001/manifest.json', (store: SnapshotStore) => store.snapshot()],
    ['generations/0000000001/last', async (store: SnapshotStore) => (await store.snapshot()).read('last')],
    ['tags', (store: SnapshotStore) => store.tags()],
  ])('%s is told so', (name, read) =>
    withStore(async (folder) => {
      await folder.advance(1);
      fs.chmodSync(path.dirname(folder.directory), 0o755);
      const reader = await folder.open({ readOnly: true });
      const { mode } = fs.statSync(folder.path(name));
      fs.chmodSync(folder.path(name), 0o000);
      const answer = await asOrdinaryUser(() => read(reader).catch((error: unknown) => error));
      fs.chmodSync(folder.path(name), mode);
      expect(answer).toMatchObject({
        code: 'STORE_UNREADABLE',
        message: expect.stringContaining('not allowed to read'),
      });
    }),
  );

  test('a store cannot open it, for writing neither', () =>
    withStore(async (folder) => {
      await folder.advance(1);
      fs.chmodSync(path.dirname(folder.directory), 0o755);
      fs.chmodSync(folder.path(), 0o000);
      const opening = (readOnly: boolean): Promise<unknown> =>
        SnapshotStore.open(folder.directory, { readOnly }).catch((error: unknown) => error);
      const answers = await asOrdinaryUser(() => Promise.all([opening(true), opening(false)]));
      fs.chmodSync(folder.path(), 0o755);
      const refusal = expect.objectContaining({ code: 'STORE_UNREADABLE' });
      expect(answers).toEqual([refusal, refusal]);
    }));

  test('a folder above the store is told its name', () =>
    withStore(async (folder) => {
      await folder.advance(1);
      const above = path.dirname(folder.directory);
      fs.chmodSync(above, 0o000);
      const opening = (): Promise<unknown> => SnapshotStore.open(folder.directory).catch((error: unknown) => error);
      const answer = await asOrdinaryUser(opening);
      fs.chmodSync(above, 0o755);
      const remedy = expect.stringContaining(`read ${above} and`);
      expect(answer).toMatchObject({
        code: 'STORE_UNREADABLE',
        message: expect.stringContaining(`${above} (`),
        remedy,
      });
    }));
});
