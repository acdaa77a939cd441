import { isAbsolute, relative, resolve, sep } from 'node:path';
import micromatch from 'micromatch';
import { isS3Location } from '../../store/index.js';
import { DEFAULT_INCLUDE, type DocumentRules, NEVER_ENTERED } from './document-rules.js';
import { IgnoreFiles } from './ignore-files.js';
import { IGNORE_FILE } from './work-tree.js';

// Patterns are compiled with the library and the options that fast-glob has, so that a pattern means here what its manual
// says; a test holds every form of pattern against the real thing.
// Letter case does not matter: `README.MD` is a document, and all platforms come to the same index.
// `s`, because a name may hold a line feed.
const FLAGS = 'is';
const GLOB_OPTIONS = { posix: true, strictSlashes: false };

/** `nodupes`: no pattern twice. */
const BRACE_OPTIONS = { expand: true, nodupes: true, keepEscaping: true };

const DEFAULT_INDEX_PATH = '.snapdex';

/**
 * Tells for a single path what `discover` would say about it. Paths are relative to the root, with `/`, in the file
 * system's spelling. Nothing is asked of the file system but the ignore files, which are kept until `reload`.
 */
export class DocumentFilter {
  readonly rules: DocumentRules;
  readonly #documentsPaths: readonly string[];
  readonly #recursive: boolean;
  readonly #include: RegExp[];
  readonly #exclude: RegExp[];
  readonly #hiddenNames: RegExp[];
  readonly #indexFolder: string | undefined;
  readonly #ignoreFiles: IgnoreFiles;
  readonly #entered = new Map<string, boolean>();

  constructor(rules: DocumentRules) {
    const include = rules.include ?? DEFAULT_INCLUDE;
    this.rules = rules;
    this.#documentsPaths = (rules.documentsPath ?? ['.']).map(normalize);
    this.#recursive = rules.recursive ?? true;
    const hiddenBases = hiddenSegments(this.#documentsPaths);
    this.#include = compile(include, { dot: hiddenBases.length > 0 });
    this.#exclude = compile(rules.exclude ?? [], { dot: true });
    this.#hiddenNames = compile([...hiddenSegments(include), ...hiddenBases], { dot: true });
    const { indexPath = DEFAULT_INDEX_PATH } = rules;
    this.#indexFolder = folderInside(rules.root, isS3Location(indexPath) ? DEFAULT_INDEX_PATH : indexPath);
    this.#ignoreFiles = new IgnoreFiles(rules.root);
  }

  /** True if a file at this path is a document; says nothing on whether there is one. */
  accepts(path: string): boolean {
    return (
      this.#matches(path) &&
      this.entersFolder(parentOf(path)) &&
      this.#isInReach(path) &&
      !this.#ignoreFiles.ignoresFile(path)
    );
  }

  /** True if documents are looked for in this folder; the root is `''`. */
  entersFolder(path: string): boolean {
    if (path === '') return true;
    const known = this.#entered.get(path);
    if (known !== undefined) return known;
    const isEntered = this.entersFolder(parentOf(path)) && this.#entersOwn(path);
    this.#entered.set(path, isEntered);
    return isEntered;
  }

  /** True if the file at this path takes part in deciding what a document is: call `reload` when it changes. */
  isIgnoreFile(path: string): boolean {
    return (path === IGNORE_FILE || path.endsWith(`/${IGNORE_FILE}`)) && this.entersFolder(parentOf(path));
  }

  /** Absolute paths of the ignore files that are there and could not be read, of those that were asked. */
  get unreadableIgnoreFiles(): Iterable<string> {
    return this.#ignoreFiles.unreadable;
  }

  /** Takes changed ignore files into account. */
  reload(): void {
    this.#ignoreFiles.forget();
    this.#entered.clear();
  }

  /** Forgets the ignore files of a folder that went away, or became another, and of those below it. */
  forgetFolder(path: string): void {
    if (!this.#ignoreFiles.forgetFolder(path)) return;
    for (const folder of this.#entered.keys()) if (isBelow(folder, path)) this.#entered.delete(folder);
  }

  #matches(path: string): boolean {
    return matchAny(path, this.#include) && !matchAny(path, this.#exclude);
  }

  /** Decides on a folder whose parent is entered. */
  #entersOwn(path: string): boolean {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (NEVER_ENTERED.has(name) || path === this.#indexFolder) return false;
    if (name.startsWith('.') && !matchAny(name, this.#hiddenNames)) return false;
    return this.#leadsToDocuments(path) && !matchAny(path, this.#exclude) && !this.#ignoreFiles.ignoresFolder(path);
  }

  /** A folder is above a documents path, or it is one, or it lies below one and the search is recursive. */
  #leadsToDocuments(folder: string): boolean {
    return this.#documentsPaths.some(
      (base) => base === folder || base.startsWith(`${folder}/`) || (this.#recursive && isBelow(folder, base)),
    );
  }

  #isInReach(file: string): boolean {
    return this.#documentsPaths.some(
      (base) => base === file || parentOf(file) === base || (this.#recursive && isBelow(file, base)),
    );
  }
}

function compile(patterns: readonly string[], { dot }: { readonly dot: boolean }): RegExp[] {
  const expanded = expandBraces(patterns.map((pattern) => pattern.replace(/^(?:\.\/)+/, '')));
  // `drafts/` means the folder with all that is in it.
  return expanded.map((pattern) => {
    const { source } = micromatch.makeRe(pattern.replace(/\/+$/, '/**'), { ...GLOB_OPTIONS, dot });
    return new RegExp(source, FLAGS);
  });
}

function expandBraces(patterns: readonly string[]): readonly string[] {
  const expanded = patterns.flatMap((pattern) => micromatch.braces(pattern, BRACE_OPTIONS));
  return expanded.filter((pattern) => pattern !== '');
}

function matchAny(path: string, patterns: readonly RegExp[]): boolean {
  return patterns.some((pattern) => pattern.test(path));
}

/** The parts of paths or patterns that spell a dot: names of hidden folders that are looked into. */
function hiddenSegments(patterns: readonly string[]): readonly string[] {
  const segments = expandBraces(patterns).flatMap((pattern) => pattern.split('/'));
  return segments.filter((segment) => segment.startsWith('.') && segment !== '.' && segment !== '..');
}

/** `./docs/` becomes `docs`; the root becomes `''`. */
function normalize(path: string): string {
  const names = path.split(/[\\/]/).filter((name) => name !== '' && name !== '.');
  return names.join('/');
}

function folderInside(root: string, path: string): string | undefined {
  const inside = relative(root, resolve(root, path));
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? undefined : inside.split(sep).join('/');
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '' : path.slice(0, slash);
}

function isBelow(path: string, folder: string): boolean {
  return folder === '' || path.startsWith(`${folder}/`);
}
