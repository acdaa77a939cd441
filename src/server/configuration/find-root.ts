import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** Where work happens and who said so. */
export interface FoundRoot {
  /** Absolute; nobody has looked yet whether it may be a root. */
  readonly path: string;
  /**
   * `--root`, `SNAPDEX_ROOT`, what the client told it by (`CLAUDE_PROJECT_DIR`, say), the name of what marks a project
   * (`.git`, say), or `working directory`.
   */
  readonly source: string;
}

/** Any of these in a folder makes it a project. */
export const PROJECT_MARKERS: readonly string[] = ['.snapdex', 'snapdex.toml', '.git', 'package.json', '.obsidian'];

/** What snapdex itself puts into a project, or is told by; no store holds these. */
const OWN_MARKERS: readonly string[] = ['.snapdex', 'snapdex.toml'];

/** True if something in the folder marks a project, and it is not itself the folder of a store. */
export function isProjectFolder(folder: string): boolean {
  const has = (name: string): boolean => existsSync(join(folder, name));
  return OWN_MARKERS.some(has) || (PROJECT_MARKERS.some(has) && !has('generations'));
}

/**
 * The project's folder: the one that is asked for, as it is; else the one that the client has open; else the nearest
 * project at or above the working directory, below the home directory; else the working directory.
 */
export function findRoot({
  root,
  environment,
  workspace,
  cwd,
  homeDirectory,
}: RootWords & {
  readonly workspace?: FoundRoot | undefined;
  readonly cwd: string;
  readonly homeDirectory: string;
}): FoundRoot {
  const named = namedRoot({ root, environment });
  if (named !== undefined) return { ...named, path: resolve(cwd, named.path) };
  if (workspace !== undefined) return workspace;

  // Files that lie about in a home or temporary directory do not make all that is in it one project.
  const ends = new Set([resolve(homeDirectory), resolve(tmpdir())]);
  for (let folder = resolve(cwd); dirname(folder) !== folder && !ends.has(folder); folder = dirname(folder)) {
    const marker = PROJECT_MARKERS.find((name) => existsSync(join(folder, name)));
    if (marker !== undefined) return { path: folder, source: marker };
  }
  return { path: resolve(cwd), source: 'working directory' };
}

/** True if a person named the root, by flag or variable. */
export function isRootNamed(words: RootWords): boolean {
  return namedRoot(words) !== undefined;
}

interface RootWords {
  readonly root?: string | undefined;
  readonly environment: { readonly [name: string]: string | undefined };
}

function namedRoot({ root, environment }: RootWords): FoundRoot | undefined {
  if (root !== undefined && !isOpenVariable(root)) return { path: root, source: '--root' };
  const variable = environment.SNAPDEX_ROOT?.trim();
  const isSet = variable !== undefined && variable !== '' && !isOpenVariable(variable);
  return isSet ? { path: variable, source: 'SNAPDEX_ROOT' } : undefined;
}

/** A client's variable for its open folder that it left as it was, because no folder is open. */
function isOpenVariable(path: string): boolean {
  return /^\$\{workspaceFolder[^}]*\}$/u.test(path.trim());
}
