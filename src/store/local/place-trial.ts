/** Whether a store could be written at a place, or made there, found out without leaving anything behind. */
import type { Environment } from '../environment.js';
import { StoreError } from '../errors.js';
import { trialFolder } from './file-system-survey.js';
import { layoutOf } from './layout.js';
import { nearestExisting } from './obstacles.js';
import { requireExclusiveRename, requirePlaceForStore } from './preparation.js';
import { mayWrite } from './rights.js';

/**
 * Tries it in a folder that is removed again, among the drafts of the store there, or in the nearest directory.
 * @throws StoreError what opening the store for writing would; errors of the system as they are
 */
export function requireWritablePlace(root: string, environment: Environment): void {
  const { fileSystem } = environment;
  const layout = layoutOf(root);
  const found = requirePlaceForStore(layout, fileSystem);
  const written = found === 'a store' ? [root, layout.generations] : [root];
  const closed = written.find((directory) => !mayWrite(directory));
  if (closed !== undefined) throw notWritable(root, closed);
  requireExclusiveRename(layout, fileSystem, trialFolder(environment, root, nearestExisting(fileSystem, root)));
}

function notWritable(root: string, closed: string): StoreError {
  return new StoreError('STORE_READ_ONLY', `store ${root}: this user may not write in ${closed}`, {
    remedy: 'Make it writable for this user, or name another directory.',
  });
}
