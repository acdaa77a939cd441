import type { IndexView } from '../segment/index.js';

const DOCUMENT_EXTENSION = /\.(?:md|mdx|markdown)$/i;

/** The ways in which a link may name a document. All names are compared without regard to case. */
export class DocumentNames {
  readonly #exact: ReadonlySet<string>;
  readonly #byPath = new Map<string, string>();
  readonly #folders = new Set<string>(['']);
  readonly #byName = new Map<string, string[]>();
  readonly #byAlias = new Map<string, string[]>();

  constructor(paths: readonly string[], aliases: Iterable<{ readonly path: string; readonly alias: string }>) {
    this.#exact = new Set(paths);
    for (const path of paths) {
      const folded = fold(path);
      if (!this.#byPath.has(folded)) this.#byPath.set(folded, path);
      append(this.#byName, lastPart(withoutExtension(folded)), path);
      for (let end = folded.lastIndexOf('/'); end > 0; end = folded.lastIndexOf('/', end - 1)) {
        const folder = folded.slice(0, end);
        if (this.#folders.has(folder)) break;
        this.#folders.add(folder);
      }
    }
    for (const { path, alias } of aliases) append(this.#byAlias, fold(alias), path);
  }

  /** The document of that path; one that differs in case only if there is no exact one. */
  byPath(path: string): string | undefined {
    return this.#exact.has(path) ? path : this.#byPath.get(fold(path));
  }

  /** True if documents are in or below the folder; `''` is the root. */
  hasFolder(folder: string): boolean {
    return this.#folders.has(fold(folder));
  }

  /** Documents whose path, without extension, ends with these whole parts: `b/c` finds `a/b/c.md`. */
  bySuffix(name: string): readonly string[] {
    const wanted = withoutExtension(fold(name));
    const found = this.#byName.get(lastPart(wanted)) ?? [];
    if (!wanted.includes('/')) return found;
    return found.filter((path) => `/${withoutExtension(fold(path))}`.endsWith(`/${wanted}`));
  }

  /** Documents that call themselves so in their front matter. */
  byAlias(alias: string): readonly string[] {
    return this.#byAlias.get(fold(alias)) ?? [];
  }
}

/** The names of all live documents of a view. */
export function documentNames(view: IndexView): DocumentNames {
  return new DocumentNames(view.paths(), aliasesOf(view));
}

/** The path without `.md`, `.mdx` or `.markdown`. */
export function withoutExtension(path: string): string {
  return path.replace(DOCUMENT_EXTENSION, '');
}

function* aliasesOf(view: IndexView): Generator<{ readonly path: string; readonly alias: string }> {
  for (const location of view.locations()) {
    const document = view.document(location);
    const { aliases, alias } = document.frontMatter();
    for (const value of [aliases, alias].flat()) {
      if (typeof value === 'string' && value !== '') yield { path: document.path, alias: value };
    }
  }
}

/** Names on disk may be composed or decomposed, and people do not mind capitals. */
function fold(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function append(map: Map<string, string[]>, key: string, path: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [path]);
  else list.push(path);
}
