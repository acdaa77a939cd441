import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { processEnvironment, type SnapshotStore } from '../../dist/store/index.js';
import { failing, withCalls } from './faulty-calls.js';
import { pauseAt } from './paused-storage.js';
import { bytesOf, ONLY_THE_HEAD, type StoreFolder, textOf, withStore, writing } from './with-store.js';

describe('collecting', () => {
  test('keeps the newest generations and every file they share', () =>
    withStore(async (folder) => {
      await folder.store.update(writing('old', 'shared'));
      await folder.advance(5);
      const { retired, kept } = await folder.store.collect({ keepGenerations: 2, minimumAgeMs: 0 });
      expect([retired, kept]).toEqual([
        [1, 2, 3, 4],
        [5, 6],
      ]);
      expect(await textOf(await folder.store.snapshot(), 'old')).toBe('shared');
      expect(folder.list('generations')).toEqual(['0000000001', '0000000005', '0000000006']);
      expect(folder.list('trash')).toEqual([]);
    }));

  test('a dry run says what would go and changes nothing', () =>
    withStore(async (folder) => {
      await folder.advance(3);
      expect(await folder.store.collect({ ...ONLY_THE_HEAD, dryRun: true })).toMatchObject({ retired: [1, 2] });
      expect((await folder.store.history()).generations).toHaveLength(3);
    }));

  test('a tagged generation stays until it is untagged', () =>
    withStore(async ({ store }) => {
      await store.update(writing('a', '1'));
      await store.tag('release');
      await store.update(writing('a', '2'));
      await store.collect(ONLY_THE_HEAD);
      await using old = await store.openGeneration(1);
      expect(await textOf(old, 'a')).toBe('1');
    }));

  test('an untagged generation goes', () =>
    withStore(async ({ store }) => {
      await store.update(writing('a', '1'));
      await store.tag('release', 1);
      await store.update(writing('a', '2'));
      await store.untag('release');
      await store.collect(ONLY_THE_HEAD);
      await expect(store.openGeneration(1)).rejects.toMatchObject({ code: 'GENERATION_EXPIRED' });
    }));

  test('an open generation stays until it is closed', () =>
    withStore(async (folder) => {
      await folder.advance(2);
      const old = await folder.store.openGeneration(1);
      await folder.store.collect(ONLY_THE_HEAD);
      expect(await textOf(old, 'last')).toBe('0');
      await old.close();
      expect((await folder.store.collect(ONLY_THE_HEAD)).retired).toEqual([1]);
    }));

  test('a generation pinned between choosing and retiring keeps its files', () =>
    withStore(async (folder) => {
      await folder.advance(2);
      const sleeper = pauseAt(folder.storage(), { method: 'retire', when: 'before' });
      const collector = await folder.openOn(sleeper.storage, { collectAutomatically: false });
      const collecting = collector.collect(ONLY_THE_HEAD);
      await sleeper.asleep;
      const old = await folder.store.openGeneration(1);
      sleeper.wake();
      await collecting;
      expect(await textOf(old, 'last')).toBe('0');
      await old.close();
    }));

  test('a generation without files of its own that was pinned between choosing and retiring stays', () =>
    withStore(async (folder) => {
      await folder.advance(2);
      await folder.store.rollback(1);
      await folder.advance(1);
      const sleeper = pauseAt(folder.storage(), { method: 'retire', when: 'before' });
      const collector = await folder.openOn(sleeper.storage, { collectAutomatically: false });
      const collecting = collector.collect(ONLY_THE_HEAD);
      await sleeper.asleep;
      const pinned = await folder.store.openGeneration(3);
      sleeper.wake();
      await collecting;
      await folder.store.collect(ONLY_THE_HEAD);
      expect(await textOf(pinned, 'last')).toBe('0');
      await pinned.close();
    }));

  test('a generation without files of its own that was pinned while another collector had not looked yet stays', () =>
    withStore(async (folder) => {
      await folder.advance(2);
      await folder.store.rollback(1);
      await folder.advance(1);
      const [retiring, marking] = [
        pauseAt(folder.storage(), { method: 'retire', when: 'before' }),
        // The third listing is the one whose files are marked; this collector has seen no retirement and no pin.
        pauseAt(folder.storage(), { method: 'listGenerations', when: 'before', skip: 2 }),
      ];
      const first = await folder.openOn(retiring.storage, { collectAutomatically: false });
      const second = await folder.openOn(marking.storage, { collectAutomatically: false });
      const collecting = [first.collect(ONLY_THE_HEAD), second.collect({ keepGenerations: 9 })];
      await Promise.all([retiring.asleep, marking.asleep]);
      const pinned = await folder.store.openGeneration(3);
      retiring.wake();
      await collecting[0];
      marking.wake();
      await collecting[1];
      await folder.store.collect(ONLY_THE_HEAD);
      expect(await textOf(pinned, 'last')).toBe('0');
      await pinned.close();
    }));

  test('who pins after the retirement is told that the generation is gone', () =>
    withStore(async (folder) => {
      await folder.advance(2);
      const sleeper = pauseAt(folder.storage(), { method: 'retire', when: 'after' });
      const collector = await folder.openOn(sleeper.storage, { collectAutomatically: false });
      const collecting = collector.collect(ONLY_THE_HEAD);
      await sleeper.asleep;
      await expect(folder.store.openGeneration(1)).rejects.toMatchObject({ code: 'GENERATION_EXPIRED' });
      sleeper.wake();
      await collecting;
      expect(folder.list('pins')).toEqual([]);
    }));

  test('a rollback under way keeps what it stands on', () =>
    withStore(async (folder) => {
      await folder.advance(3);
      const sleeper = pauseAt(folder.storage(), { method: 'claim', when: 'before' });
      const late = await folder.openOn(sleeper.storage, { collectAutomatically: false });
      const rollback = late.rollback(1);
      await sleeper.asleep;
      await folder.store.collect(ONLY_THE_HEAD);
      sleeper.wake();
      expect((await rollback).generation).toBe(4);
      expect(await textOf(await folder.store.snapshot(), 'last')).toBe('0');
    }));

  test('a commit that comes while files are marked keeps its own', () =>
    withStore(async (folder) => {
      await folder.advance(3);
      // The fourth listing is the one that is swept.
      const sleeper = pauseAt(folder.storage(), { method: 'listGenerations', when: 'before', skip: 3 });
      const collector = await folder.openOn(sleeper.storage, { collectAutomatically: false });
      const collecting = collector.collect(ONLY_THE_HEAD);
      await sleeper.asleep;
      await folder.store.update(writing('new', 'kept'));
      sleeper.wake();
      await collecting;
      expect(await textOf(await folder.store.snapshot(), 'new')).toBe('kept');
    }));

  test('two collectors at once delete the same things', () =>
    withStore(async (folder) => {
      await folder.advance(6);
      const other = await folder.open();
      await Promise.all([folder.store.collect(ONLY_THE_HEAD), other.collect(ONLY_THE_HEAD)]);
      expect(folder.list('generations')).toEqual(['0000000006']);
    }));

  test('a damaged generation keeps all that it may refer to', () =>
    withStore(async (folder) => {
      await folder.store.update(writing('a', '1'));
      await folder.store.update(writing('a', '2'));
      await folder.advance(2);
      folder.flipByte('generations/0000000002/manifest.json', 40);
      const { retired } = await folder.store.collect(ONLY_THE_HEAD);
      expect(retired).toEqual([1, 3]);
      expect(folder.list('generations/0000000001')).toContain('a');
    }));

  test('a stray file of a desktop in drafts and trash is no obstacle', () =>
    withStore(async (folder) => {
      await folder.advance(2);
      for (const name of ['drafts/.DS_Store', 'trash/.DS_Store', 'generations/.DS_Store'])
        fs.writeFileSync(folder.path(name), 'x');
      fs.utimesSync(folder.path('drafts/.DS_Store'), 1, 1);
      await folder.store.collect(ONLY_THE_HEAD);
      expect(folder.list('trash')).toEqual(['.DS_Store']);
      await expect.poll(() => folder.list('drafts')).toEqual(['.DS_Store']);
    }));

  test('what a base was read from is collected under its reader, who is told so', () =>
    withStore(async (folder) => {
      await folder.advance(1);
      const reader = await folder.store.snapshot();
      await folder.advance(1);
      await folder.store.collect(ONLY_THE_HEAD);
      await expect(reader.read('last')).rejects.toMatchObject({ code: 'GENERATION_EXPIRED' });
    }));

  test('a file opened before its generation was collected stays readable', () =>
    withStore(async (folder) => {
      await folder.advance(1);
      const file = await (await folder.store.snapshot()).open('last');
      await folder.advance(1);
      await folder.store.collect(ONLY_THE_HEAD);
      expect(Buffer.from(file.read(0, file.sizeBytes))).toEqual(bytesOf('0'));
      file.close();
    }));

  test('a store in use is collected by itself', () =>
    withStore(
      async (folder) => {
        await folder.advance(40);
        await folder.store.collect({ minimumAgeMs: 0 });
        expect(folder.list('generations').length).toBeLessThanOrEqual(4);
      },
      { collectAutomatically: true, retention: { keepGenerations: 4, minimumAgeMs: 0 } },
    ));
});

