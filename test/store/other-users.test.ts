import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Environment, SnapshotStore } from '../../dist/store/index.js';
import { failing, withCalls } from './faulty-calls.js';
import { ONLY_THE_HEAD, withStore, writing } from './with-store.js';

const { fileSystem } = withCalls({});

/** This process as a user who may not change what is at, or below, a place that `isForeign` picks. */
function withoutRightsAt(isForeign: (place: string) => boolean): Environment {
  return withCalls({
    rename: failing('EACCES', isForeign, fileSystem.rename),
    removeFile: failing('EACCES', isForeign, fileSystem.removeFile),
    deleteFile: (place) => (isForeign(place) ? Promise.reject(denied()) : fileSystem.deleteFile(place)),
  });
}

const denied = (): Error => Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });

describe('what another user has made', () => {
  test('is warned about once, and no reason not to collect the rest', () =>
    withStore(async (folder) => {
      await folder.advance(4);
      const environment = withoutRightsAt((place) => place.includes('0000000002'));
      const store = await folder.openOn(folder.storage(environment), { environment, collectAutomatically: false });
      for (const retired of [[1, 3], []]) {
        const result = await store.collect(ONLY_THE_HEAD);
        expect(result).toMatchObject({ retired, denied: [2], kept: [2, 4] });
        expect(result.totalBytes).toBe(sizeOf(folder.path('generations')));
      }
      expect(folder.list('generations')).toEqual(['0000000002', '0000000004']);
      expect(folder.warnings).toEqual([expect.stringContaining('generation 2: another user made it')]);
      expect(await folder.store.collect(ONLY_THE_HEAD)).toMatchObject({ retired: [2], denied: [], kept: [4] });
    }));

  test('and lies in the trash keeps nobody from emptying the rest of it', () =>
    withStore(async (folder) => {
      for (const id of ['1', '2']) {
        const grave = folder.path(`trash/000000000${id}-0123456789abcdef`);
        fs.mkdirSync(grave);
        fs.writeFileSync(`${grave}/file`, '');
      }
      const environment = withoutRightsAt((place) => place.includes('trash/0000000001'));
      const store = await folder.openOn(folder.storage(environment), { environment });
      await store.collect();
      expect(folder.list('trash')).toEqual(['0000000001-0123456789abcdef']);
      expect(folder.warnings).toEqual([expect.stringContaining('trash: another user made it')]);
      await folder.store.collect();
      expect(folder.list('trash')).toEqual([]);
    }));

  test('and left as a draft when it died keeps nobody from opening and collecting', () =>
    withStore(async (folder) => {
      const dead = '0123456789abcdef';
      const identity = { ...withCalls({}).identity(), pid: 2 ** 31 - 1 };
      const record = { identity, client: 'x', role: '', openedAt: '' };
      fs.writeFileSync(folder.path('instances', dead), JSON.stringify(record));
      fs.mkdirSync(folder.path('drafts', `${dead}-1`));
      const environment = withoutRightsAt((place) => place.includes(`drafts/${dead}`));
      const store = await folder.openOn(folder.storage(environment), { environment });
      await store.update(writing('a', '1'));
      await store.collect();
      await expect.poll(() => folder.list('drafts')).toEqual([`${dead}-1`]);
      await folder.store.collect();
      expect([folder.list('drafts'), folder.list('instances')]).not.toContain(dead);
      expect(folder.list('drafts')).toEqual([]);
    }));
});

/** Of all files below a directory. Bytes. */
function sizeOf(directory: string): number {
  return fs
    .readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => fs.statSync(`${directory}/${name}`))
    .reduce((sum, status) => sum + (status.isFile() ? status.size : 0), 0);
}

test.each(['generations', 'drafts'])('a store whose %s are a file system of their own says what to do', (mount) =>
  withStore(async (folder) => {
    const sideOf = (place: string): boolean => place.startsWith(folder.path(mount));
    const environment = withCalls({
      rename: (from, to) => {
        if (sideOf(from) !== sideOf(to)) throw Object.assign(new Error('EXDEV'), { code: 'EXDEV' });
        fileSystem.rename(from, to);
      },
    });
    await folder.leave();
    const store = await SnapshotStore.open(folder.directory, { environment, onWarning: () => {} });
    await expect(store.update(writing('a', '1'))).rejects.toMatchObject({
      code: 'FILE_SYSTEM_UNSUPPORTED',
      remedy: expect.stringContaining('none inside'),
    });
    await store.close();
    await (await folder.open()).close();
  }),
);
