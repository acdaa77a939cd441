/** File systems that lack one thing, made by `programs/odd-fs.c`, which is compiled when it is first wanted. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { TestContext } from 'vitest';
import { makeTemporaryFolder } from '../store/with-store.js';
import { programPath } from './counters.js';
import { execute, requireMachine } from './machine.js';

/** What the file system lacks, or does to names; `errno` is what it says to fsync of a directory. */
export type Oddity =
  | 'no-links'
  | 'replacing-rename'
  | 'folding-case'
  | { readonly errno: 'EINVAL' | 'ENOTSUP' | 'EIO' };

const { errno: ERRNO } = os.constants;
const FUSE_HEADERS = '/usr/include/fuse3';
const MOUNT_LOOK_MS = 5;

/** Skips the test where no such file system can be made. */
export function requireOddMounts(context: TestContext): void {
  requireMachine(context, {
    mounts: true,
    fileSystems: ['fuse'],
    commands: ['gcc', 'umount'],
    files: ['/dev/fuse', `${FUSE_HEADERS}/fuse.h`],
  });
}

/** One mounted, unmounted when it is disposed. */
export class OddMount implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #ownBacking: string | undefined;
  #complaint = '';
  /** Where the file system is seen; the same files are in the backing folder. */
  readonly folder: string;

  /** @param backing an existing folder, absolute; by default one that goes with the mount */
  static async make(oddity: Oddity, backing?: string): Promise<OddMount> {
    const mount = new OddMount(oddity, backing);
    while (!isMountPoint(mount.folder)) {
      if (mount.#process.exitCode !== null) throw new Error(`odd-fs: ${mount.#complaint}`);
      await pause(MOUNT_LOOK_MS);
    }
    return mount;
  }

  private constructor(oddity: Oddity, backing: string | undefined) {
    this.folder = makeTemporaryFolder();
    this.#ownBacking = backing === undefined ? makeTemporaryFolder() : undefined;
    const inWords = typeof oddity === 'string' ? oddity : `no-directory-sync=${ERRNO[oddity.errno]}`;
    const parameters = [backing ?? this.#ownBacking ?? '', this.folder, inWords];
    this.#process = spawn(program(), parameters, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#process.stderr?.on('data', (piece) => {
      this.#complaint += String(piece);
    });
    this.#ended = once(this.#process, 'close');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    execute('umount', '--lazy', this.folder);
    await this.#ended;
    fs.rmdirSync(this.folder);
    if (this.#ownBacking !== undefined) fs.rmSync(this.#ownBacking, { recursive: true });
  }
}

function isMountPoint(folder: string): boolean {
  return fs.readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${folder} `);
}

let compiled: string | undefined;

function program(): string {
  if (compiled !== undefined) return compiled;
  const made = path.join(makeTemporaryFolder(), 'odd-fs');
  const libraries = [`-I${FUSE_HEADERS}`, '-D_FILE_OFFSET_BITS=64', '-lfuse3', '-lpthread'];
  execute('gcc', '-O1', '-Wall', '-Werror', '-o', made, programPath('odd-fs.c'), ...libraries);
  process.once('exit', () => fs.rmSync(path.dirname(made), { recursive: true }));
  compiled = made;
  return made;
}
