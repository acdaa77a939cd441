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
  /<\/?[A-Za-z][^<>]{0,2000}>|(?<=\])\([^()\s]{0,1000}(?:\s"[^"]{0,200}")?\)|^[ \t>]*(?:`{3,}|~{3,}|#{1,6}[ \t]|import[ \t].{0,500}from[ \t].{0,500}$)/my;

function plainText(text: string): string {
  return withoutMarkup(withoutComments(text))
    .replace(/[ \t]{2,}/g, ' ')
    .trim();
}

/** A space in place of each `MARKUP`, which is tried only where it can begin: that takes a fraction of the time. */
function withoutMarkup(text: string): string {
  let kept = '';
  let keptUpTo = 0;
  let isLineStart = true;
  for (let position = 0; position < text.length; ) {
    const unit = text.charCodeAt(position);
    const mayBegin =
      isLineStart ||
      unit === LESS_THAN ||
      (unit === OPENING_PARENTHESIS && text.charCodeAt(position - 1) === CLOSING_BRACKET);
    if (mayBegin) MARKUP.lastIndex = position;
    if (mayBegin && MARKUP.test(text)) {
      kept += `${text.slice(keptUpTo, position)} `;
      position = MARKUP.lastIndex;
      keptUpTo = position;
      // None ends with a line end.
      isLineStart = false;
    } else {
      isLineStart = unit === LINE_FEED || unit === CARRIAGE_RETURN || unit === 0x2028 || unit === 0x2029;
      position++;
    }
  }
  return kept + text.slice(keptUpTo);
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const OPENING_PARENTHESIS = 40;
const LESS_THAN = 60;
const CLOSING_BRACKET = 93;

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
