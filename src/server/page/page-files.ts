import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { PAGE_FOLDER } from '../page-folder.js';

/** A file of the page, as it is served. */
export interface PageFile {
  readonly bytes: Buffer;
  readonly contentType: string;
  /** Names the content, so that a browser that has it is sent nothing. */
  readonly etag: string;
}

const CONTENT_TYPES: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
]);

/** Its start, which is served at `/`. */
const START = 'index.html';

/**
 * All files of the page, by the path that they are served at: `/` and `/page/…`. They are read once, so no path of a
 * request ever reaches the file system.
 */
export class PageFiles {
  readonly #files: ReadonlyMap<string, PageFile>;
  /** What the content security policy calls the inline import map of the start: the only inline script there is. */
  readonly importMapHash: string;

  private constructor(files: ReadonlyMap<string, PageFile>, importMapHash: string) {
    this.#files = files;
    this.importMapHash = importMapHash;
  }

  /** Reads the page that was built with this package. */
  static read(): PageFiles {
    const names = readdirSync(PAGE_FOLDER, { recursive: true, encoding: 'utf8' });
    const files = names.flatMap((name): [string, PageFile][] => {
      const contentType = CONTENT_TYPES.get(extname(name));
      if (contentType === undefined) return [];
      const bytes = readFileSync(join(PAGE_FOLDER, name));
      const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
      return [[name === START ? '/' : `/page/${name.replaceAll(sep, '/')}`, { bytes, contentType, etag }]];
    });
    const found = new Map(files);
    return new PageFiles(found, importMapHashOf(found.get('/')?.bytes.toString('utf8') ?? ''));
  }

  /** The file at a path; undefined if there is none. */
  find(path: string): PageFile | undefined {
    return this.#files.get(path);
  }
}

function importMapHashOf(html: string): string {
  const [, map = ''] = /<script type="importmap">([\s\S]*?)<\/script>/u.exec(html) ?? [];
  return `'sha256-${createHash('sha256').update(map).digest('base64')}'`;
}
