import { realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { packageVersion } from '../../server/index.js';

/** A command and the arguments in front of those of snapdex. */
export interface ServerLaunch {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * How another program starts this very snapdex. Programs with windows do not have the `PATH` of a shell, so Node and
 * script are named by their whole paths; only a copy that npx fetched, whose folder may vanish, is named to npx.
 */
export function serverLaunch(): ServerLaunch {
  // What was started, behind the link that a package manager makes.
  const script = realpathSync(process.argv[1] ?? '');
  if (!/[\\/]_npx[\\/]/u.test(script)) return { command: lastingNodePath(), args: [script] };
  const words = ['npx', '-y', `snapdex@${packageVersion()}`];
  // On Windows npx is a batch file, which only a shell can start.
  const [command = 'npx', ...args] = process.platform === 'win32' ? ['cmd', '/c', ...words] : words;
  return { command, args };
}

/**
 * The path of this Node. A package manager may have linked it from a folder of the `PATH`; then the link is named,
 * because what it leads to carries a version and goes with the next update.
 */
function lastingNodePath(): string {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isThisNode) ?? process.execPath;
}

function isThisNode(path: string): boolean {
  try {
    return realpathSync(path) === realpathSync(process.execPath);
  } catch {
    return false;
  }
}
