/**
 * The store as it is on Windows, as far as it can be had elsewhere: this process says that it runs there before the
 * store is loaded, and the system's calls answer as they do there.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Fault, whileFailing } from './failing-calls.js';

const { platform } = process;
const temporary = os.tmpdir();
Object.defineProperty(process, 'platform', { value: 'win32' });
vi.resetModules();
const { processEnvironment, SnapshotStore } = await import('../../dist/store/index.js');
const { removeTree } = await import('../../dist/store/local/directory-tree.js');
const { canSyncDirectory, mayLackDirectorySync } = await import('../../dist/store/local/directory-sync.js');
afterAll(() => Object.defineProperty(process, 'platform', { value: platform }));

const { fileSystem } = processEnvironment;
const busy = (code: string): Fault => ({ kind: 'code', code });
let folder = '';
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(temporary, 'snapdex-windows-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

describe('on Windows', () => {
  test.each(['EBUSY', 'EPERM', 'EACCES'])(
    'a name that is in use for a moment (%s) is removed a moment later',
    async (code) => {
      const file = path.join(folder, 'file');
      fs.writeFileSync(file, '');
      const plan = { directory: folder, from: 0, isLasting: false, fault: busy(code) };
      const { failed } = await whileFailing(plan, async () => fileSystem.removeFile(file));
      expect([failed, fs.existsSync(file)]).toEqual([1, false]);
    },
  );

  test('a name that stays in use is given up in the end', async () => {
    const plan = { directory: folder, from: 0, isLasting: true, fault: busy('EBUSY') };
    const { calls } = await whileFailing(plan, async () => {
      expect(() => fileSystem.removeDirectory(path.join(folder, 'used'))).toThrow(/EBUSY/);
    });
    expect(calls.length).toBeGreaterThan(2);
  });

  test('what is wrong for another reason is not tried twice', async () => {
    const plan = { directory: folder, from: 0, isLasting: true, fault: busy('EIO') };
    const { calls } = await whileFailing(plan, async () => {
      expect(() => fileSystem.rename(path.join(folder, 'a'), path.join(folder, 'b'))).toThrow(/EIO/);
    });
    expect(calls).toHaveLength(1);
  });

  test('directories are not synced, as there is no such call', async () => {
    const plan = { directory: folder, from: Number.POSITIVE_INFINITY, isLasting: false, fault: busy('EIO') };
    const { calls } = await whileFailing(plan, async () => {
      await fileSystem.syncDirectory(folder);
      expect(await canSyncDirectory(fileSystem, folder)).toBe(false);
    });
    expect([calls, mayLackDirectorySync('nfs')]).toEqual([[], false]);
  });

  test.each(['EPERM', 'EACCES'])('what cannot be deleted as it is open (%s) stays for later', (code) => {
    fs.mkdirSync(path.join(folder, 'grave'));
    fs.writeFileSync(path.join(folder, 'grave', 'file'), 'bytes');
    const removeFile = (): never => {
      throw Object.assign(new Error(code), { code });
    };
    expect(removeTree({ ...fileSystem, removeFile }, path.join(folder, 'grave'))).toBe(0);
    expect(removeTree(fileSystem, path.join(folder, 'grave'))).toBe(5);
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  test('a share of another machine is known by its name', () => {
    expect(fileSystem.typeOf('\\\\server\\share')).toBe('network share');
  });

  test('a store is made, changed, rolled back, collected and destroyed, though files are in use while it collects', async () => {
    const directory = path.join(folder, 'store');
    const store = await SnapshotStore.open(directory, { collectAutomatically: false });
    for (const text of ['1', '2', '3']) await store.update((draft) => draft.write('a', Buffer.from(text)));
    await store.rollback(1);
    const inUse = path.join(directory, 'trash');
    const plan = { directory: inUse, from: 0, isLasting: true, fault: busy('EACCES') };
    await whileFailing(plan, () => store.collect({ keepGenerations: 1, minimumAgeMs: 0 })).catch(() => {});
    await store.collect({ keepGenerations: 1, minimumAgeMs: 0 });
    expect((await store.verify()).problems).toEqual([]);
    expect(Buffer.from(await (await store.snapshot()).read('a')).toString()).toBe('1');
    await store.close();
    await SnapshotStore.destroy(directory);
    expect(fs.existsSync(directory)).toBe(false);
  });
});
