/**
 * What proper-lockfile is given in place of `fs`: it goes on refreshing the lock, noticing a lost one and letting go
 * at exit, while taking, judging and letting go are done by `lock-directory.ts`.
 */
import type { FileSystem } from '../file-system.js';

/** The calls of proper-lockfile 4.1.2, and no others. */
export interface LockfileAdapter {
  mkdir(path: string, done: (error: Error | null) => void): void;
  rmdir(path: string, done: (error: Error | null) => void): void;
  rmdirSync(path: string): void;
  stat(path: string, done: (error: Error | null, status?: { readonly mtime: Date }) => void): void;
  utimes(path: string, accessed: Date, modified: Date, done: (error: Error | null) => void): void;
}

/** How the adapter takes and lets go. */
export interface LockfileAdapterOptions {
  readonly fileSystem: FileSystem;
  take(): boolean;
  /** Whether what was taken has not been taken over. */
  isOurs(): boolean;
  release(): void;
  /** Lets go in a process that ends. */
  releaseForGood(): void;
  now(): number;
}

/** An adapter for one holding of one lock. */
export function createLockfileAdapter(options: LockfileAdapterOptions): LockfileAdapter {
  const { fileSystem } = options;
  let isHeld = false;
  /** The library's first look at its new lock, which only asks how exact times are here; the lock is ours and fresh. */
  let isFirstLook = false;
  let refreshed = new Date(options.now());
  return {
    mkdir: (_path, done) =>
      answer(done, () => {
        isHeld = options.take();
        isFirstLook = isHeld;
        if (!isHeld) throw Object.assign(new Error('the lock is held'), { code: 'EEXIST' });
      }),
    rmdir: (_path, done) => answer(done, () => options.release()),
    rmdirSync: () => options.releaseForGood(),
    stat: (path, done) => {
      // Somebody else's lock always looks fresh: the library must never judge it by the wall clock.
      if (!isHeld) return done(null, { mtime: new Date(options.now()) });
      if (isFirstLook) {
        isFirstLook = false;
        return done(null, { mtime: refreshed });
      }
      answer(done, () => {
        // Losing a lock means that our file in it is gone, and nothing else: times are rounded and clocks jump. Where
        // that cannot be looked at, the library looks again until others may take the lock over.
        if (options.isOurs()) return { mtime: refreshed };
        throw Object.assign(new Error(`${path} was taken over`), { code: 'ENOENT' });
      });
    },
    utimes: (path, _accessed, modified, done) =>
      answer(done, () => {
        if (!isFirstLook) fileSystem.touch(path, modified.getTime());
        refreshed = modified;
      }),
  };
}

function answer<Answer>(done: (error: Error | null, answer?: Answer) => void, action: () => Answer): void {
  let failure: Error | null = null;
  let found: Answer | undefined;
  try {
    found = action();
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
  }
  done(failure, found);
}
