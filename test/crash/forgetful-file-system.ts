/** The file system of the store's `Environment` on a disk in memory. With a journal, the disk knows what it may forget. */
import type { Environment } from '../../dist/store/index.js';
import { BLOCK_BYTES, Content } from './content.js';
import type { EntryChange, Journal } from './journal.js';
import { DirectoryNode, type DiskNode, FileNode } from './nodes.js';

type FileSystem = Environment['fileSystem'];

/** Calls of the store that this disk ignores although it answers them: how the tests see violations found. */
export interface Disobedience {
  /** True for a file whose sync is not done. */
  readonly ignoresSyncOfFile?: (path: string) => boolean;
  /** True for a directory whose sync is not done. */
  readonly ignoresSyncOfDirectory?: (path: string) => boolean;
}

/** What a disk in memory is mounted with. */
export interface MountOptions {
  /** No two mounts of one disk have the same: it is part of the names that `replaceFile` makes. */
  readonly name: string;
  readonly journal?: Journal;
  readonly now: () => number;
  /** Awaited before and after each call that waits for the disk, so that others come in between. */
  readonly turn?: () => Promise<void>;
  readonly disobedience?: Disobedience;
}

const NO_TURN = async (): Promise<void> => {};

/** Mounts the disk at `/`. */
export function mountDisk(root: DirectoryNode, options: MountOptions): FileSystem {
  const disk = new MountedDisk(root, options);
  return {
    readDirectory: (path) => [...disk.requireDirectory(path).entries.keys()],
    // What was written never changes, so nobody needs a copy of it.
    readFile: (path) => disk.requireFile(path).content.bytes,
    findStatus: (path) => disk.findStatus(path),
    openFile: (path) => disk.openFile(path),
    makeDirectory: (path) => disk.makeDirectory(path),
    removeDirectory: (path) => disk.removeDirectory(path),
    removeFile: (path) => disk.removeFile(path),
    deleteFile: (path) => disk.deleteFile(path),
    deleteDirectory: (path) => disk.deleteDirectory(path),
    rename: (from, to) => disk.rename(from, to),
    linkFile: (from, to) => disk.linkFile(from, to),
    touch: (path) => disk.touch(path),
    createFile: (path, bytes) => void disk.createFile(path, bytes),
    writeFile: (path, bytes, how) => disk.writeFile(path, bytes, how),
    writeUnsynced: (path, bytes) => disk.writeUnsynced(path, bytes),
    syncFile: (path) => disk.syncFile(path),
    syncDirectory: (path) => disk.syncDirectory(path),
    replaceFile: (path, content, onTemporary) => disk.replaceFile(path, content, onTemporary),
    typeOf: () => 'ext4',
    watchDirectory: () => ({ close: () => {} }),
  };
}

class MountedDisk {
  readonly #root: DirectoryNode;
  readonly #options: MountOptions;
  readonly #turn: () => Promise<void>;
  /** Directories by path, until one is moved or removed. */
  readonly #known = new Map<string, DirectoryNode>();
  #replaced = 0;

  constructor(root: DirectoryNode, options: MountOptions) {
    this.#root = root;
    this.#options = options;
    this.#turn = options.turn ?? NO_TURN;
  }

  requireDirectory(path: string): DirectoryNode {
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    if (path === '/') return this.#root;
    const node = this.#require(path);
    if (node.kind !== 'directory') throw systemError('ENOTDIR', path);
    this.#known.set(path, node);
    return node;
  }

  requireFile(path: string): FileNode {
    const node = this.#require(path);
    if (node.kind !== 'file') throw systemError('EISDIR', path);
    return node;
  }

