/** Which part of a tree is watched. Paths are relative to the root, with `/`. */
export interface WatchedTree {
  /** Real absolute path. */
  readonly root: string;
  readonly entersFolder: (path: string) => boolean;
  /** Files that nobody asks for need not be reported. */
  readonly wantsFile: (path: string) => boolean;
}

export interface TreeListener {
  /** A file is there, changed or went away; also called for every file that is there at the start. */
  readonly onFile: (path: string) => void;
  /** What has this name may be another now, or gone, and with it everything below if it was a folder. */
  readonly onFolderGone: (path: string) => void;
  /** A folder may not be read, or what could not be read has changed: single files do not tell what is in it. */
  readonly onUnreadable: (folder: string) => void;
  /** From here on changes may go unseen. */
  readonly onFailure: (error: Error) => void;
}

export interface TreeWatch {
  close(): Promise<void>;
}

/** Resolves when every change from now on is seen. Failures go to the listener, it never rejects. */
export type StartTreeWatch = (tree: WatchedTree, listener: TreeListener) => Promise<TreeWatch>;
