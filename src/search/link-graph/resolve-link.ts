import type { DocumentLink } from '../analysis/index.js';
import type { DocumentNames } from './document-names.js';
import { withoutExtension } from './segment-names.js';

/**
 * Where a link leads: to a document of the corpus; nowhere (`broken`); or to something that is no document and may well
 * exist (`file`: an image, a script, a download). What is `broken` names no document; `place` is the file or folder that
 * it would mean, relative to the root, unless it leaves the root or is a wiki link.
 */
export type LinkEnd =
  | { readonly kind: 'document'; readonly path: string }
  | { readonly kind: 'broken'; readonly place: string | undefined }
  | { readonly kind: 'file' };

/** What may stand behind a route: `guide` is `guide.md`, `guide/index.md`, … */
const ROUTE_ENDINGS = ['', '.md', '.mdx', '.markdown'] as const;
const INDEX_NAMES = ['index', '_index', 'README'] as const;

/** Folders that sites are commonly built from, for links from outside them. */
const SITE_FOLDERS = [
  'docs',
  'src',
  'content',
  'src/content/docs',
  'src/content',
  'src/pages',
  'source',
  'website/docs',
  'pages',
] as const;

const PAGE_EXTENSION = /\.html?$/i;
const FILE_EXTENSION = /\.[a-z][a-z0-9]{0,5}$/i;

/** `{{< relref "x" >}}`: how Hugo sites write links. */
const HUGO_REFERENCE = /^\{\{[<%]\s*(?:rel)?ref\s*"([^"#]+)(?:#[^"]*)?"\s*[%>]\}\}$/;

/**
 * Finds the document that a link means, whatever kind of site or vault it was written for. In order:
 *
 * 1. `/guide/x`: below the root, then below each folder above the linking document, outermost first, then below the
 *    folders that sites are commonly built from.
 * 2. `../x`, `x.md`: from the linking document's folder, then, as sites with one folder a page do, from a folder of the
 *    document's own name.
 * 3. wiki links, and links to `x.md` that are nowhere else: any document whose path ends so, then one with that alias;
 *    of several the nearest.
 *
 * Each place is tried as a file, with `.md`, `.mdx` or `.markdown`, instead of `.html`, and as a folder with an index.
 */
export function resolveLink(link: DocumentLink, from: string, names: DocumentNames): LinkEnd {
  const { kind } = link;
  const target = HUGO_REFERENCE.exec(link.target)?.[1] ?? link.target;
  if (target === '') return { kind: 'document', path: from };
  const isNote = kind === 'wiki' || (kind === 'embed' && !FILE_EXTENSION.test(withoutExtension(target)));
  const path =
    (isNote ? noteNamed(target, from, names) : undefined) ??
    (target.startsWith('/') ? belowRoots(target, from, names) : relative(target, from, names)) ??
    (/\.(?:md|mdx|markdown)$/i.test(target) ? noteNamed(target, from, names) : undefined);
  if (path !== undefined) return { kind: 'document', path };
  const isFile = FILE_EXTENSION.test(target) && !PAGE_EXTENSION.test(target) && withoutExtension(target) === target;
  if (isFile) return { kind: 'file' };
  return { kind: 'broken', place: isNote ? undefined : placeOf(target, from) };
}

function placeOf(target: string, from: string): string | undefined {
  return normalize(target.startsWith('/') ? target : `${folderOf(from)}/${target}`);
}

function belowRoots(target: string, from: string, names: DocumentNames): string | undefined {
  const above = foldersAbove(from);
  for (const root of ['', ...above, ...SITE_FOLDERS]) {
    const found = page(normalize(`${root}/${target}`), names);
    if (found !== undefined) return found;
  }
  return undefined;
}

function relative(target: string, from: string, names: DocumentNames): string | undefined {
  const beside = page(normalize(`${folderOf(from)}/${target}`), names);
  return beside ?? page(normalize(`${withoutExtension(from)}/${target}`), names);
}

/** The document at a place, or behind a route. */
function page(place: string | undefined, names: DocumentNames): string | undefined {
  if (place === undefined) return undefined;
  const stem = withoutExtension(place.replace(PAGE_EXTENSION, ''));
  if (names.mayHaveFolder(folderOf(stem))) {
    for (const route of place === stem ? [place] : [place, stem]) {
      for (const ending of ROUTE_ENDINGS) {
        const found = route === '' ? undefined : names.byPath(`${route}${ending}`);
        if (found !== undefined) return found;
      }
    }
  }
  if (!names.mayHaveFolder(stem)) return undefined;
  for (const index of INDEX_NAMES) {
    for (const ending of ROUTE_ENDINGS.slice(1)) {
      const found = names.byPath(stem === '' ? `${index}${ending}` : `${stem}/${index}${ending}`);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function noteNamed(target: string, from: string, names: DocumentNames): string | undefined {
  const name = target.replaceAll('\\', '/').replace(/^\/+|\/+$/g, '');
  if (/(?:^|\/)\.\.?(?:\/|$)/.test(name)) return undefined;
  return nearest(names.bySuffix(name), from) ?? nearest(names.byAlias(name), from);
}

/** The document that shares most folders with `from`, then the one in fewest folders, then the first by path. */
function nearest(paths: readonly string[], from: string): string | undefined {
  let best: string | undefined;
  for (const path of paths) if (best === undefined || isNearer(path, best, from)) best = path;
  return best;
}

function isNearer(a: string, b: string, from: string): boolean {
  const shared = sharedFolders(a, from) - sharedFolders(b, from);
  if (shared !== 0) return shared > 0;
  const depth = a.split('/').length - b.split('/').length;
  return depth === 0 ? a < b : depth < 0;
}

function sharedFolders(a: string, b: string): number {
  const left = a.split('/').slice(0, -1);
  const right = b.split('/').slice(0, -1);
  const differing = left.findIndex((part, index) => part !== right[index]);
  return differing === -1 ? left.length : differing;
}

/** `a`, `a/b`, … for `a/b/c.md`. */
function foldersAbove(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The path without `.`, `..` and doubled or outer slashes; undefined if it leads out of the root. */
function normalize(path: string): string | undefined {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}
