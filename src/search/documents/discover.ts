import { type Dirent, lstatSync, type Stats, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, posix, relative, sep } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { SearchError } from '../errors.js';
import { Turns } from '../turns.js';
import { DocumentFilter } from './document-filter.js';
import type { DocumentProblem } from './document-problem.js';
import type { DocumentRules } from './document-rules.js';
import { type FileState, fileStateOf } from './file-state.js';

/** A document that is on disk. */
export interface FoundDocument extends FileState {
  /** Relative to the root, with `/`, exactly as the file system spells it. */
  readonly path: string;
}

export interface Discovery {
  /** Sorted by path, by UTF-16 code units. */
  readonly documents: readonly FoundDocument[];
  readonly problems: readonly DocumentProblem[];
}

/** Listed at the same time, and judged in one go. */
const FOLDERS_PER_TURN = 32;

/**
 * Lists the documents of a project. Folders that cannot be listed are reported and the rest goes on. Symlinks are not
 * followed, to folders or to files: what they lead to is found where it lies, if it belongs to the project.
 *
 * @throws SearchError `ROOT_MISSING` if the root is gone, `DOCUMENTS_PATH_MISSING` if nothing is where documents are
 * configured to be: an unmounted disk or a typing error is not an empty project
 */
export async function discover(rules: DocumentRules): Promise<Discovery> {
  const filter = new DocumentFilter(rules);
  requirePlaces(filter);
  const problems = missingDocumentsPaths(filter);
  const paths = await listFiles(filter, (problem) => problems.push(problem));

  const documents: FoundDocument[] = [];
  const turns = new Turns();
  for (const path of paths) {
    if (turns.isOver) await turns.next();
    if (!filter.accepts(path)) continue;
    const stats = statDocument(rules.root, path, (problem) => problems.push(problem));
    if (stats?.isFile()) documents.push({ path, ...fileStateOf(stats) });
    else if (stats === undefined && isUnspeakable(path)) problems.push(unspeakableName(path));
  }
  for (const path of filter.unreadableIgnoreFiles) problems.push(unreadableIgnoreFile(inRoot(rules.root, path)));
  documents.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { documents, problems: withoutRepeats(problems) };
}

/**
 * Paths of the files of a project, leaving out folders no document is looked for in. fast-glob's own walk passes over
 * names with a line feed.
 */
async function listFiles(
  filter: DocumentFilter,
  report: (problem: DocumentProblem) => void,
): Promise<readonly string[]> {
  const files: string[] = [];
  const folders = [''];
  while (folders.length > 0) {
    const some = folders.splice(-FOLDERS_PER_TURN).filter((folder) => folder === '' || filter.entersFolder(folder));
    const lists = await Promise.all(some.map((folder) => readFolder(filter.rules.root, folder, report)));
    for (const [place, entries] of lists.entries()) {
      const prefix = some[place] === '' ? '' : `${some[place]}/`;
      for (const entry of entries) {
        if (entry.isFile()) files.push(prefix + entry.name);
        else if (entry.isDirectory()) folders.push(prefix + entry.name);
      }
    }
    await turn();
  }
  return files;
}

async function readFolder(
  root: string,
  folder: string,
  report: (problem: DocumentProblem) => void,
): Promise<readonly Dirent[]> {
  try {
    return await readdir(join(root, folder), { withFileTypes: true });
  } catch (error) {
    // A folder that went away during the walk is no problem: it is simply not there.
    if (codeOf(error) !== 'ENOENT') report(unreadableFolder(folder, codeOf(error)));
    else if (isUnspeakable(folder)) report(unspeakableName(folder));
    return [];
  }
}

/** True for what Node makes of a name that is not UTF-8: it leads to no file. */
function isUnspeakable(path: string): boolean {
  return path.includes('\uFFFD');
}

function unspeakableName(path: string): DocumentProblem {
  return {
    code: 'NAME_NOT_UTF8',
    path,
    message: `${JSON.stringify(path)}: its name is not valid UTF-8, so it cannot be opened and is not indexed`,
    remedy: 'Rename it, or leave it out with an exclude pattern.',
  };
}

