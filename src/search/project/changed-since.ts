/** A quick look for signs that documents changed, which reads nothing and lists nothing. */
import { dirname, join, sep } from 'node:path';
import { statIfThere } from '../documents/index.js';
import type { ProjectIndexOptions } from './options.js';

/** File times come from a clock that may be so much behind the process's. */
const CLOCK_LAG_MS = 20;

/**
 * True if one of the documents `paths`, or a folder in which or above which they lie, is gone or was changed after
 * `sinceMs`. A file that is made, moved or removed changes its folder. Says nothing of folders that hold no document.
 *
 * @param sinceMs milliseconds since 1970
 */
export function hasChangedSince(
  { root, documentsPath }: Pick<ProjectIndexOptions, 'root' | 'documentsPath'>,
  paths: readonly string[],
  sinceMs: number,
): boolean {
  const folders = new Set(documentsPath.map((path) => join(root, path)));
  const isOld = (path: string): boolean => {
    const stats = statIfThere(path);
    return stats !== undefined && Math.max(stats.mtimeMs, stats.ctimeMs) < sinceMs - CLOCK_LAG_MS;
  };
  for (const path of paths) {
    const file = `${root}${sep}${path}`;
    if (!isOld(file)) return true;
    for (let folder = dirname(file); folder.length > root.length && !folders.has(folder); folder = dirname(folder)) {
      folders.add(folder);
    }
  }
  for (const folder of folders) if (!isOld(folder)) return true;
  return false;
}
