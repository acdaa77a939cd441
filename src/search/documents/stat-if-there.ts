import { lstatSync, type Stats } from 'node:fs';

/** What is at the path; undefined if nothing is, or nobody can tell. */
export function statIfThere(path: string): Stats | undefined {
  const found = statUnlessUnreadable(path);
  return found === 'unreadable' ? undefined : found;
}

/** What is at the path; undefined if nothing is, `unreadable` if nobody can tell. */
export function statUnlessUnreadable(path: string): Stats | undefined | 'unreadable' {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    // A link that leads to itself leads nowhere.
    return error.code === 'ELOOP' ? undefined : 'unreadable';
  }
}
