import type { TextRange } from 'snapdex/search';
import { element } from './element.js';

/** The end of `text` from `start` on, with the ranges marked, which are in order and places of the whole text. */
export function markedText(text: string, ranges: readonly TextRange[], start = 0): readonly (Node | string)[] {
  const parts: (Node | string)[] = [];
  let done = start;
  for (const range of ranges) {
    if (range.end <= done) continue;
    const from = Math.max(done, range.start);
    parts.push(text.slice(done, from), element('mark', {}, text.slice(from, range.end)));
    done = range.end;
  }
  return [...parts, text.slice(done)];
}