  findStatus(path: string): ReturnType<FileSystem['findStatus']> {
    if (path === '/') return { kind: 'directory', sizeBytes: 0, modifiedMs: 0, inode: 0, bornMs: 0 };
    const cut = path.lastIndexOf('/');
    const directory = this.#findDirectory(path.slice(0, cut) || '/');
    const node = directory?.entries.get(path.slice(cut + 1));
    if (node === undefined) return undefined;
    const { kind, modifiedMs } = node;
    const sizeBytes = node.kind === 'file' ? node.content.bytes.byteLength : 0;
    // Nothing here is put in the place of something else.
    return { kind, sizeBytes, modifiedMs, inode: 0, bornMs: 0 };
  }

  openFile(path: string): ReturnType<FileSystem['openFile']> {
    const { bytes } = this.requireFile(path).content;
    return {
      sizeBytes: bytes.byteLength,
      read: (offset, lengthBytes) => {
        if (offset + lengthBytes > bytes.byteLength) throw new RangeError(`${path} ends at ${bytes.byteLength}`);
        return bytes.subarray(offset, offset + lengthBytes);
      },
      readInto: (offset, target) => {
        if (offset + target.byteLength > bytes.byteLength) throw new RangeError(`${path} ends at ${bytes.byteLength}`);
        target.set(bytes.subarray(offset, offset + target.byteLength));
      },
      close: () => {},
    };
  }

