import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FoundRoot } from './find-root.js';

/** The folder that a client has open, as it says in the environment of the servers that it starts. */
export function workspaceInEnvironment(environment: {
  readonly [name: string]: string | undefined;
}): FoundRoot | undefined {
  // Claude Code since 2.1.141.
  const [project] = folders([environment.CLAUDE_PROJECT_DIR ?? '']);
  if (project !== undefined) return { path: project, source: 'CLAUDE_PROJECT_DIR' };
  // Cursor: one path, or several of which the first counts.
  const paths = environment.WORKSPACE_FOLDER_PATHS ?? '';
  const [open] = folders([paths, ...paths.split(',')]);
  return open === undefined ? undefined : { path: open, source: 'WORKSPACE_FOLDER_PATHS' };
}

/** The first folder among the roots that a client lists, as the Model Context Protocol has them: `file:` URIs. */
export function workspaceInRoots(uris: readonly string[]): FoundRoot | undefined {
  const [path] = folders(uris.map(pathOf));
  return path === undefined ? undefined : { path, source: 'roots of the client' };
}

function pathOf(uri: string): string {
  try {
    return fileURLToPath(uri);
  } catch {
    // Another scheme, or a path that this platform does not have.
    return '';
  }
}

function folders(paths: readonly string[]): readonly string[] {
  return paths.map((path) => path.trim()).filter((path) => isAbsolute(path) && isFolder(path));
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