function unreadableFolder(path: string, reason: string): DocumentProblem {
  return {
    code: 'FOLDER_UNREADABLE',
    path: path === '.' ? '' : path,
    message: `folder ${path === '' ? '.' : path}: cannot be read: ${reason}`,
    remedy: 'Give this user the right to read the folder, or leave it out with an exclude pattern.',
  };
}

function unreadableIgnoreFile(path: string): DocumentProblem {
  return {
    code: 'IGNORE_FILE_UNREADABLE',
    path,
    message: `ignore file ${path}: cannot be read, so what it leaves out is indexed`,
    remedy: 'Give this user the right to read the file, or say the same with exclude patterns.',
  };
}

/** A folder that cannot be entered is met once for each file in it. */
function withoutRepeats(problems: readonly DocumentProblem[]): readonly DocumentProblem[] {
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()];
}

function requirePlaces(filter: DocumentFilter): void {
  const { rules } = filter;
  const { documentsPath = [] } = rules;
  if (!isRootThere(rules)) {
    throw new SearchError('ROOT_MISSING', `root ${rules.root}: does not exist any more`, {
      remedy: 'Bring the folder back (is its disk mounted?), or start again with the folder that replaces it.',
    });
  }
  if (!arePlacesThere(filter)) {
    const faults = new Set(documentsPath.flatMap((path) => faultOfPlace(filter, path)?.text ?? []));
    const text = `documents path ${documentsPath.join(', ')}: ${[...faults].join(', ')}`;
    throw new SearchError('DOCUMENTS_PATH_MISSING', text, {
      remedy: `Correct documents_path: it names folders of the project, relative to ${rules.root}. The index stays as it is.`,
    });
  }
}

/** False while the project's folder is gone: its disk is not mounted, or somebody moves it. */
export function isRootThere({ root }: DocumentRules): boolean {
  return statSync(root, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** False while no folder and no document is where documents are configured to be; then none counts as removed. */
export function arePlacesThere(filter: DocumentFilter): boolean {
  const { documentsPath = [] } = filter.rules;
  if (documentsPath.length === 0) return isRootThere(filter.rules);
  return documentsPath.some((path) => faultOfPlace(filter, path)?.isGone !== true);
}

/** Why no document is found at a place where they are configured to be. */
function faultOfPlace(
  filter: DocumentFilter,
  path: string,
): { readonly text: string; readonly isGone: boolean } | undefined {
  const stats = lstatSync(join(filter.rules.root, path), { throwIfNoEntry: false });
  if (stats === undefined) return { text: 'does not exist', isGone: true };
  if (stats.isSymbolicLink()) return { text: 'is a symlink, which is not followed', isGone: true };
  const inRoot = pathInRoot(filter, path);
  if (!stats.isDirectory())
    return filter.accepts(inRoot) ? undefined : { text: 'is no folder and no document', isGone: true };
  if (filter.entersFolder(inRoot)) return undefined;
  return { text: 'is excluded by an exclude pattern, an ignore file or its name', isGone: false };
}

function pathInRoot({ rules: { root } }: DocumentFilter, path: string): string {
  return inRoot(root, join(root, path));
}

/** An absolute path as seen from the root. */
function inRoot(root: string, path: string): string {
  return relative(root, path).split(sep).join('/');
}

function missingDocumentsPaths(filter: DocumentFilter): DocumentProblem[] {
  return (filter.rules.documentsPath ?? []).flatMap((path) => {
    const fault = faultOfPlace(filter, path);
    if (fault === undefined) return [];
    return {
      code: 'DOCUMENTS_PATH_MISSING' as const,
      path: pathInRoot(filter, path),
      message: `documents path ${path}: ${fault.text}`,
      remedy: 'Correct documents_path: it names folders of the project, relative to its root.',
    };
  });
}

/** Undefined if the file is gone in the meantime. */
function statDocument(root: string, path: string, report: (problem: DocumentProblem) => void): Stats | undefined {
  try {
    return lstatSync(join(root, path), { throwIfNoEntry: false });
  } catch (error) {
    // The folder may be listed but not entered.
    report(unreadableFolder(posix.dirname(path), codeOf(error)));
    return undefined;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
