import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ServerError } from '../errors.js';

/** The variable that holds the token itself. */
const TOKEN_VARIABLE = 'SNAPDEX_TOKEN';

/** RFC 6750, section 2.1; what is shorter can be guessed. */
const SHORTEST = 16;
const LONGEST = 1000;
const TOKEN = new RegExp(`^[\\w.~+/-]{${SHORTEST},${LONGEST}}=*$`, 'u');

/** Who may know the token that a server asks for, and where a person finds it. */
export interface AccessToken {
  readonly value: string;
  /** The file or the variable. */
  readonly place: string;
  /** True if the file was made by this call. */
  readonly isNew: boolean;
}

/**
 * The token that clients must show: what the variable `SNAPDEX_TOKEN` holds, else the content of the file, which is made
 * with a new random token, for this user alone, if it is not there. Undefined if neither is set.
 *
 * @throws ServerError `CONFIG_INVALID` for what is no token and for a file that others may read, `CONFIG_UNREADABLE`; no
 *   message holds the token
 */
export function readAccessToken({
  tokenFile,
  isCommandLine = false,
  environment,
}: {
  readonly tokenFile: string | undefined;
  /** True if the file was named on the command line. */
  readonly isCommandLine?: boolean;
  readonly environment: { readonly [name: string]: string | undefined };
}): AccessToken | undefined {
  const given = environment[TOKEN_VARIABLE]?.trim() ?? '';
  if (given !== '') return { value: requireToken(given, TOKEN_VARIABLE), place: TOKEN_VARIABLE, isNew: false };
  if (tokenFile === undefined) return undefined;
  try {
    const isNew = makeIfMissing(tokenFile);
    requirePrivate(tokenFile, isCommandLine);
    const value = requireToken(readFileSync(tokenFile, 'utf8').trim(), `token_file ${tokenFile}`);
    return { value, place: tokenFile, isNew };
  } catch (error) {
    if (error instanceof ServerError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new ServerError('CONFIG_UNREADABLE', `token_file ${tokenFile}: cannot be read or made: ${code}`, {
      remedy: 'Name a file that this user may read, or that it may make.',
      cause: error,
    });
  }
}

/** True if it was made. Of several processes that make it at once, one does, and the others find all of it. */
function makeIfMissing(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return false;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const unfinished = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(unfinished, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
    linkSync(unfinished, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(unfinished, { force: true });
  }
}

function requirePrivate(path: string, isCommandLine: boolean): void {
  const stats = statSync(path);
  if (!stats.isFile()) {
    throw new ServerError('CONFIG_INVALID', `token_file ${path}: is not a regular file`, {
      remedy: 'Name another one.',
      isCommandLine,
    });
  }
  // Windows keeps no such rights.
  if (process.platform === 'win32' || (stats.mode & 0o077) === 0) return;
  throw new ServerError('CONFIG_INVALID', `token_file ${path}: other users of this machine may read it`, {
    remedy: `Run chmod 600 on it, and delete it for a new token if others may have read it.`,
  });
}

function requireToken(value: string, place: string): string {
  if (TOKEN.test(value)) return value;
  throw new ServerError(
    'CONFIG_INVALID',
    `${place}: expected a token of ${SHORTEST} to ${LONGEST} letters, digits and -._~+/, found ${faultOfToken(value)}`,
    { remedy: 'Make one with `openssl rand -hex 32`, or name a file that does not exist yet with --token-file.' },
  );
}

/** What is wrong with it, without a character of it. */
function faultOfToken(value: string): string {
  if (value === '') return 'nothing';
  if (/^[\w.~+/-]*=*$/u.test(value)) return `${value.replace(/=+$/u, '').length}`;
  return 'other characters in it';
}
