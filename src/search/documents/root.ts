import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { SearchError } from '../errors.js';
import { describeForbiddenRoot, type RootPolicy } from './forbidden-roots.js';

/**
 * The real absolute path of a project root: symlinks resolved, checked to be a folder that may be indexed.
 *
 * @param path absolute, or relative to the working directory
 * @param policy default: this user's home and temporary directories on this platform
 * @throws SearchError `ROOT_MISSING`, `ROOT_NOT_A_DIRECTORY`, `ROOT_FORBIDDEN` (see `describeForbiddenRoot`),
 *   `ROOT_UNREADABLE`
 */
export function resolveRoot(path: string, policy: RootPolicy = policyOfThisMachine()): string {
  const real = realPathOfRoot(resolve(path));
  if (!statSync(real).isDirectory()) {
    throw new SearchError('ROOT_NOT_A_DIRECTORY', `root ${path}: is not a directory`, {
      remedy: 'Name the folder that holds the documents, not a file in it.',
    });
  }
  const reason = describeForbiddenRoot(real, policy);
  if (reason !== undefined) {
    throw new SearchError('ROOT_FORBIDDEN', `root ${path}: is ${reason}${real === path ? '' : ` (${real})`}`, {
      remedy: 'Start in a project folder, or name one with --root.',
    });
  }
  requireReadable(real);
  return real;
}

function realPathOfRoot(path: string): string {
  try {
    // The native call also gives the exact spelling on file systems that do not tell letter case apart.
    return realpathSync.native(path);
  } catch (error) {
    throw new SearchError(
      'ROOT_MISSING',
      `root ${path}: ${isMissing(error) ? 'does not exist' : 'cannot be reached'}`,
      {
        remedy: 'Check the spelling of the folder and your rights on the folders above it.',
        cause: error,
      },
    );
  }
}

function requireReadable(root: string): void {
  try {
    accessSync(root, constants.R_OK | constants.X_OK);
  } catch (cause) {
    throw new SearchError('ROOT_UNREADABLE', `root ${root}: this user may not read it`, {
      remedy: 'Give this user the right to list and enter the folder, or name another one with --root.',
      cause,
    });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function policyOfThisMachine(): RootPolicy {
  return {
    homeDirectory: realPathOr(homedir()),
    temporaryDirectory: realPathOr(tmpdir()),
    platform: process.platform,
  };
}

function realPathOr(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    // A home that does not exist (containers) forbids nothing.
    return resolve(path);
  }
}
