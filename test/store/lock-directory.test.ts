import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FileLock, processEnvironment } from '../../dist/store/index.js';
import {
  findLockHolder,
  type LockPlace,
  releaseLockDirectory,
  takeLockDirectory,
} from '../../dist/store/local/lock-directory.js';
import { createLockfileAdapter, type LockfileAdapterOptions } from '../../dist/store/local/lockfile-adapter.js';
import { failing } from './faulty-calls.js';
import { useLockPlace } from './lock-place.js';
import { systemError } from './watched-storage.js';

const { fileSystem } = processEnvironment;
const { draftsPath, lockPath, placeOn } = useLockPlace();

function take(place: LockPlace, holder: string): boolean {
  return takeLockDirectory(place, holder, processEnvironment.identity());
}

/** Windows refuses to rename onto any directory, with EPERM. */
function renameOfWindows(from: string, to: string): void {
  if (fs.existsSync(to)) throw systemError('EPERM');
  fileSystem.rename(from, to);
}

/** Fails with EPERM as Windows does; before it is asked again, `meanwhile` happens. */
function renameRefusedOnce(meanwhile: () => void): (from: string, to: string) => void {
  let isFirst = true;
  return (from, to) => {
    if (!isFirst) meanwhile();
    else {
      isFirst = false;
      throw systemError('EPERM');
    }
    fileSystem.rename(from, to);
  };
}

describe('where no directory can be renamed onto another one', () => {
  const windows = { rename: renameOfWindows };

  test('a lock that was left empty is taken', () => {
    fs.mkdirSync(lockPath());
    expect(take(placeOn(windows), 'a-1')).toBe(true);
    expect(findLockHolder(placeOn())?.name).toBe('a-1');
  });

  test('a lock that is held is not taken, and nothing of the trial is left', () => {
    take(placeOn(windows), 'a-1');
    expect(take(placeOn(windows), 'b-1')).toBe(false);
    expect([findLockHolder(placeOn())?.name, fs.readdirSync(draftsPath())]).toEqual(['a-1', []]);
  });

  test('a lock that another takes between two tries is theirs', () => {
    const rename = renameRefusedOnce(() => take(placeOn(), 'b-1'));
    expect(take(placeOn({ rename }), 'a-1')).toBe(false);
    expect([findLockHolder(placeOn())?.name, fs.readdirSync(draftsPath())]).toEqual(['b-1', []]);
  });

  test('a second try that fails for another reason says which, and leaves nothing', () => {
    const rename = renameRefusedOnce(() => {
      throw systemError('EIO');
    });
    expect(() => take(placeOn({ rename }), 'a-1')).toThrow(/EIO/);
    expect(fs.readdirSync(draftsPath())).toEqual([]);
  });
});

describe('what the system says about a lock is passed on', () => {
  test('when it cannot be taken, and nothing of the trial is left', () => {
    const rename = failing('EIO', () => true, fileSystem.rename);
    expect(() => take(placeOn({ rename }), 'a-1')).toThrow(/EIO/);
    expect(fs.readdirSync(draftsPath())).toEqual([]);
  });

  test('when it cannot be looked into', () => {
    const readDirectory = failing('EIO', (directory) => directory === lockPath(), fileSystem.readDirectory);
    expect(() => findLockHolder(placeOn({ readDirectory }))).toThrow(/EIO/);
  });

  test('when its holder cannot be read', () => {
    take(placeOn(), 'a-1');
    const readFile = failing('EIO', () => true, fileSystem.readFile);
    expect(() => findLockHolder(placeOn({ readFile }))).toThrow(/EIO/);
  });
});

describe('a lock', () => {
  test('that is let go between two looks has a holder of whom nothing is known', () => {
    take(placeOn(), 'a-1');
    const goneSince = placeOn({
      findStatus: (file) => {
        releaseLockDirectory(placeOn(), 'a-1');
        return fileSystem.findStatus(file);
      },
    });
    expect(findLockHolder(goneSince)).toEqual({ name: 'a-1', identity: undefined, version: 'a-1 0' });
  });

  test('whose directory cannot be removed yet is let go when it can be', () => {
    take(placeOn(), 'a-1');
    let isStubborn = true;
    const place = placeOn({ removeDirectory: failing('EIO', () => isStubborn, fileSystem.removeDirectory) });
    releaseLockDirectory(place, 'a-1');
    expect(fs.existsSync(lockPath())).toBe(true);
    isStubborn = false;
    releaseLockDirectory(place, 'a-1');
    expect(fs.existsSync(lockPath())).toBe(false);
  });

  test('has a shared mode only where shared holders have a place', async () => {
    const lock = new FileLock({ path: lockPath(), draftsPath: draftsPath(), environment: processEnvironment });
    await expect(lock.acquire({ mode: 'shared', holder: 'a-1' })).rejects.toThrow(/no shared mode/);
    expect(lock.listSharedHolders()).toEqual([]);
  });

  test('that cannot be let go by the library that refreshes it says so', async () => {
    const lock = new FileLock({ path: lockPath(), draftsPath: draftsPath(), environment: processEnvironment });
    const held = await lock.acquire({ mode: 'exclusive', holder: 'a-1' });
    await held.release();
    await held.release();
    expect(lock.findHolder()).toBeUndefined();
  });
});

describe('what proper-lockfile sees', () => {
  /** The adapter of one holding, and what it answers. */
  function adapterOf(
    options: Pick<LockfileAdapterOptions, 'take' | 'isOurs'> & Partial<Pick<LockfileAdapterOptions, 'releaseForGood'>>,
  ) {
    const calls = { release: () => {}, releaseForGood: () => {}, ...options };
    return createLockfileAdapter({ fileSystem, now: () => 42_000, ...calls });
  }

  test('of a lock that somebody else has is a fresh one, whatever the wall clock says', () => {
    const answers: unknown[] = [];
    const adapter = adapterOf({ take: () => false, isOurs: () => false });
    adapter.mkdir(lockPath(), (error) => answers.push(error));
    adapter.stat(lockPath(), (error, status) => answers.push(error, status?.mtime.getTime()));
    expect(answers).toEqual([expect.objectContaining({ code: 'EEXIST' }), null, 42_000]);
  });

  test('of a lock that was taken over is that it is gone', () => {
    const answers: unknown[] = [];
    let isOurs = true;
    const adapter = adapterOf({ take: () => true, isOurs: () => isOurs });
    adapter.mkdir(lockPath(), (error) => answers.push(error));
    adapter.stat(lockPath(), (error, status) => answers.push(error, status?.mtime.getTime()));
    isOurs = false;
    adapter.stat(lockPath(), (error) => answers.push(error));
    expect(answers).toEqual([null, null, 42_000, expect.objectContaining({ code: 'ENOENT' })]);
  });

  test('of a refresh that fails is the reason', () => {
    const answers: unknown[] = [];
    const adapter = adapterOf({ take: () => true, isOurs: () => true });
    adapter.utimes(lockPath(), new Date(), new Date(), (error) => answers.push(error));
    expect(answers).toEqual([expect.objectContaining({ code: 'ENOENT' })]);
  });

  test('at the end of the process is that the lock is let go', () => {
    let released = 0;
    const adapter = adapterOf({ take: () => true, isOurs: () => true, releaseForGood: () => released++ });
    adapter.rmdirSync(lockPath());
    expect(released).toBe(1);
  });
});
