/** What a store in a local directory makes of files that come, go and fail between two looks at them. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Environment, processEnvironment, surveyFileSystem } from '../../dist/store/index.js';
import { removeTree } from '../../dist/store/local/directory-tree.js';
import { listSharedHolders } from '../../dist/store/local/shared-holders.js';
import { lookForSyncProgram } from '../../dist/store/local/sync-folders.js';
import { watchIfPossible } from '../../dist/store/local/watching.js';
import { failing, withCalls } from './faulty-calls.js';
import { systemError } from './watched-storage.js';
import { bytesOf, ONLY_THE_HEAD, withStore, writing } from './with-store.js';

const { fileSystem } = processEnvironment;
const aMistake = (): never => {
  throw new TypeError('a mistake');
};

/** Files that pass the test are gone by the time somebody looks at them. */
function vanishing(isIt: (file: string) => boolean): Environment {
  const findStatus: Environment['fileSystem']['findStatus'] = (file) => {
    if (isIt(file)) fs.rmSync(file, { recursive: true, force: true });
    return fileSystem.findStatus(file);
  };
  return withCalls({ findStatus });
}

describe('a claim that the system refuses with EPERM', () => {
  test('is lost where the number is taken, as Windows says it', () =>
    withStore(async (folder) => {
      await folder.advance(1);
      const rename = failing('EPERM', () => true, fileSystem.rename);
      const storage = folder.storage(withCalls({ rename }));
      await storage.createDraft('late-1');
      expect(await storage.claim('late-1', 1)).toBe(false);
      await expect(storage.claim('late-1', 2)).rejects.toMatchObject({ code: 'EPERM' });
      await storage.discardDraft('late-1');
    }));
});

describe('what is gone by the second look', () => {
  test('is no draft', () =>
    withStore(async (folder) => {
      await folder.storage().createDraft('late-1');
      const storage = folder.storage(vanishing((file) => file.endsWith('late-1')));
      expect(await storage.listDrafts()).toEqual([]);
    }));

  test('is no record, and holds no lock', () =>
    withStore(async (folder) => {
      await folder.storage().writeRecord('tags', 'v1', bytesOf('{}'), { replace: false, sync: false });
      const isTag = (file: string): boolean => path.basename(file) === 'v1';
      expect(await folder.storage(vanishing(isTag)).listRecords('tags')).toEqual([]);
      const holders = folder.path('drafts');
      fs.writeFileSync(path.join(holders, 'v1'), '{}');
      const holdersOn = (readFile: typeof fileSystem.readFile): ReturnType<typeof listSharedHolders> =>
        listSharedHolders({
          fileSystem: withCalls({ readFile }).fileSystem,
          directory: holders,
          isHolder: () => true,
        });
      const [holder] = holdersOn(failing('ENOENT', isTag, fileSystem.readFile));
      expect(holder).toMatchObject({ name: 'v1', identity: undefined });
      expect(() => holdersOn(failing('EIO', isTag, fileSystem.readFile))).toThrow(/EIO/);
      fs.rmSync(path.join(holders, 'v1'));
    }));

  test('is no entry of the store, and no old leftover', () =>
    withStore(async (folder) => {
      const file = folder.path('CURRENT.12345');
      fs.writeFileSync(file, '');
      const storage = folder.storage(vanishing((looked) => looked === file));
      expect((await storage.upkeep.listEntries()).map((entry) => entry.path)).not.toContain('CURRENT.12345');
      fs.writeFileSync(file, '');
      await storage.emptyTrash();
      expect(fs.existsSync(file)).toBe(false);
      await storage.upkeep.setAside('CURRENT.12345', 'place');
      expect(folder.list('.')).not.toContain('damaged');
    }));

  test('has freed no bytes here, and neither has a file that somebody else removed', () =>
    withStore(async (folder) => {
      fs.writeFileSync(folder.path('trash/stray'), 'bytes');
      fs.mkdirSync(folder.path('trash/grave'));
      fs.writeFileSync(folder.path('trash/grave/file'), 'bytes');
      const gone = withCalls({ removeFile: failing('ENOENT', () => true, fileSystem.removeFile) });
      expect(removeTree(gone.fileSystem, folder.path('trash/stray'))).toBe(0);
      const vanished = vanishing((file) => file.endsWith('grave/file'));
      expect(removeTree(vanished.fileSystem, folder.path('trash/grave'))).toBe(0);
      fs.rmSync(folder.path('trash/stray'));
    }));

  test('because somebody else sweeps the same generation frees nothing here', () =>
    withStore(async (folder) => {
      await folder.store.update(writing('kept', '1'));
      await folder.store.update(writing('gone', '22'));
      await folder.storage().retire(1);
      const removeFile = failing('ENOENT', (file) => file.endsWith('kept'), fileSystem.removeFile);
      const storage = folder.storage(withCalls({ removeFile }));
      expect(await storage.sweepGeneration(1, new Set(['manifest.json', 'retired.json']))).toBe(0);
      await folder.store.collect(ONLY_THE_HEAD);
    }));
});

describe('a directory that cannot be removed yet', () => {
  test('is remembered, and goes when it can', () =>
    withStore(async (folder) => {
      let isBusy = true;
      const removeDirectory = failing('EBUSY', () => isBusy, fileSystem.removeDirectory);
      const storage = folder.storage(withCalls({ removeDirectory }));
      await storage.createDraft('late-1');
      await storage.discardDraft('late-1');
      expect(folder.list('drafts')).toEqual(['late-1']);
      isBusy = false;
      await storage.emptyTrash();
      expect(folder.list('drafts')).toEqual([]);
    }));
});

describe('a mistake of ours is not taken for an answer of the system', () => {
  test('in a survey, in the looks above a store, or in a watch', async () => {
    await expect(surveyFileSystem('/nowhere', withCalls({ findStatus: aMistake }))).rejects.toThrow('a mistake');
    await expect(surveyFileSystem('/tmp', withCalls({ createFile: aMistake }))).rejects.toThrow('a mistake');
    expect(() => lookForSyncProgram('/a/b', withCalls({ findStatus: aMistake }).fileSystem)).toThrow('a mistake');
    expect(() => watchIfPossible(withCalls({ watchDirectory: aMistake }).fileSystem, '/', () => {})).toThrow(
      'a mistake',
    );
  });
});

describe('a survey', () => {
  test('of a disk that is full says nothing of what it could do otherwise', async () => {
    const makes = (name: string) => (file: string) => path.basename(file) === name;
    const full = (name: string) => withCalls({ createFile: failing('ENOSPC', makes(name), fileSystem.createFile) });
    expect(await surveyFileSystem('/tmp', full('file'))).toMatchObject({ hardLinks: undefined, watching: undefined });
    expect(await surveyFileSystem('/tmp', full('change'))).toMatchObject({ hardLinks: true, watching: undefined });
  });

  test('of a place that cannot be looked at is one of the nearest that can', async () => {
    const findStatus = failing('EACCES', (file) => file.startsWith('/tmp/hidden'), fileSystem.findStatus);
    expect((await surveyFileSystem('/tmp/hidden/deep', withCalls({ findStatus }))).type).not.toBe('');
    const { fileSystem: hiding } = withCalls({
      findStatus: () => {
        throw systemError('EACCES');
      },
    });
    expect(lookForSyncProgram('/a/b', hiding)).toBeUndefined();
  });
});
