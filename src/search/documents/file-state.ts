import type { Stats } from 'node:fs';

/** What tells one state of a file from another without reading it. Times in milliseconds since 1970, with fractions. */
export interface FileState {
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** When the file or what is recorded about it last changed; programs that restore `modifiedMs` cannot set it. */
  readonly changedMs: number;
  readonly inode: number;
}

export function fileStateOf(stats: Stats): FileState {
  return { sizeBytes: stats.size, modifiedMs: stats.mtimeMs, changedMs: stats.ctimeMs, inode: stats.ino };
}

export function isSameState(a: FileState, b: FileState): boolean {
  return (
    a.sizeBytes === b.sizeBytes && a.modifiedMs === b.modifiedMs && a.changedMs === b.changedMs && a.inode === b.inode
  );
}
