import path from 'node:path';
import { expect, test } from 'vitest';
import { processEnvironment } from '../../dist/store/index.js';
import { pauseAt } from './paused-storage.js';
import { ONLY_THE_HEAD, textOf, withStore } from './with-store.js';

test('a pin is set in one step, so that whoever dies in it leaves nothing unfinished', () =>
  withStore(async (folder) => {
    await folder.advance(2);
    const written: string[] = [];
    const note = (file: string): void => {
      if (path.basename(path.dirname(file)) === 'pins') written.push(path.basename(file));
    };
    const fileSystem: typeof processEnvironment.fileSystem = {
      ...processEnvironment.fileSystem,
      createFile: (file, bytes) => {
        note(file);
        processEnvironment.fileSystem.createFile(file, bytes);
      },
      writeFile: (file, bytes, options) => {
        note(file);
        return processEnvironment.fileSystem.writeFile(file, bytes, options);
      },
      rename: (from, to) => {
        note(to);
        processEnvironment.fileSystem.rename(from, to);
      },
    };
    const store = await folder.openOn(folder.storage({ ...processEnvironment, fileSystem }));
    await using old = await store.openGeneration(1);
    expect(await textOf(old, 'last')).toBe('0');
    expect(written).toEqual(folder.list('pins'));
  }));

test('a pin that is left open ends with its store', () =>
  withStore(async (folder) => {
    await folder.advance(2);
    const store = await folder.open();
    const left = await store.openGeneration(1);
    await store.close();
    expect(folder.list('pins')).toEqual([]);
    expect((await folder.store.collect(ONLY_THE_HEAD)).retired).toEqual([1]);
    await left.close();
  }));

test('a pin that is being set while its store is closed is not left behind', () =>
  withStore(async (folder) => {
    await folder.advance(2);
    const late = pauseAt(folder.storage(), { method: 'writeRecord', when: 'before' });
    const store = await folder.openOn(late.storage);
    const opening = store.openGeneration(1);
    await late.asleep;
    await store.close();
    late.wake();
    await expect(opening).rejects.toMatchObject({ code: 'STORE_CLOSED' });
    expect([folder.list('pins'), folder.list('instances')]).toEqual([[], [folder.store.describe().instance]]);
  }));

test('whose store is closed, a tag is not set on a pin that has ended', () =>
  withStore(async (folder) => {
    await folder.advance(2);
    const late = pauseAt(folder.storage(), { method: 'writeRecord', when: 'before', skip: 1 });
    const store = await folder.openOn(late.storage);
    const tagging = store.tag('v1', 1);
    await late.asleep;
    await store.close();
    late.wake();
    await expect(tagging).rejects.toMatchObject({ code: 'STORE_CLOSED' });
    expect([await folder.store.tags(), folder.list('instances').length]).toEqual([[], 1]);
  }));
