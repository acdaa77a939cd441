import { expect, test } from 'vitest';
import { tokenize } from '../../../dist/search/analysis/index.js';
import { LocalEmbedder } from '../../../dist/search/embedding/index.js';
import { analysed, bodyOf } from './analysed.js';

const TEXT = 'Configure the 検索 of useState.';

test('a vocabulary that is full is given up, and no term or vector changes', async () => {
  const embedder = new LocalEmbedder();
  const before = analysed(TEXT);
  const terms = bodyOf(before);
  const vectors = await embedder.embed([TEXT]);
  tokenize(Array.from({ length: 200_000 }, (_, index) => `w${index}`).join(' '));
  const after = analysed(TEXT);
  expect(after.titleTerms.vocabulary).not.toBe(before.titleTerms.vocabulary);
  expect([bodyOf(before), bodyOf(after)]).toEqual([terms, terms]);
  expect(await embedder.embed([TEXT])).toEqual(vectors);
});

test('what a word is, its place in a text and its neighbours do not change its terms', () => {
  const word = 'Größenänderung';
  const [alone] = tokenize(word);
  expect(tokenize(`x ${word}s ${word} ${word.toUpperCase()}`)).toContain(alone);
  expect(tokenize('x'.repeat(65)).concat(tokenize('x'.repeat(64)))).toEqual(['x'.repeat(64), 'x'.repeat(64)]);
});
