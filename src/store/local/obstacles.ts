import path from 'node:path';
import { isSystemError, storeDamaged } from '../errors.js';
import type { FileSystem } from '../file-system.js';
import { RECORD_KINDS } from '../names.js';
import type { Layout } from './layout.js';

/**
 * What to throw for `error`: if a call failed because something else stands in the place of one of the store's
 * directories, the error that says so; otherwise `error` itself.
 */
export function explainObstacle(layout: Layout, fileSystem: FileSystem, error: unknown): unknown {
  if (!isSystemError(error, 'ENOTDIR', 'ELOOP')) return error;
  for (const directory of [layout.drafts, layout.trash, ...RECORD_KINDS.map(layout.records)]) {
    const kind = fileSystem.findStatus(directory)?.kind;
    if (kind === undefined || kind === 'directory') continue;
    const found = kind === 'file' ? 'a file' : 'a link or a special file';
    return storeDamaged(`${path.basename(directory)} in ${layout.root}: expected a directory, found ${found}`, error);
  }
  return error;
}
