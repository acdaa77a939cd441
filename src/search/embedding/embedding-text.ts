/** What an embedder is told about a passage. */
export interface EmbeddedPassage {
  /** Of the document. */
  readonly title: string;
  /** Outermost first. */
  readonly headingPath: readonly string[];
  /** The passage as it stands in the file. */
  readonly text: string;
}

/**
 * What the embedder reads for a passage: title and headings, each once, then the passage without front matter, comments,
 * tags, destinations of links and fences. The `hash` of a chunk is over exactly this text, so that a vector is computed
 * again only when it would differ: not when a link is repaired or a file moves.
 */
export function embeddingText({ title, headingPath, text }: EmbeddedPassage): string {
  const names = headingPath[0] === title ? headingPath : [title, ...headingPath];
  return `${names.join(' > ')}\n\n${plainText(text)}`;
}

const MARKUP =
  /<\/?[A-Za-z][^<>]{0,2000}>|(?<=\])\([^()\s]{0,1000}(?:\s"[^"]{0,200}")?\)|^[ \t>]*(?:`{3,}|~{3,}|#{1,6}[ \t]|import[ \t].{0,500}from[ \t].{0,500}$)/gm;

function plainText(text: string): string {
  return withoutComments(text)
    .replace(MARKUP, ' ')
    .replace(/[ \t]{2,}/g, ' ')
    .trim();
}

/** By hand, since an expression would look for the end of each comment anew where none is closed. */
function withoutComments(text: string): string {
  let kept = '';
  let position = 0;
  for (;;) {
    const start = text.indexOf('<!--', position);
    const end = start === -1 ? -1 : text.indexOf('-->', start + 2);
    if (end === -1) return kept + text.slice(position);
    kept += `${text.slice(position, start)} `;
    position = end + 3;
  }
}
