/** Links in the place of directories of an open store. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { diagnoseStore, SnapshotStore } from '../../dist/store/index.js';
import { ONLY_THE_HEAD, type StoreFolder, withStore, writing } from './with-store.js';

function replaceByLink(folder: StoreFolder, name: string, target: string): void {
  fs.renameSync(folder.path(name), path.join(folder.directory, '..', `${path.basename(folder.directory)}-${name}`));
  fs.symlinkSync(target, folder.path(name));
}

const DAMAGED = { code: 'STORE_DAMAGED', remedy: expect.stringContaining('`SnapshotStore.repair`') };

test('generations that are a link to itself are told by all, and set aside by a repair', () =>
  withStore(async (folder) => {
    const { store } = folder;
    for (const text of ['1', '2']) await store.update(writing('a', text));
    replaceByLink(folder, 'generations', 'generations');
    const calls = [() => store.tag('v1', 1), () => store.rollback(1), () => store.snapshot()];
    for (const call of calls) await expect(call()).rejects.toMatchObject(DAMAGED);
    expect((await store.verify()).problems).toContainEqual(expect.objectContaining({ code: 'STORE_DAMAGED' }));
    expect((await diagnoseStore(folder.directory)).problems).toContainEqual(
      expect.objectContaining({ code: 'STORE_DAMAGED' }),
    );
    await folder.leave();
    expect(await SnapshotStore.repair(folder.directory)).toMatchObject({ ok: true });
  }));

test.each(['pins', 'instances'])('%s that are a link to nothing are told by whoever writes there', (name) =>
  withStore(async (folder) => {
    const { store } = folder;
    for (const text of ['1', '2']) await store.update(writing('a', text));
    replaceByLink(folder, name, '/nonexistent/place');
    const calls = [() => store.tag('v1', 1), () => store.rollback(1), () => store.collect(ONLY_THE_HEAD)];
    if (name === 'instances') calls.push(() => store.update(writing('a', '3')));
    for (const call of calls) await expect(call()).rejects.toMatchObject(DAMAGED);
    await folder.leave();
    expect(await SnapshotStore.repair(folder.directory)).toMatchObject({ ok: true });
  }),
);
