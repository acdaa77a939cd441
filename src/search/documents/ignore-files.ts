import { lstatSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { findWorkTree, IGNORE_FILE } from './work-tree.js';

// Git compares letter case by default only where the file system does.
const OPTIONS = { ignorecase: process.platform === 'win32' || process.platform === 'darwin' };

/**
 * What the `.gitignore` files of a tree ignore: those at every level, those above the root up to the top of its git
 * work tree, and `info/exclude` of its repository. They are honoured outside of git repositories too. Files
 * outside the project (a person's global ignore file) are not asked: every process must come to the same answer.
 *
 * Files are read when first needed and kept until `forget`.
 */
export class IgnoreFiles {
  readonly #root: string;
  /** Rules that apply to the entries of a folder, its own `.gitignore` included; by path relative to the root. */
  readonly #rulesByFolder = new Map<string, Ignore>();
  /** Folders whose own `.gitignore` those rules hold, or could not be read. */
  readonly #foldersWithFile = new Set<string>();
  readonly #unreadable = new Set<string>();
  #top: WorkTreeTop | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  /** Absolute paths of the files that are there and could not be read: they ignore nothing. */
  get unreadable(): Iterable<string> {
    return this.#unreadable;
  }

  /** @param path relative to the root, with `/`, not empty; the caller has made sure that no folder above is ignored */
  ignoresFolder(path: string): boolean {
    return this.#ignores(path, '/');
  }

  /** @param path relative to the root, with `/`, not empty; the caller has made sure that no folder above is ignored */
  ignoresFile(path: string): boolean {
    return this.#ignores(path, '');
  }

  /** Makes the next question read the files again. */
  forget(): void {
    this.#rulesByFolder.clear();
    this.#foldersWithFile.clear();
    this.#unreadable.clear();
    this.#top = undefined;
  }

  /**
   * Forgets the rules of a folder and of those below it. Cheap where none of them has an ignore file.
   * @param top relative to the root, with `/`, not empty
   * @returns whether any of them had an ignore file
   */
  forgetFolder(top: string): boolean {
    const gone = [...this.#foldersWithFile].filter((folder) => isAtOrBelow(folder, top));
    if (gone.length === 0) return false;
    for (const folder of gone) {
      this.#foldersWithFile.delete(folder);
      this.#unreadable.delete(join(this.#root, folder, IGNORE_FILE));
    }
    for (const folder of this.#rulesByFolder.keys()) if (isAtOrBelow(folder, top)) this.#rulesByFolder.delete(folder);
    return true;
  }

  #ignores(path: string, suffix: '' | '/'): boolean {
    const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
    const rules = this.#rulesFor(folder);
    return rules.ignores(this.#requireTop().prefix + path + suffix);
  }

  #rulesFor(folder: string): Ignore {
    const known = this.#rulesByFolder.get(folder);
    if (known !== undefined) return known;
    const { rules: outer, prefix } = this.#requireTop();
    const above =
      folder === '' ? outer : this.#rulesFor(folder.includes('/') ? folder.slice(0, folder.lastIndexOf('/')) : '');
    const file = join(this.#root, folder, IGNORE_FILE);
    const own = readRules(file, this.#unreadable);
    if (own !== undefined || this.#unreadable.has(file)) this.#foldersWithFile.add(folder);
    const rules = own === undefined ? above : extend(above, own, prefix + folder);
    this.#rulesByFolder.set(folder, rules);
    return rules;
  }

  #requireTop(): WorkTreeTop {
    this.#top ??= readWorkTreeTop(this.#root, this.#unreadable);
    return this.#top;
  }
}

function isAtOrBelow(folder: string, top: string): boolean {
  return folder === top || folder.startsWith(`${top}/`);
}

/** Where the rules' own paths begin, and what is ignored by files that do not lie in the root. */
interface WorkTreeTop {
  /** `''`, or the path from the work tree's top folder to the root, with `/` at the end. */
  readonly prefix: string;
  readonly rules: Ignore;
}

function readWorkTreeTop(root: string, unreadable: Set<string>): WorkTreeTop {
  const tree = findWorkTree(root);
  if (tree === undefined) return { prefix: '', rules: ignore(OPTIONS) };
  const inTree = (folder: string): string => relative(tree.top, folder).split(sep).join('/');
  let rules = extend(ignore(OPTIONS), readRules(tree.excludeFile, unreadable) ?? [], '');
  if (tree.top === root) return { prefix: '', rules };

  for (const folder of tree.foldersAbove)
    rules = extend(rules, readRules(join(folder, IGNORE_FILE), unreadable) ?? [], inTree(folder));
  const prefix = `${inTree(root)}/`;
  // A root that its repository ignores was chosen by a person: the rules that hide all of it cannot be meant.
  return rules.ignores(prefix) ? { prefix: '', rules: ignore(OPTIONS) } : { prefix, rules };
}

/**
 * The lines of an ignore file; undefined if there is none. Like git, no symlink is followed.
 * @param unreadable takes the path if the file is there and cannot be read
 */
function readRules(path: string, unreadable: Set<string>): readonly string[] | undefined {
  try {
    if (lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
  } catch {
    // The folder is reported when it cannot be listed or entered.
    return undefined;
  }
  try {
    return readFileSync(path, 'utf8')
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/);
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isGone) unreadable.add(path);
    return undefined;
  }
}

/** A new set of rules: `above`, and stronger the lines of the ignore file in `folder`. */
function extend(above: Ignore, lines: readonly string[], folder: string): Ignore {
  const base = folder.replace(/\/$/, '');
  return ignore(OPTIONS)
    .add(above)
    .add(lines.map((line) => (base === '' ? line : rebase(line, base))));
}

/** The same rule as seen from the top folder, so that the rules of all levels form one list in order of strength. */
function rebase(line: string, folder: string): string {
  if (line.trim() === '' || line.startsWith('#')) return '';
  const negation = line.startsWith('!') ? '!' : '';
  const pattern = line.slice(negation.length);
  // To git it names nothing.
  if (/^\/+\s*$/.test(pattern)) return '';
  const isAnchored = pattern.trimEnd().slice(0, -1).includes('/');
  const prefix = `/${folder.replace(/[\\*?[\]]/g, '\\$&')}/`;
  return `${negation}${prefix}${isAnchored ? '' : '**/'}${pattern.replace(/^\//, '')}`;
}
