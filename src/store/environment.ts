import { randomBytes } from 'node:crypto';
import os from 'node:os';
import type { Check } from '../arguments/index.js';
import { isLike } from './argument-checks.js';
import type { FileSystem } from './file-system.js';
import { nodeFileSystem } from './local/node-file-system.js';
import { type ProcessIdentity, readOwnIdentity } from './process-identity.js';

/** Time, chance, the file system and the process itself, as arguments so that a test can hold them. */
export interface Environment {
  readonly fileSystem: FileSystem;
  /** Wall clock, milliseconds since 1970; may jump. */
  now(): number;
  /** Milliseconds that only go forward, from any start. */
  monotonicMs(): number;
  /** Resolves after about `ms` milliseconds. */
  sleep(ms: number): Promise<void>;
  /** A number in [0, 1). */
  random(): number;
  /** A new id of 16 lower-case hex digits that nobody else has. */
  uniqueId(): string;
  /** Who this process is, to others that look whether it lives. */
  identity(): ProcessIdentity;
}

/** The real environment of this process. */
export const processEnvironment: Environment = {
  fileSystem: nodeFileSystem,
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: () => Math.random(),
  uniqueId: () => randomBytes(8).toString('hex'),
  identity: () => readOwnIdentity({ host: os.hostname(), pid: process.pid }),
};

/** Whatever replaces a part of the environment replaces that part of the real one. */
export const ENVIRONMENT: Check = {
  expected: 'an environment: `{ ...processEnvironment, … }`, with all of its fields',
  allows: (value) =>
    isLike(value, processEnvironment) && isLike(Object(value).fileSystem, processEnvironment.fileSystem),
};