  makeDirectory(path: string): void {
    const [directory, name] = [this.#directoryOf(path), nameIn(path)];
    if (directory.entries.has(name)) throw systemError('EEXIST', path);
    const node = new DirectoryNode();
    node.modifiedMs = this.#options.now();
    this.#change({ directory, name, node, path });
  }

  removeDirectory(path: string): void {
    const [directory, name] = [this.#directoryOf(path), nameIn(path)];
    const node = requireIn(directory, name, path);
    if (node.kind !== 'directory') throw systemError('ENOTDIR', path);
    if (node.entries.size > 0) throw systemError('ENOTEMPTY', path);
    this.#change({ directory, name, node: undefined, path });
    this.#forgetPath(path);
  }

  removeFile(path: string): void {
    const [directory, name] = [this.#directoryOf(path), nameIn(path)];
    if (requireIn(directory, name, path).kind !== 'file') throw systemError('EISDIR', path);
    this.#change({ directory, name, node: undefined, path });
  }

  async deleteFile(path: string): Promise<void> {
    await this.#turn();
    this.removeFile(path);
    await this.#turn();
  }

  async deleteDirectory(path: string): Promise<void> {
    await this.#turn();
    this.removeDirectory(path);
    await this.#turn();
  }

  rename(from: string, to: string): void {
    const [source, target] = [this.#directoryOf(from), this.#directoryOf(to)];
    const [oldName, newName] = [nameIn(from), nameIn(to)];
    const node = requireIn(source, oldName, from);
    const replaced = target.entries.get(newName);
    if (replaced === node) return;
    if (replaced?.kind === 'directory') {
      if (node.kind === 'file') throw systemError('EISDIR', to);
      if (replaced.entries.size > 0) throw systemError('ENOTEMPTY', to);
    } else if (replaced !== undefined && node.kind === 'directory') throw systemError('ENOTDIR', to);
    this.#change(
      { directory: target, name: newName, node, path: to },
      { directory: source, name: oldName, node: undefined, path: from },
    );
    if (node.kind === 'file') return;
    this.#forgetPath(from);
    this.#forgetPath(to);
  }

  linkFile(from: string, to: string): void {
    const [directory, name] = [this.#directoryOf(to), nameIn(to)];
    const node = this.requireFile(from);
    if (directory.entries.has(name)) throw systemError('EEXIST', to);
    this.#change({ directory, name, node, path: to });
  }

  /** Now, whatever time was asked for: a library in between asks the real clock. */
  touch(path: string): void {
    this.#require(path).modifiedMs = this.#options.now();
  }

  createFile(path: string, bytes: Uint8Array): FileNode {
    const [directory, name] = [this.#directoryOf(path), nameIn(path)];
    if (directory.entries.has(name)) throw systemError('EEXIST', path);
    const file = new FileNode();
    file.modifiedMs = this.#options.now();
    this.#change({ directory, name, node: file, path });
    this.#write(file, bytes, path);
    return file;
  }

  async writeFile(path: string, bytes: Uint8Array, { sync }: { readonly sync: boolean }): Promise<void> {
    const file = this.createFile(path, bytes);
    await this.#turn();
    if (!sync) return;
    this.#syncNode(file, path);
    await this.#turn();
  }

  async writeUnsynced(path: string, bytes: Uint8Array): ReturnType<FileSystem['writeUnsynced']> {
    const file = this.createFile(path, bytes);
    await this.#turn();
    return {
      sync: async () => {
        await this.#turn();
        this.#syncNode(file, path);
        await this.#turn();
      },
      abandon: () => {},
    };
  }

  async syncFile(path: string): Promise<void> {
    const file = this.requireFile(path);
    await this.#turn();
    this.#syncNode(file, path);
    await this.#turn();
  }

  async syncDirectory(path: string): Promise<void> {
    const directory = this.requireDirectory(path);
    await this.#turn();
    if (this.#options.disobedience?.ignoresSyncOfDirectory?.(path) !== true)
      this.#options.journal?.note({ kind: 'sync directory', directory, path });
    await this.#turn();
  }

  replaceFile(path: string, content: string, onTemporary: (path: string) => void): void {
    this.#replaced += 1;
    // Nothing but digits, as write-file-atomic names it.
    const mount = Buffer.from(this.#options.name).join('');
    const temporary = `${path}.${mount}${this.#replaced}`;
    this.createFile(temporary, Buffer.from(content));
    onTemporary(temporary);
    this.rename(temporary, path);
  }

  #forgetPath(path: string): void {
    const below = `${path}/`;
    for (const known of this.#known.keys()) if (known === path || known.startsWith(below)) this.#known.delete(known);
  }

  #syncNode(file: FileNode, path: string): void {
    if (this.#options.disobedience?.ignoresSyncOfFile?.(path) === true) return;
    this.#options.journal?.note({ kind: 'sync file', file, path });
  }

  #write(file: FileNode, bytes: Uint8Array, path: string): void {
    const whole = new Content(new Uint8Array(bytes));
    const { journal } = this.#options;
    // A crash may fall within a write: after each of its blocks.
    for (let end = BLOCK_BYTES; journal !== undefined && end < bytes.byteLength; end += BLOCK_BYTES) {
      const content = new Content(whole.bytes.slice(0, end));
      journal.note({ kind: 'content', file, content, path });
    }
    file.content = whole;
    if (bytes.byteLength > 0) journal?.note({ kind: 'content', file, content: whole, path });
  }

  #change(...changes: readonly EntryChange[]): void {
    for (const { directory, name, node } of changes) {
      if (node === undefined) directory.entries.delete(name);
      else directory.entries.set(name, node);
      directory.modifiedMs = this.#options.now();
    }
    this.#options.journal?.note({ kind: 'entries', changes });
  }

  #directoryOf(path: string): DirectoryNode {
    return this.requireDirectory(path.slice(0, path.lastIndexOf('/')) || '/');
  }

  #require(path: string): DiskNode {
    return requireIn(this.#directoryOf(path), nameIn(path), path);
  }

  #findDirectory(path: string): DirectoryNode | undefined {
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    if (path === '/') return this.#root;
    const cut = path.lastIndexOf('/');
    const node = this.#findDirectory(path.slice(0, cut) || '/')?.entries.get(path.slice(cut + 1));
    if (node?.kind !== 'directory') return undefined;
    this.#known.set(path, node);
    return node;
  }
}

function nameIn(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function requireIn(directory: DirectoryNode, name: string, path: string): DiskNode {
  const node = directory.entries.get(name);
  if (node === undefined) throw systemError('ENOENT', path);
  return node;
}

class SystemError extends Error {
  readonly code: string;

  constructor(code: string, path: string) {
    super(`${code}: ${path}`);
    this.code = code;
  }
}

function systemError(code: string, path: string): Error {
  return new SystemError(code, path);
}
