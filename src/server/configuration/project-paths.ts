import { readdirSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { whereItLeads } from '../../search/index.js';
import { ServerError } from '../errors.js';
import type { SettingSource } from './setting-sources.js';

/** A path setting as it was written, and by whom; `undefined` is the default. */
export interface WrittenPath {
  readonly value: string;
  readonly place: string;
  readonly kind: SettingSource['kind'] | undefined;
}

/** Where a setting is and what it is called, for messages; a flag's or variable's name says both. */
export function settingAt({ place, kind, key }: Omit<WrittenPath, 'value'> & { readonly key: string }): string {
  return kind === 'flag' || kind === 'environment' ? place : `${place}: ${key}`;
}

/**
 * A documents path, relative to the root, with `/`; `.` is the root.
 *
 * @throws ServerError `CONFIG_INVALID` if it leaves the root
 */
export function documentsPathInRoot(root: string, { value, place, kind }: WrittenPath): string {
  const inside = relative(root, resolve(root, value));
  if (isOutside(inside)) {
    throw new ServerError(
      'CONFIG_INVALID',
      `${settingAt({ place, kind, key: 'documents_path' })}: expected a folder in the root, found ${JSON.stringify(value)}`,
      {
        remedy: 'Name folders of the project, relative to its root; for documents elsewhere choose another root.',
        isCommandLine: kind === 'flag',
      },
    );
  }
  return inside === '' ? '.' : inside.split(sep).join('/');
}

/**
 * Absolute path of the index.
 *
 * @throws ServerError `CONFIG_INVALID` if the index would lie among or around the documents, if a project's own file
 *   puts it outside of the project, or if the user's file gives all projects one and the same
 */
export function indexPathBeside(
  {
    root,
    documentsPath,
    homeDirectory,
  }: { readonly root: string; readonly documentsPath: readonly string[]; readonly homeDirectory: string },
  { value, place, kind }: WrittenPath,
): string {
  const expanded = /^~[/\\]/.test(value) ? join(homeDirectory, value.slice(2)) : value;
  const path = resolve(root, expanded);
  const refuse = (fault: string, remedy: string): ServerError =>
    new ServerError(
      'CONFIG_INVALID',
      `${settingAt({ place, kind, key: 'index_path' })}: ${JSON.stringify(value)} ${fault}`,
      { remedy, isCommandLine: kind === 'flag' },
    );

  if (isInside(root, path)) throw refuse('is the root or a folder above it', 'Give the index a folder of its own.');
  const covered = documentsPath.find((documents) => isInside(join(root, documents), path));
  if (covered !== undefined) throw refuse(`holds the documents path ${covered}`, 'Give the index a folder of its own.');
  const document = findDocumentIn(path);
  if (document !== undefined) {
    throw refuse(`holds other files (${document})`, 'Give the index a folder of its own, new or empty.');
  }
  // Whoever clones a project has read neither its configuration nor where its links lead.
  const isTheirs = kind === 'project file' || kind === undefined;
  if (isTheirs && !isInside(path, root)) throw refuse('lies outside of the project', NAME_IT_YOURSELF);
  if (isTheirs && !isInside(whereItLeads(path), root)) {
    throw refuse('leads out of the project through a link', NAME_IT_YOURSELF);
  }
  if (isTheirs && relative(root, path).split(sep).includes('.git')) {
    throw refuse('lies in the folder of a version control system', 'Give the index a folder of its own.');
  }
  if (kind === 'user file' && isAbsolute(expanded)) {
    throw refuse('would be one index for all projects', 'Use a relative path here: each project has its own index.');
  }
  return path;
}

const NAME_IT_YOURSELF = 'Use a folder in the project, or say so by --index-path or SNAPDEX_INDEX_PATH.';

/** True if the path is the folder or lies in it, as far as names tell. */
export function isInside(path: string, folder: string): boolean {
  return !isOutside(relative(folder, path));
}

function isOutside(relativePath: string): boolean {
  return relativePath === '..' || relativePath.startsWith(`..${sep}`) || isAbsolute(relativePath);
}

function findDocumentIn(folder: string): string | undefined {
  try {
    return readdirSync(folder).find((name) => /\.(?:md|mdx|markdown)$/i.test(name));
  } catch {
    // Not there yet, or not readable: opening the store will say so.
    return undefined;
  }
}
