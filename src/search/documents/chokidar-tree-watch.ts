import type { Stats } from 'node:fs';
import { relative, sep } from 'node:path';
import type { StartTreeWatch, WatchedTree } from './tree-watch.js';

/** Watches a tree with chokidar, which knows the ways of macOS, Windows and BSD. Loaded when first used. */
export const startChokidarTreeWatch: StartTreeWatch = async (tree, listener) => {
  const { watch } = await import('chokidar');
  const toPath = (absolute: string): string => relative(tree.root, absolute).split(sep).join('/');
  const watcher = watch(tree.root, {
    followSymlinks: false,
    // Waiting for a burst to end is done behind it, for all kinds of events alike.
    atomic: false,
    ignored: (absolute, stats) => isIgnored(tree, toPath(absolute), stats),
  });
  const onFile = (absolute: string): void => listener.onFile(toPath(absolute));
  watcher.on('add', onFile).on('change', onFile).on('unlink', onFile);
  watcher.on('unlinkDir', (absolute) => {
    const path = toPath(absolute);
    if (path === '') listener.onFailure(new Error('the root is gone'));
    else listener.onFolderGone(path);
  });
  watcher.on('error', (error) => {
    // Chokidar passes on that a folder may not be read; discovery reports the same with more to say.
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EACCES' || code === 'EPERM') return;
    listener.onFailure(error instanceof Error ? error : new Error(String(error)));
  });
  await new Promise<void>((resolve) => watcher.once('ready', resolve));
  return { close: () => watcher.close() };
};

/** Chokidar asks once knowing only the path, and again with what is there. */
function isIgnored(tree: WatchedTree, path: string, stats: Stats | undefined): boolean {
  if (path === '') return false;
  if (stats === undefined) return !tree.entersFolder(path) && !tree.wantsFile(path);
  return stats.isDirectory() ? !tree.entersFolder(path) : !tree.wantsFile(path);
}
