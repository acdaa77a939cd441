import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** Where work happens and who said so. */
export interface FoundRoot {
  /** Absolute; nobody has looked yet whether it may be a root. */
  readonly path: string;
  /** `--root`, `SNAPDEX_ROOT`, the name of what marks a project (`.git`, say), or `working directory`. */
  readonly source: string;
}

/** Any of these in a folder makes it a project. */
export const PROJECT_MARKERS: readonly string[] = ['.snapdex', 'snapdex.toml', '.git', 'package.json', '.obsidian'];

/**
 * The project's folder: the one that is asked for, as it is; else the nearest project at or above the working
 * directory, below the home directory; else the working directory.
 */
export function findRoot({
  root,
  environment,
  cwd,
  homeDirectory,
}: {
  readonly root?: string | undefined;
  readonly environment: { readonly [name: string]: string | undefined };
  readonly cwd: string;
  readonly homeDirectory: string;
}): FoundRoot {
  if (root !== undefined) return { path: resolve(cwd, root), source: '--root' };
  const variable = environment.SNAPDEX_ROOT?.trim();
  if (variable !== undefined && variable !== '') return { path: resolve(cwd, variable), source: 'SNAPDEX_ROOT' };

  // Files that lie about in a home or temporary directory do not make all that is in it one project.
  const ends = new Set([resolve(homeDirectory), resolve(tmpdir())]);
  for (let folder = resolve(cwd); dirname(folder) !== folder && !ends.has(folder); folder = dirname(folder)) {
    const marker = PROJECT_MARKERS.find((name) => existsSync(join(folder, name)));
    if (marker !== undefined) return { path: folder, source: marker };
  }
  return { path: resolve(cwd), source: 'working directory' };
}
