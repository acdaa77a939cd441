import { type Dirent, lstatSync, type Stats, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, posix, relative, sep } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { SearchError } from '../errors.js';
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

// Between two slices other work gets its turn: 256 stats take about a millisecond.
const STATS_PER_TURN = 256;

/**
 * Lists the documents of a project. Folders that cannot be listed are reported and the rest goes on. Symlinks are not
 * followed, to folders or to files: what they lead to is found where it lies, if it belongs to the project.
 *
 * @throws SearchError `ROOT_MISSING` if the root is gone, `DOCUMENTS_PATH_MISSING` if nothing is where documents are
 * configured to be: an unmounted disk or a typing error is not an empty project
 */
export async function discover(rules: DocumentRules): Promise<Discovery> {
  const filter = new DocumentFilter(rules);
  requirePlaces(rules);
  const problems = missingDocumentsPaths(filter);
  const paths = await listFiles(filter, '', (problem) => problems.push(problem));

  const documents: FoundDocument[] = [];
  let sinceTurn = 0;
  for (const path of paths) {
    if (!filter.accepts(path)) continue;
    const stats = statDocument(rules.root, path, (problem) => problems.push(problem));
    if (stats?.isFile()) documents.push({ path, ...fileStateOf(stats) });
    else if (stats === undefined && isUnspeakable(path)) problems.push(unspeakableName(path));
    if (++sinceTurn % STATS_PER_TURN === 0) await turn();
  }
  documents.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { documents, problems: withoutRepeats(problems) };
}

/**
 * Paths of the files in a folder and below, leaving out folders no document is looked for in. fast-glob's own walk
 * passes over names with a line feed.
 */
async function listFiles(
  filter: DocumentFilter,
  folder: string,
  report: (problem: DocumentProblem) => void,
): Promise<readonly string[]> {
  const prefix = folder === '' ? '' : `${folder}/`;
  const entries = await readFolder(filter.rules.root, folder, report);
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => prefix + name);
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => prefix + name);
  const below = await Promise.all(
    folders.filter((path) => filter.entersFolder(path)).map((path) => listFiles(filter, path, report)),
  );
  return [files, ...below].flat();
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

/** A folder that cannot be entered is met once for each file in it. */
function withoutRepeats(problems: readonly DocumentProblem[]): readonly DocumentProblem[] {
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()];
}

function requirePlaces(rules: DocumentRules): void {
  const { root, documentsPath = [] } = rules;
  if (!isRootThere(rules)) {
    throw new SearchError('ROOT_MISSING', `root ${root}: does not exist any more`, {
      remedy: 'Bring the folder back (is its disk mounted?), or start again with the folder that replaces it.',
    });
  }
  if (!arePlacesThere(rules)) {
    throw new SearchError('DOCUMENTS_PATH_MISSING', `documents path ${documentsPath.join(', ')}: does not exist`, {
      remedy: `Correct documents_path: it names folders of the project, relative to ${root}. The index stays as it is.`,
    });
  }
}

/** False while the project's folder is gone: its disk is not mounted, or somebody moves it. */
export function isRootThere({ root }: DocumentRules): boolean {
  return statSync(root, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** False while nothing is where documents are configured to be; then none of them counts as removed. */
export function arePlacesThere({ root, documentsPath = [] }: DocumentRules): boolean {
  const isThere = (path: string): boolean => lstatSync(join(root, path), { throwIfNoEntry: false }) !== undefined;
  return documentsPath.length === 0 ? isRootThere({ root }) : documentsPath.some(isThere);
}

function missingDocumentsPaths(filter: DocumentFilter): DocumentProblem[] {
  const problems: DocumentProblem[] = [];
  for (const path of filter.rules.documentsPath ?? []) {
    const inRoot = relative(filter.rules.root, join(filter.rules.root, path)).split(sep).join('/');
    const stats = lstatSync(join(filter.rules.root, path), { throwIfNoEntry: false });
    const fault =
      stats === undefined
        ? 'does not exist'
        : stats.isSymbolicLink()
          ? 'is a symlink, which is not followed'
          : stats.isDirectory() && !filter.entersFolder(inRoot)
            ? 'is excluded by an exclude pattern, an ignore file or its name'
            : undefined;
    if (fault === undefined) continue;
    problems.push({
      code: 'DOCUMENTS_PATH_MISSING',
      path: inRoot,
      message: `documents path ${path}: ${fault}`,
      remedy: 'Correct documents_path: it names folders of the project, relative to its root.',
    });
  }
  return problems;
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
