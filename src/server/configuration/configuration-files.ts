import { existsSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import { ServerError } from '../errors.js';

/** Name of the configuration file, in the project's root and in the user's configuration directory. */
export const CONFIGURATION_FILE = 'snapdex.toml';

/** A configuration file as TOML, not yet validated. */
export interface ConfigurationFile {
  readonly path: string;
  readonly content: { readonly [key: string]: unknown };
}

/** Where the user's own configuration may be, best first; the first one that exists counts. */
export function userConfigurationPaths({
  environment,
  homeDirectory,
  platform,
}: {
  readonly environment: { readonly [name: string]: string | undefined };
  readonly homeDirectory: string;
  readonly platform: NodeJS.Platform;
}): readonly string[] {
  const { XDG_CONFIG_HOME: xdg, APPDATA: appData } = environment;
  const folders = [
    // The XDG specification: a relative path there is invalid and is ignored.
    xdg !== undefined && isAbsolute(xdg) ? xdg : join(homeDirectory, '.config'),
    ...(platform === 'darwin' ? [join(homeDirectory, 'Library', 'Application Support')] : []),
    ...(platform === 'win32' && appData !== undefined && appData !== '' ? [appData] : []),
  ];
  return folders.map((folder) => join(folder, 'snapdex', CONFIGURATION_FILE));
}

/**
 * A configuration file; undefined if there is none.
 *
 * @throws ServerError `CONFIG_UNREADABLE` if it is there but cannot be read, `CONFIG_INVALID` if it is not TOML
 */
export function readConfigurationFile(path: string): ConfigurationFile | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  try {
    return { path, content: parse(text) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [reason] = error.message.replace(/^Invalid TOML document: /, '').split('\n');
    throw new ServerError('CONFIG_INVALID', `${path}:${error.line}:${error.column}: is not TOML: ${reason}`, {
      remedy: 'Correct the file at this line and column, or delete it: snapdex runs without one.',
      cause: error,
    });
  }
}

/** Names that somebody may give to a configuration file, and that are not read. */
const UNREAD_FILES = ['snapdex.yaml', 'snapdex.yml'] as const;

/** The path of a file that looks like a configuration file of `folder` and is none; whoever has it may rely on it. */
export function findUnreadFile(folder: string): string | undefined {
  return UNREAD_FILES.map((name) => join(folder, name)).find(existsSync);
}

function readText(path: string): string | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    if (!stats.isFile()) throw unreadable(path, 'is not a regular file', undefined);
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    if (error instanceof ServerError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw unreadable(
      path,
      code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'is not UTF-8' : `cannot be read: ${code}`,
      error,
    );
  }
}

function unreadable(path: string, fault: string, cause: unknown): ServerError {
  return new ServerError('CONFIG_UNREADABLE', `${path}: ${fault}`, {
    remedy: 'Make it a UTF-8 text file that this user may read, or remove it: snapdex runs without one.',
    cause,
  });
}
