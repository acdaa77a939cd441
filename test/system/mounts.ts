/** File systems made for one test. They lie in memory, so that waiting for the disk does not slow the writers. */
import fs from 'node:fs';
import path from 'node:path';
import { makeTemporaryFolder } from '../store/with-store.js';
import { execute } from './machine.js';

/** The kinds that can be made in a file. */
export type DiskType = 'ext4' | 'xfs' | 'btrfs' | 'vfat';

/** How each kind is made; quiet, and with no work left for after the mount. */
const MAKE: Readonly<Record<DiskType, readonly string[]>> = {
  ext4: ['mkfs.ext4', '-q', '-E', 'lazy_itable_init=0,lazy_journal_init=0'],
  xfs: ['mkfs.xfs', '-q'],
  btrfs: ['mkfs.btrfs', '-q'],
  vfat: ['mkfs.vfat'],
};

/** A mounted file system, unmounted when it is disposed. */
export class Mount implements Disposable {
  readonly folder: string;

  /** @param parameters of mount(8), all but the mount point */
  constructor(parameters: readonly string[], folder: string = makeTemporaryFolder()) {
    this.folder = folder;
    execute('mount', ...parameters, folder);
  }

  static tmpfs(options: string): Mount {
    return new Mount(['-t', 'tmpfs', '-o', options, 'tmpfs']);
  }

  remount(options: string): void {
    execute('mount', '-o', `remount,${options}`, this.folder);
  }

  /** Takes it out of the tree; a second call does nothing. */
  [Symbol.dispose](): void {
    if (!fs.existsSync(this.folder)) return;
    // Lazily, for a test that fails leaves processes behind that are still being ended.
    execute('umount', '--lazy', this.folder);
    fs.rmdirSync(this.folder);
  }
}

/** A file system in a file, so that the file can be copied while the file system is in use. */
export class Disk implements Disposable {
  readonly type: DiskType;
  readonly image: string;
  #mount: Mount | undefined;

  /** @param image where to make it; or a copy of a disk, which is used as it is */
  constructor(type: DiskType, image: string, options: { readonly sizeMiB?: number; readonly isCopy?: boolean } = {}) {
    this.type = type;
    this.image = image;
    if (options.isCopy) return;
    fs.closeSync(fs.openSync(image, 'wx'));
    fs.truncateSync(image, (options.sizeMiB ?? 320) * 1024 * 1024);
    const [command = '', ...parameters] = MAKE[type];
    execute(command, ...parameters, image);
  }

  /** Mounts it, which replays its journal; answers the mount point. */
  mount(): string {
    this.#mount = new Mount(['-t', this.type, '-o', 'loop', this.image]);
    return this.#mount.folder;
  }

  /** What was not synced is gone from here on, and every call on an open file fails. ext4 and xfs only. */
  cutPower(): void {
    execute('xfs_io', '-x', '-c', 'shutdown', this.#mount?.folder ?? '');
  }

  unmount(): void {
    this.#mount?.[Symbol.dispose]();
    this.#mount = undefined;
  }

  [Symbol.dispose](): void {
    this.unmount();
    fs.rmSync(this.image, { force: true });
  }
}

/**
 * A folder whose files can be copied at one instant, whatever is being written to them: an xfs in memory, which shares
 * a file's blocks with its copy (reflink) under the lock that writes take.
 */
export class Vault implements Disposable {
  readonly #memory: Mount;
  readonly #disk: Disk;
  readonly folder: string;

  constructor(sizeMiB: number) {
    this.#memory = Mount.tmpfs(`size=${sizeMiB}m`);
    this.#disk = new Disk('xfs', path.join(this.#memory.folder, 'vault'), { sizeMiB });
    this.folder = this.#disk.mount();
  }

  /** What a disk holds at this instant: all that it was given to write, and nothing that is only in the page cache. */
  copyOf(disk: Disk, name: string): Disk {
    const image = path.join(this.folder, name);
    execute('cp', '--reflink=always', disk.image, image);
    return new Disk(disk.type, image, { isCopy: true });
  }

  [Symbol.dispose](): void {
    this.#disk[Symbol.dispose]();
    this.#memory[Symbol.dispose]();
  }
}
