import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { Environment } from '../../dist/store/index.js';
import type { LockPlace } from '../../dist/store/local/lock-directory.js';
import { withCalls } from './faulty-calls.js';
import { makeTemporaryFolder } from './with-store.js';

/** Where the tests of a file have their lock; empty for each test. */
export interface LockScene {
  readonly draftsPath: () => string;
  readonly lockPath: () => string;
  /** The lock's place, some of whose calls go another way. */
  readonly placeOn: (changed?: Partial<Environment['fileSystem']>) => LockPlace;
}

export function useLockPlace(): LockScene {
  let folder = '';
  const draftsPath = (): string => path.join(folder, 'drafts');
  const lockPath = (): string => path.join(folder, 'test.lock');
  beforeEach(() => {
    folder = makeTemporaryFolder();
    fs.mkdirSync(draftsPath());
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));
  const placeOn: LockScene['placeOn'] = (changed = {}) => ({
    fileSystem: withCalls(changed).fileSystem,
    path: lockPath(),
    draftsPath: draftsPath(),
    isHolder: () => true,
  });
  return { draftsPath, lockPath, placeOn };
}
