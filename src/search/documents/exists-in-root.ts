import { realpathSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';

/**
 * True if there is a file or folder of that path inside the root. Links are followed as far as they stay inside.
 *
 * @param root real absolute path
 * @param path relative to the root, with `/`; `''` is the root
 */
export function existsInRoot(root: string, path: string): boolean {
  if (path.includes('\0')) return false;
  try {
    const inside = relative(root, realpathSync.native(join(root, path)));
    // Another drive of Windows has no relative path.
    return inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside);
  } catch (error) {
    // Whatever keeps it from being looked at keeps readers of the document from following the link.
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}
