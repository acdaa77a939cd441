import { lstatSync, type Stats } from 'node:fs';

/** What is at the path; undefined if nothing is, or nobody can tell. */
export function statIfThere(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}
