import type { LineTable } from './line-table.js';
import { type MaskedMarkup, maskMdx } from './mdx-source.js';
import { maskDialects } from './plain-source.js';

/** A document made ready for a CommonMark parser, line for line. */
export interface MarkdownSource {
  /** All lines of the file; those of front matter, and of markup that no reader sees, are blank. */
  readonly lines: readonly string[];
  /** The first line of the body, from 0. */
  readonly bodyLine: number;
  readonly isMdx: boolean;
  /** Lines too long to be one passage; they are read in pieces. */
  readonly longLines: ReadonlySet<number>;
  /** What stands in tags that are blank now. */
  readonly masked: MaskedMarkup;
}

/** A line beyond this is kept from the parser altogether. */
const MAXIMUM_PARSED_CHARACTERS = 64 * 1024;

const NOTHING_MASKED: MaskedMarkup = { prose: [], links: [] };

export function prepareSource(
  text: string,
  table: LineTable,
  options: { readonly bodyLine: number; readonly isMdx: boolean; readonly maximumLineCharacters: number },
): MarkdownSource {
  const { bodyLine, isMdx, maximumLineCharacters } = options;
  const lines = new Array<string>(table.count).fill('');
  const longLines = new Set<number>();
  for (let line = bodyLine; line < table.count; line++) {
    const start = table.starts[line] ?? 0;
    const end = table.ends[line] ?? start;
    if (end - start > maximumLineCharacters) longLines.add(line);
    if (end - start <= MAXIMUM_PARSED_CHARACTERS) lines[line] = text.slice(start, end);
  }
  const masked = isMdx ? maskMdx(text, table, lines, bodyLine) : NOTHING_MASKED;
  if (/:::|%%|\[\^|\{\{/.test(text)) maskDialects(lines, bodyLine);
  return { lines, bodyLine, isMdx, longLines, masked };
}
