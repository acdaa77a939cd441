import { describe, expect, it } from 'vitest';
import { matchedWords } from '../../../dist/search/analysis/index.js';

/** The text with what matches in brackets. */
function marked(text: string, query: string): string {
  const ranges = matchedWords(text, query).toReversed();
  return ranges.reduce((so, { start, end }) => `${so.slice(0, start)}[${so.slice(start, end)}]${so.slice(end)}`, text);
}

describe('the words of a question in a text', () => {
  it.each([
    ['Brewing is fun; we brewed twice.', 'how to brew', '[Brewing] is fun; we [brewed] twice.'],
    ['Call boilWort() for an hour.', 'boil wort', 'Call [boilWort]() for an hour.'],
    ['größe und maß', 'Größe', '[größe] und maß'],
    ['日本語の文書', '日本語', '[日本語]の文書'],
    ['nothing here', 'yeast', 'nothing here'],
    ['', 'yeast', ''],
  ])('%j asked %j: %j', (text, query, expected) => expect(marked(text, query)).toBe(expected));
});
