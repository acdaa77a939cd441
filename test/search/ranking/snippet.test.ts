import { expect, test } from 'vitest';
import { analyseQuery } from '../../../dist/search/analysis/index.js';
import { snippet } from '../../../dist/search/ranking/index.js';
import { Random, testSeed } from '../segment/random-documents.js';

const FILLER = 'Nothing of interest stands in this sentence at all. '.repeat(20);

test('a short passage is shown whole, white space tidied', () => {
  expect(snippet('  # Title\r\n\r\nTwo   words\n', ['word'])).toBe('# Title Two words');
});

test('a snippet is centred on the place where most different terms stand together', () => {
  const text = `lock lock lock ${FILLER} a stale lock is taken over ${FILLER}`;
  const shown = snippet(text, analyseQuery('stale locks taken over').terms, 80);
  expect(shown).toContain('a stale lock is taken over');
  expect(shown.length).toBeLessThanOrEqual(80);
  expect(shown).toMatch(/^….*…$/);
});

test('words are not cut', () => {
  const words = new Set(FILLER.split(' '));
  const shown = snippet(FILLER, ['sentenc'], 70);
  for (const word of shown.replaceAll('…', '').split(' ')) expect(words).toContain(word);
});

test('text without spaces is cut between characters', () => {
  const text = `${'快照存储没有服务器'.repeat(40)}锁文件${'😀'.repeat(200)}`;
  const shown = snippet(text, analyseQuery('锁文件').terms, 60);
  expect(shown).toContain('锁文件');
  expect(shown).toBe(Buffer.from(shown).toString());
});

test('a passage without a match gives its beginning', () => {
  expect(snippet(FILLER, ['absent'], 40)).toMatch(/^Nothing of interest stands in this…$/);
  expect(snippet('', ['x'])).toBe('');
});

test('no text gives a snippet that is too long or holds half a character', () => {
  const random = new Random(testSeed('snippet'));
  const pieces = ['a', 'bc ', '😀', '日本', 'é', ' ', '👩‍👩‍👧', '\n', 'word '] as const;
  for (let round = 0; round < 500; round++) {
    const text = Array.from({ length: random.below(200) }, () => random.pick(pieces)).join('');
    const length = 1 + random.below(60);
    const shown = snippet(text, ['word', '日本'], length);
    expect(shown.length).toBeLessThanOrEqual(length);
    expect(Buffer.from(shown).toString()).toBe(shown);
  }
});
