/** The lines of a text: where each begins and ends, in UTF-16 code units. `\n`, `\r\n` and `\r` end a line. */
export interface LineTable {
  /** Number of lines; what stands behind the last line end counts only if it is not empty. */
  readonly count: number;
  /** Offset of the first code unit of each line, from line 0. */
  readonly starts: Uint32Array;
  /** Offset behind the last code unit of each line, without its line end. */
  readonly ends: Uint32Array;
}

export function tableOfLines(text: string): LineTable {
  const starts: number[] = [];
  const ends: number[] = [];
  const hasReturns = text.includes('\r');
  let start = 0;
  let newline = -1;
  while (start < text.length) {
    // Looked for once only: with `\r` line ends the next `\n` may be far, or nowhere.
    if (newline < start && newline !== text.length) newline = text.indexOf('\n', start);
    if (newline === -1) newline = text.length;
    let end = newline;
    let next = newline + 1;
    if (hasReturns) {
      const bare = indexOfReturn(text, start, end);
      if (bare !== -1) {
        end = bare;
        next = text.startsWith('\r\n', bare) ? bare + 2 : bare + 1;
      }
    }
    starts.push(start);
    ends.push(end);
    start = next;
  }
  return { count: starts.length, starts: Uint32Array.from(starts), ends: Uint32Array.from(ends) };
}

/** Looks no further than `end`: `indexOf` would run to the end of the text for every line without a `\r`. */
function indexOfReturn(text: string, start: number, end: number): number {
  for (let position = start; position < end; position++) if (text.charCodeAt(position) === 13) return position;
  return -1;
}
