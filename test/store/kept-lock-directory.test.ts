import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { processEnvironment } from '../../dist/store/index.js';
import { KeptLockDirectory } from '../../dist/store/local/kept-lock-directory.js';
import { findHolderName, removeHolder, takeLockDirectory } from '../../dist/store/local/lock-directory.js';
import { useLockPlace } from './lock-place.js';
import { systemError } from './watched-storage.js';
import { withStore, writing } from './with-store.js';

const { fileSystem } = processEnvironment;
const identity = processEnvironment.identity();
const { draftsPath, lockPath, placeOn } = useLockPlace();
const drafts = (): readonly string[] => fs.readdirSync(draftsPath());
const inodeOfLock = (): number => fs.statSync(lockPath()).ino;

/** Somebody takes the lock from a holder whom he takes for dead. */
function steal(from: string): void {
  removeHolder(placeOn(), from);
  expect(takeLockDirectory(placeOn(), 'thief-1', identity)).toBe(true);
}

describe('a lock directory that is kept', () => {
  test('is the same for each holding, under a new name', () => {
    const kept = new KeptLockDirectory(placeOn());
    expect(kept.take('a-1', identity)).toBe(true);
    const inode = inodeOfLock();
    kept.release('a-1');
    expect([fs.existsSync(lockPath()), drafts()]).toEqual([false, ['a-1']]);
    expect(kept.take('a-2', identity)).toBe(true);
    expect([findHolderName(placeOn()), inodeOfLock(), drafts()]).toEqual(['a-2', inode, []]);
  });

  test('waits for its turn without being made again', () => {
    takeLockDirectory(placeOn(), 'other-1', identity);
    const kept = new KeptLockDirectory(placeOn());
    expect([kept.take('a-1', identity), kept.take('a-2', identity), drafts()]).toEqual([false, false, ['a-1']]);
    removeHolder(placeOn(), 'other-1');
    expect([kept.take('a-3', identity), findHolderName(placeOn())]).toEqual([true, 'a-3']);
  });

  test('is gone when it was not used for a while', async () => {
    const kept = new KeptLockDirectory(placeOn());
    kept.take('a-1', identity);
    kept.release('a-1');
    await expect.poll(drafts).toEqual([]);
    expect(kept.take('a-2', identity)).toBe(true);
  });

  test('is gone when it is discarded', () => {
    const kept = new KeptLockDirectory(placeOn());
    kept.take('a-1', identity);
    kept.release('a-1');
    kept.discard();
    expect(drafts()).toEqual([]);
  });

  test('that somebody has cleared away is made anew', () => {
    const kept = new KeptLockDirectory(placeOn());
    kept.take('a-1', identity);
    kept.release('a-1');
    fs.rmSync(path.join(draftsPath(), 'a-1'), { recursive: true });
    expect([kept.take('a-2', identity), findHolderName(placeOn())]).toEqual([true, 'a-2']);
  });

  test('says who holds the lock now', () => {
    const kept = new KeptLockDirectory(placeOn());
    kept.take('a-1', identity);
    kept.release('a-1');
    kept.take('a-2', { ...identity, pid: 42 });
    expect(JSON.parse(fs.readFileSync(path.join(lockPath(), 'a-2'), 'utf8'))).toMatchObject({ pid: 42 });
    expect(drafts()).toEqual([]);
  });
});

describe('a lock that was stolen', () => {
  test('stays with the thief when it is let go', () => {
    const kept = new KeptLockDirectory(placeOn());
    kept.take('a-1', identity);
    steal('a-1');
    kept.release('a-1');
    expect([findHolderName(placeOn()), drafts()]).toEqual(['thief-1', []]);
  });

  test('while it is let go is given back', () => {
    let isStolen = false;
    const rename = (from: string, to: string): void => {
      if (from === lockPath() && !isStolen) {
        isStolen = true;
        steal('a-1');
      }
      fileSystem.rename(from, to);
    };
    const kept = new KeptLockDirectory(placeOn({ rename }));
    kept.take('a-1', identity);
    kept.release('a-1');
    expect([isStolen, findHolderName(placeOn()), drafts()]).toEqual([true, 'thief-1', []]);
  });

  test('while it is let go, and cannot be given back, is free', () => {
    let moves = 0;
    const rename = (from: string, to: string): void => {
      if (from === lockPath() && moves++ === 0) steal('a-1');
      if (moves === 1 && to === lockPath()) throw systemError('EIO');
      fileSystem.rename(from, to);
    };
    const kept = new KeptLockDirectory(placeOn({ rename }));
    takeLockDirectory(placeOn(), 'a-1', identity);
    kept.release('a-1');
    expect([findHolderName(placeOn()), drafts()]).toEqual([undefined, []]);
  });
});

test('a lock that cannot be moved away is let go all the same', () => {
  const rename = (from: string, to: string): void => {
    if (from === lockPath()) throw systemError('EACCES');
    fileSystem.rename(from, to);
  };
  const kept = new KeptLockDirectory(placeOn({ rename }));
  kept.take('a-1', identity);
  kept.release('a-1');
  expect([fs.existsSync(lockPath()), drafts()]).toEqual([false, []]);
});

test('a store that was closed leaves nothing among the drafts', () =>
  withStore(async (store) => {
    const other = await store.open();
    await other.update(writing('a', '1'));
    await other.close();
    expect(store.list('drafts')).toEqual([]);
  }));