describe('on a disk that takes no new file', () => {
  /** A store of three generations that another, dead one was open on, and whose disk is full from now on. */
  async function withFullDisk(
    code: string,
    durability: 'durable' | 'deferred',
    body: (store: SnapshotStore, folder: StoreFolder) => Promise<void>,
  ): Promise<void> {
    await withStore(async (folder) => {
      let isFull = false;
      const { fileSystem } = processEnvironment;
      const environment = withCalls({
        createFile: failing(code, () => isFull, fileSystem.createFile),
        writeFile: failing(code, () => isFull, fileSystem.writeFile),
        makeDirectory: failing(code, () => isFull, fileSystem.makeDirectory),
      });
      const store = await folder.openOn(folder.storage(environment), {
        environment,
        durability,
        collectAutomatically: false,
      });
      await folder.advance(3, store);
      fs.writeFileSync(folder.path('instances/0123456789abcdef'), '');
      isFull = true;
      await body(store, folder);
      isFull = false;
    });
  }

  test.each(['durable', 'deferred'] as const)('a %s store is collected, which makes room', (durability) =>
    withFullDisk('ENOSPC', durability, async (store, folder) => {
      expect((await store.collect(ONLY_THE_HEAD)).retired).toEqual([1, 2]);
      expect(folder.list('generations')).toEqual(['0000000003']);
    }),
  );

  test.each(['ENOSPC', 'EDQUOT', 'EROFS'])('a deferred store is flushed, and the note is made later (%s)', (code) =>
    withFullDisk(code, 'deferred', async (store, folder) => {
      await store.flush();
      expect(folder.list('generations/0000000003')).not.toContain('synced');
    }),
  );

  test('a disk that fails otherwise is told of', () =>
    withFullDisk('EIO', 'deferred', async (store) => {
      await expect(store.flush()).rejects.toMatchObject({ code: 'IO_FAILED' });
    }));
});
