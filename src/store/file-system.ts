/** What a directory entry is, without following links. */
export interface FileStatus {
  readonly kind: 'file' | 'directory' | 'other';
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** What no other entry of the file system has at the same time. */
  readonly inode: number;
  /** When it was made, where that is kept. */
  readonly bornMs: number;
}

/** Manifests and records are smaller, 512 MiB: what is larger was not written here. */
export const LARGEST_WHOLE_FILE_BYTES: number = 2 ** 29;

/** A file open for reading; keeps its content readable even after the name is gone. */
export interface OpenFile {
  readonly sizeBytes: number;
  /** Exactly `lengthBytes` bytes from `offset`. @throws if the file is shorter. */
  read(offset: number, lengthBytes: number): Uint8Array;
  /** Fills `target` with the bytes from `offset`. @throws if the file is shorter. */
  readInto(offset: number, target: Uint8Array): void;
  /** Lets the handle go; nothing can be read any more. */
  close(): void;
}

/** A file that has all its bytes, of which the disk may not know yet. It stays open until one of the two is called. */
export interface UnsyncedFile {
  /** Waits until its bytes are on the disk. @throws if they are not, and then they may never be */
  sync(): Promise<void>;
  /** Gives up waiting. Never throws. */
  abandon(): void;
}

/**
 * The operating system's calls that the store makes; every path is absolute. Metadata calls are synchronous because
 * each takes microseconds and its asynchronous twin twice that; what waits for the disk is asynchronous.
 * All of them throw the system's own errors, with its `code`.
 */
export interface FileSystem {
  readDirectory(path: string): readonly string[];
  /** A manifest or record as a whole; without bytes, as nothing that means anything, where it is beyond `LARGEST_WHOLE_FILE_BYTES`. */
  readFile(path: string): Uint8Array;
  /** The entry itself, not what a link leads to; `undefined` if there is none. */
  findStatus(path: string): FileStatus | undefined;
  openFile(path: string): OpenFile;
  makeDirectory(path: string): void;
  removeDirectory(path: string): void;
  removeFile(path: string): void;
  /** As `removeFile`, away from the calling thread: giving blocks back can take as long as a sync. */
  deleteFile(path: string): Promise<void>;
  /** As `removeDirectory`, away from the calling thread. */
  deleteDirectory(path: string): Promise<void>;
  /** Fails with ENOTEMPTY or EEXIST if `to` is a directory that is not empty; replaces a file. */
  rename(from: string, to: string): void;
  /** A second name of the same file (link(2)). @throws EEXIST if it is taken; EPERM, ENOTSUP, EXDEV, … where there can be none */
  linkFile(from: string, to: string): void;
  /** Sets the time of last change, in milliseconds. */
  touch(path: string, modifiedMs: number): void;
  /** Creates a small file with all its bytes. @throws EEXIST if the name is taken. */
  createFile(path: string, bytes: Uint8Array): void;
  /** Creates a file with all its bytes, and waits until they are on the disk if `sync`. @throws EEXIST if the name is taken. */
  writeFile(path: string, bytes: Uint8Array, options: { readonly sync: boolean }): Promise<void>;
  /** As `writeFile` without `sync`, which the caller asks for later: one wait for the disk then serves many files. */
  writeUnsynced(path: string, bytes: Uint8Array): Promise<UnsyncedFile>;
  syncFile(path: string): Promise<void>;
  /** Makes the entries of a directory durable; does nothing where the platform has no such call. */
  syncDirectory(path: string): Promise<void>;
  /**
   * Replaces a small file in one step, without waiting for the disk.
   * @param onTemporary hears what is written first and may stay behind after an error
   */
  replaceFile(path: string, content: string, onTemporary: (path: string) => void): void;
  /** What the operating system calls the file system below `path`: `ext4`, `nfs`, …; `unknown` if it does not say. */
  typeOf(path: string): string;
  /** Calls back when entries of the directory change, as well as the platform can tell. */
  watchDirectory(path: string, onChange: () => void): { close(): void };
}

/** Second names and shared copies of a file, as exporting and probing want them. */
export interface FileCopying extends Pick<FileSystem, 'linkFile'> {
  /**
   * A copy that shares its blocks until one of the two is changed (ioctl_ficlonerange(2), clonefile(2)).
   * @throws ENOTSUP, ENOSYS, EXDEV, EINVAL, … where there can be none
   */
  cloneFile(from: string, to: string): void;
}
