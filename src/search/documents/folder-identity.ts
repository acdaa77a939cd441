import { statSync } from 'node:fs';

/** Which folder is at a path, whatever is in it: two that are equal are one. `undefined` if none is, or nobody can tell. */
export function folderIdentity(path: string): string | undefined {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stats && `${stats.dev} ${stats.ino}`;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}
