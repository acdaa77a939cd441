import { element } from './element.js';

/** `text` with the words marked that begin like a word of the query; stems of one word differ in their ends. */
export function markedText(text: string, query: string): readonly (Node | string)[] {
  const beginnings = wordsOf(query).map((word) => word.slice(0, Math.max(3, word.length - 2)));
  if (beginnings.length === 0) return [text];
  return text.split(/([\p{L}\p{N}_]+)/u).map((part) => {
    const lower = part.toLowerCase();
    const isMeant = beginnings.some((beginning) => lower.startsWith(beginning));
    return isMeant ? element('mark', {}, part) : part;
  });
}

function wordsOf(query: string): readonly string[] {
  return (query.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []).filter((word) => word.length >= 3);
}
