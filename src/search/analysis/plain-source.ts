import { FenceTracker } from './fence-tracker.js';

/**
 * Takes out of the lines of a body, in place, what a CommonMark parser would misread and no reader sees: Obsidian
 * comments (`%%…%%`), the fences of directives (`:::tip[Title]` leaves its title) and the labels of footnotes, which would
 * pass for link definitions. Every line keeps its number.
 */
export function maskDialects(lines: string[], bodyLine: number): void {
  const fences = new FenceTracker();
  const commentEnds = new CommentEnds(lines);
  let commentEnd = -1;
  for (let line = bodyLine; line < lines.length; line++) {
    const content = lines[line] ?? '';
    if (line <= commentEnd) {
      lines[line] = '';
      continue;
    }
    if (fences.place(content) !== 'outside') continue;
    if (content.includes('{{')) lines[line] = closeShortcodes(content);
    if (/^\s*%%/.test(content) && !/%%.*%%/.test(content)) {
      commentEnd = commentEnds.after(line) ?? commentEnd;
      if (commentEnd >= line) lines[line] = '';
    } else if (content.includes('%%')) {
      lines[line] = maskInlineComments(content);
    } else if (content.includes(':::')) {
      lines[line] = maskDirective(content);
    } else if (content.includes('[^')) {
      lines[line] = maskFootnoteLabel(content);
    }
  }
}

/** Finds the line that ends a comment block, looking at each line once in all. */
class CommentEnds {
  readonly #lines: readonly string[];
  #next = 0;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  after(line: number): number | undefined {
    this.#next = Math.max(this.#next, line + 1);
    while (this.#next < this.#lines.length) {
      if (/%%\s*$/.test((this.#lines[this.#next] ?? '').slice(-100))) return this.#next;
      this.#next++;
    }
    return undefined;
  }
}

/** The opening mark must follow a space and the closing one must not be followed by a word: `100%% of 5%%` is text. */
function maskInlineComments(line: string): string {
  return line.replace(/(^|\s)%%(?!%)[^%]{1,2000}%%(?![\p{L}\p{N}%])/gu, '$1');
}

/** A Hugo shortcode in a destination (`[doc]: /v/{{< version >}}/doc`) must not hold spaces, or it is no destination. */
function closeShortcodes(line: string): string {
  return line.replace(
    /(\]\(|\]:)([^\s(){}]{0,500}\s?[^\s(){}]{0,500})\{\{([<%])([^{}]{0,200})\}\}/g,
    (_, open, before, mark, inner) => {
      return `${open}${before}{{${mark}${String(inner).replace(/\s+/g, '')}}}`;
    },
  );
}

const DIRECTIVE = /^([\s>]*):{3,}[ \t]*(.*)$/;

function maskDirective(line: string): string {
  const [, indentation, rest] = DIRECTIVE.exec(line) ?? [];
  if (indentation === undefined || rest === undefined) return line;
  const [, label, title = ''] = /^[\w-]*[ \t]*(?:\[(.*)\])?([^{}]*)/.exec(rest) ?? [];
  return indentation + (label ?? title).trim();
}

function maskFootnoteLabel(line: string): string {
  return line.replace(/^([ >]{0,12})\[\^[^\]\s]{1,200}\]:[ \t]*/, '$1');
}
