import { type Dirent, type FSWatcher, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { statIfThere } from './stat-if-there.js';
import type { StartTreeWatch, TreeListener, TreeWatch, WatchedTree } from './tree-watch.js';

// Watching and listing a folder takes about 0.1 ms; other work gets its turn in between.
const FOLDERS_PER_TURN = 32;

/**
 * Watches a tree by one inotify watch for each folder, which reports the files in it as well. For Linux, where one
 * process can only watch single folders; why not chokidar there is in `docs/decisions/0301-watching-folders.md`.
 */
export const startInotifyTreeWatch: StartTreeWatch = async (tree, listener) => {
  const watch = new InotifyTreeWatch(tree, listener);
  await watch.enter('');
  if (!watch.isWatching) listener.onFailure(new Error('the root is gone or may not be read'));
  return watch;
};

class InotifyTreeWatch implements TreeWatch {
  readonly #tree: WatchedTree;
  readonly #listener: TreeListener;
  readonly #watchers = new Map<string, FSWatcher>();
  /** Folders that this user may not read. */
  readonly #unreadable = new Set<string>();
  #isClosed = false;

  constructor(tree: WatchedTree, listener: TreeListener) {
    this.#tree = tree;
    this.#listener = listener;
  }

  get isWatching(): boolean {
    return this.#watchers.size > 0;
  }

  /** Watches a folder with all folders below, and reports the files that are there. */
  async enter(top: string): Promise<void> {
    const waiting = [top];
    let sinceTurn = 0;
    for (let folder = waiting.pop(); folder !== undefined && !this.#isClosed; folder = waiting.pop()) {
      // 1. Watch, 2. list: a file that comes after the listing is an event. The other order would lose it.
      if (this.#watch(folder)) waiting.push(...this.#list(folder));
      if (++sinceTurn % FOLDERS_PER_TURN === 0) await turn();
    }
  }

  close(): Promise<void> {
    this.#isClosed = true;
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
    return Promise.resolve();
  }

  /** False if the folder cannot be watched because it is gone or may not be read. */
  #watch(folder: string): boolean {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
    try {
      const watcher = watch(join(this.#tree.root, folder));
      watcher.on('change', (event, name) => this.#onEvent(folder, event, String(name)));
      watcher.on('error', (error) => this.#listener.onFailure(error));
      this.#watchers.set(folder, watcher);
      return true;
    } catch (error) {
      if (isForbidden(error)) {
        this.#unreadable.add(folder);
        this.#listener.onUnreadable(folder);
      } else if (!isAboutThisFolder(error))
        this.#listener.onFailure(error instanceof Error ? error : new Error(String(error)));
      return false;
    }
  }

  /** Reports the files of a folder and gives the folders in it that are to be watched. */
  #list(folder: string): readonly string[] {
    const folders: string[] = [];
    for (const entry of this.#readFolder(folder)) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (!entry.isDirectory()) this.#reportFile(path);
      else if (this.#tree.entersFolder(path)) folders.push(path);
    }
    return folders;
  }

  #readFolder(folder: string): readonly Dirent[] {
    try {
      return readdirSync(join(this.#tree.root, folder), { withFileTypes: true });
    } catch {
      // It went away; the event of the folder above says so.
      return [];
    }
  }

  #onEvent(folder: string, event: string, name: string): void {
    if (this.#isClosed) return;
    const path = folder === '' ? name : `${folder}/${name}`;
    if (event === 'rename') this.#onRename(folder, path);
    else this.#reportFile(path);
  }

  /** Something of this name came or went. */
  #onRename(folder: string, path: string): void {
    const isFolder = this.#isFolder(path);
    // Even if there is a folder now, it need not be the one that was watched.
    if (this.#watchers.has(path)) this.#leave(path);
    if (this.#unreadable.size > 0) this.#forgetUnreadable(path);
    // Even if it was not watched: a folder may have come and gone before its coming was told, and others have seen it.
    if (this.#tree.entersFolder(path)) this.#listener.onFolderGone(path);
    // Even if there is a folder now: it may have taken the name of a file a moment ago.
    this.#reportFile(path);
    if (isFolder) {
      if (this.#tree.entersFolder(path)) void this.enter(path);
    } else if (folder === '' && !this.#isFolder('')) {
      this.#listener.onFailure(new Error('the root is gone'));
    }
  }

  #leave(top: string): void {
    for (const [folder, watcher] of this.#watchers) {
      if (folder !== top && !folder.startsWith(`${top}/`)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
  }

  #forgetUnreadable(top: string): void {
    for (const folder of this.#unreadable) {
      if (folder !== top && !folder.startsWith(`${top}/`)) continue;
      this.#unreadable.delete(folder);
      this.#listener.onUnreadable(folder);
    }
  }

  #isFolder(path: string): boolean {
    return statIfThere(join(this.#tree.root, path))?.isDirectory() === true;
  }

  #reportFile(path: string): void {
    if (this.#tree.wantsFile(path)) this.#listener.onFile(path);
  }
}

/** Not readable by this user. */
function isForbidden(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'EACCES' || code === 'EPERM';
}

/** Gone, or replaced by a file: the rest of the tree can still be watched. */
function isAboutThisFolder(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP';
}
