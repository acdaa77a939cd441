/** Documents by URI: `snapdex://docs/guide/start.md`. */

const PREFIX = 'snapdex://docs/';

/** The template of all of them, RFC 6570. */
export const DOCUMENT_URI_TEMPLATE: string = `${PREFIX}{+path}`;

/** The URI of a document; what may not stand in a path of a URI is escaped. */
export function documentUri(path: string): string {
  return `${PREFIX}${path.split('/').map(encodeURIComponent).join('/')}`;
}

/** The path in a URI, whose fragment may name a heading; `undefined` if it is no document's. */
export function pathOfUri(uri: string): string | undefined {
  if (!uri.startsWith(PREFIX)) return undefined;
  try {
    return decodeURIComponent(uri.slice(PREFIX.length).replace(/#.*$/u, ''));
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** What a document is served as. */
export function mimeTypeOf(path: string): string {
  return /\.(?:md|mdx|markdown|mkdn?|mdown)$/iu.test(path) ? 'text/markdown' : 'text/plain';
}
