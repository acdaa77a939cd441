/** Tokens that a text may hold as they are, such as `[MASK]`: they are taken out before words are cut. */

/** One token, as a tokenizer.json describes it. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Only where no word goes on before or after it. */
  readonly single_word: boolean;
  /** Takes the white space before, or after it, along. */
  readonly lstrip: boolean;
  readonly rstrip: boolean;
}

/** A part of a text: what lies between tokens, or the number of a token. */
export type TextPart = string | number;

const WORD_CHARACTER = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]/u;

/** Cuts a text at the tokens; at one place the longest counts. */
export function splitAtTokens(tokens: readonly AddedToken[]): (text: string) => readonly TextPart[] {
  const usable = tokens.filter(({ content }) => content !== '');
  if (usable.length === 0) return (text) => (text === '' ? [] : [text]);
  const byContent = new Map(usable.map((token) => [token.content, token]));
  const alternatives = [...byContent.keys()].sort((a, b) => b.length - a.length).map(escaped);
  const pattern = new RegExp(alternatives.join('|'), 'gu');
  return (text) => {
    const parts: TextPart[] = [];
    let done = 0;
    for (const match of text.matchAll(pattern)) {
      const token = byContent.get(match[0]);
      if (token === undefined || match.index < done) continue;
      const end = match.index + match[0].length;
      if (token.single_word && !standsAlone(text, match.index, end)) continue;
      const before = text.slice(done, match.index);
      const kept = token.lstrip ? before.replace(/\p{White_Space}+$/u, '') : before;
      if (kept !== '') parts.push(kept);
      parts.push(token.id);
      done = token.rstrip ? end + (/^\p{White_Space}*/u.exec(text.slice(end))?.[0].length ?? 0) : end;
    }
    if (done < text.length) parts.push(text.slice(done));
    return parts;
  };
}

function standsAlone(text: string, start: number, end: number): boolean {
  const before = [...text.slice(Math.max(0, start - 2), start)].at(-1) ?? '';
  const after = [...text.slice(end, end + 2)].at(0) ?? '';
  return !WORD_CHARACTER.test(before) && !WORD_CHARACTER.test(after);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
