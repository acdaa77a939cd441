/** Where a link of a document leads, as written: see `DocumentLink.target` and `DocumentLink.anchor`. */
export interface LinkTarget {
  readonly target: string;
  readonly anchor: string;
}

const EXTERNAL = /^(?:[a-z][a-z0-9+.-]*:|\/\/|\\\\)/i;

/**
 * Splits a URL of a markdown or HTML link into target and anchor, percent-decoded; the query goes, as it names no document.
 * Undefined for a URL that leads out of the corpus (with a scheme, or beginning with `//`) and for an empty one.
 */
export function splitUrl(url: string): LinkTarget | undefined {
  const trimmed = url.trim();
  if (trimmed === '' || EXTERNAL.test(trimmed)) return undefined;
  const hash = trimmed.indexOf('#');
  const beforeHash = hash === -1 ? trimmed : trimmed.slice(0, hash);
  const question = beforeHash.indexOf('?');
  return {
    target: decodePercent(question === -1 ? beforeHash : beforeHash.slice(0, question)),
    anchor: hash === -1 ? '' : decodePercent(trimmed.slice(hash + 1)),
  };
}

/** Splits what stands in `[[…]]` before the `|`; note names are not percent-encoded. Undefined for a URL or nothing. */
export function splitNoteName(name: string): LinkTarget | undefined {
  const trimmed = name.trim();
  if (trimmed === '' || /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed)) return undefined;
  const hash = trimmed.indexOf('#');
  if (hash === -1) return { target: trimmed, anchor: '' };
  return { target: trimmed.slice(0, hash).trim(), anchor: trimmed.slice(hash + 1).trim() };
}

/** Decodes each valid run of escapes and leaves a stray `%` (as in `100%.md`) alone. */
function decodePercent(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch (error) {
      if (error instanceof URIError) return escapes;
      throw error;
    }
  });
}
