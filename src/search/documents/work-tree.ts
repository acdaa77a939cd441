import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { statIfThere } from './stat-if-there.js';

export const IGNORE_FILE = '.gitignore';

/** A `.git` file or a `commondir` holds one path. Bytes. */
const LONGEST_POINTER = 65_536;

/** The git work tree that a folder lies in, as far as it has a say in what is ignored there. Absolute paths. */
export interface WorkTree {
  readonly top: string;
  /** Where its `info/exclude` is, if it has one: in the repository that all work trees of it have in common. */
  readonly excludeFile: string;
  /** Folders from the top down to the one above that folder; none if it is the top itself. */
  readonly foldersAbove: readonly string[];
}

/** `undefined` if no folder from this one upwards has a `.git`. */
export function findWorkTree(root: string): WorkTree | undefined {
  for (let top = root; ; top = dirname(top)) {
    if (existsSync(join(top, '.git'))) {
      const excludeFile = join(commonDirectoryOf(join(top, '.git')), 'info', 'exclude');
      return { top, excludeFile, foldersAbove: foldersBetween(top, root) };
    }
    if (dirname(top) === top) return undefined;
  }
}

function foldersBetween(top: string, root: string): readonly string[] {
  if (top === root) return [];
  const names = relative(top, root).split(sep);
  return names.map((_, depth) => join(top, ...names.slice(0, depth)));
}

/**
 * The repository of a `.git`. Of a linked work tree or a submodule that is a file which names another folder, and that of a
 * linked work tree names the repository in its `commondir`: gitrepository-layout(5).
 */
function commonDirectoryOf(dotGit: string): string {
  const named = readPointer(dotGit)?.match(/^gitdir: (.+)$/)?.[1];
  const own = named === undefined ? dotGit : resolve(dirname(dotGit), named);
  return resolve(own, readPointer(join(own, 'commondir')) ?? '.');
}

/** The path in a file that holds nothing else; `undefined` if there is no such file. */
function readPointer(path: string): string | undefined {
  const stats = statIfThere(path);
  if (stats?.isFile() !== true || stats.size > LONGEST_POINTER) return undefined;
  try {
    return readFileSync(path, 'utf8').replace(/[\r\n]+$/, '');
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}
