/** Documents by URI: `snapdex://docs/guide/start.md`. */

const PREFIX = 'snapdex://docs/';

/** The template of all of them, RFC 6570. */
export const DOCUMENT_URI_TEMPLATE: string = `${PREFIX}{+path}`;

/** And of a part of one. Both parameters may be left out. */
export const DOCUMENT_LINES_URI_TEMPLATE: string = `${PREFIX}{+path}{?startLine,endLine}`;

/** What stands behind a `?` and asks for lines; any other `?` is a part of the path. */
const LINES = /\?((?:startLine|endLine)=[^&?]*(?:&(?:startLine|endLine)=[^&?]*)?)$/u;

/** Lines of a document, from 1; both inclusive. */
export interface LineRange {
  readonly startLine?: number;
  readonly endLine?: number;
}

/** The URI of a document, or of some of its lines; what may not stand in a path of a URI is escaped. */
export function documentUri(path: string, { startLine, endLine }: LineRange = {}): string {
  const lines = Object.entries({ startLine, endLine }).flatMap(([name, line]) =>
    line === undefined ? [] : `${name}=${line}`,
  );
  const query = lines.length === 0 ? '' : `?${lines.join('&')}`;
  return `${PREFIX}${path.split('/').map(encodeURIComponent).join('/')}${query}`;
}

/**
 * The path in a URI, whose fragment may name a heading, and the lines that it asks for; `undefined` if it is no
 * document's. A line that is no number is `NaN`.
 */
export function parseDocumentUri(uri: string): { readonly path: string; readonly range: LineRange } | undefined {
  if (!uri.startsWith(PREFIX)) return undefined;
  const address = uri.slice(PREFIX.length).replace(/#.*$/u, '');
  try {
    return { path: decodeURIComponent(address.replace(LINES, '')), range: rangeIn(LINES.exec(address)?.[1] ?? '') };
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function rangeIn(query: string): LineRange {
  return Object.fromEntries([...new URLSearchParams(query)].map(([name, line]) => [name, Number(line)]));
}

/** What a document is served as. */
export function mimeTypeOf(path: string): string {
  return /\.(?:md|mdx|markdown|mkdn?|mdown)$/iu.test(path) ? 'text/markdown' : 'text/plain';
}
