import { isAbsolute, relative, resolve, sep } from 'node:path';
import { convertPatternsToRe, expandPatternsWithBraceExpansion, matchAny } from 'fast-glob/out/utils/pattern.js';
import { isS3Location } from '../../store/index.js';
import { DEFAULT_INCLUDE, type DocumentRules, NEVER_ENTERED } from './document-rules.js';
import { IgnoreFiles } from './ignore-files.js';

// fast-glob's own compiler of patterns, so that a pattern means here what its manual says. It is not part of the
// package's public interface: its version is pinned, and a test holds every pattern form against the real thing.
// Letter case does not matter: `README.MD` is a document, and all platforms come to the same index.
// `s`, because a name may hold a line feed, and `i` for `nocase`, which flags of one's own replace.
const GLOB_OPTIONS = { nocase: true, posix: true, strictSlashes: false, flags: 'is' };

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
    return (path === '.gitignore' || path.endsWith('/.gitignore')) && this.entersFolder(parentOf(path));
  }

  /** Takes changed ignore files into account. */
  reload(): void {
    this.#ignoreFiles.forget();
    this.#entered.clear();
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
  const expanded = expandPatternsWithBraceExpansion(patterns.map((pattern) => pattern.replace(/^(?:\.\/)+/, '')));
  // `drafts/` means the folder with all that is in it.
  return convertPatternsToRe(
    expanded.map((pattern) => pattern.replace(/\/+$/, '/**')),
    { ...GLOB_OPTIONS, dot },
  );
}

/** The parts of paths or patterns that spell a dot: names of hidden folders that are looked into. */
function hiddenSegments(patterns: readonly string[]): readonly string[] {
  const segments = expandPatternsWithBraceExpansion([...patterns]).flatMap((pattern) => pattern.split('/'));
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
