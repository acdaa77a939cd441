import { join } from 'node:path';
import { fileStateOf } from './file-state.js';
import { folderIdentity } from './folder-identity.js';
import { statIfThere } from './stat-if-there.js';
import { findWorkTree, IGNORE_FILE } from './work-tree.js';

/**
 * The state of what decides on a project's documents and lies where no watch of its tree looks: which folder is at the
 * root, and the ignore files outside of it. Two that are equal tell that nothing of this has changed. Takes two or three
 * looks for each folder up to the top of the git work tree: 0.01 to 0.06 ms on a local disk.
 *
 * @param root real absolute path
 */
export function stateOfSurroundings(root: string): string {
  const tree = findWorkTree(root);
  const ignoreFiles = (tree?.foldersAbove ?? []).map((folder) => join(folder, IGNORE_FILE));
  const files = tree === undefined ? [] : [tree.excludeFile, ...ignoreFiles];
  // Not the times of the folder: they change with each file in it.
  return JSON.stringify([folderIdentity(root), tree?.top, files.map((path) => [path, stateOf(path)])]);
}

function stateOf(path: string): object | undefined {
  const stats = statIfThere(path);
  return stats && { ...fileStateOf(stats), mode: stats.mode };
}
