import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { analyseQuery, findTerms, tokenize, tokenizeWithOffsets } from '../../../dist/search/analysis/index.js';

const terms = (text: string): string => tokenize(text).join(' ');

test('words are lower-cased and stemmed', () => {
  expect(terms('Configuring the Servers')).toBe('configur the server');
});

test.each(['установка установку установки Установкой', 'ёлка елки ЁЛКУ', 'важный важного важными'])(
  'the Russian forms %s agree',
  (forms) => {
    expect(new Set(tokenize(forms)).size).toBe(1);
  },
);

test.each([
  ['useState', 'usest use state'],
  ['defineProps', 'defineprop defin prop'],
  ['v-model', 'v-model model'],
  ['foo_bar', 'foo_bar foo bar'],
  ['foo.bar', 'foo.bar foo bar'],
  ['XMLHttpRequest', 'xmlhttprequest xml http request'],
  ['import.meta.env', 'import.meta.env import meta env'],
  ['APIs', 'api'],
  ['HTML', 'html'],
  ['H1', 'h1'],
])('the identifier %s is found whole and by its parts', (identifier, expected) => {
  expect(terms(identifier)).toBe(expected);
});

test('an identifier typed in lower case finds its camel case', () => {
  expect(tokenize('useState')).toContain(tokenize('usestate')[0]);
});

test('versions are found by what they begin with', () => {
  expect(terms('v2.0.1')).toBe('2.0.1 2.0 2');
  expect(terms('2.0.1-beta.3')).toBe('2.0.1-beta.3 2.0.1 2.0 2 beta 3');
  expect(terms('port 8080, 404.')).toBe('port 8080 404');
});

test('Latin diacritics and compatibility forms make no difference', () => {
  expect(terms('Ångström naïve ﬁle Ｆｕｌｌ straße')).toBe(terms('angstrom naive file full strasse'));
});

test('letters of other scripts keep their marks, and case does not matter there either', () => {
  expect(terms('Київ')).toBe('київ');
  expect(terms('ΟΔΟΣ')).toBe(terms('οδος'));
  expect(terms('हिन्दी')).toBe('हिन्दी');
});

test('scripts without spaces become bigrams, a lone character itself', () => {
  expect(terms('日本語テスト')).toBe('日本 本語 語テ テス スト');
  expect(terms('猫 한국어 ไทย')).toBe('猫 한국 국어 ไท ทย');
  expect(terms('𠮷野家')).toBe('𠮷野 野家');
  expect(terms('ﾊﾟﾘ')).toBe('パリ');
});

test('apostrophes: possessives go, contractions stay, elisions split', () => {
  expect(terms('Vue\u2019s')).toBe('vue');
  expect(terms("don't")).toBe("don't");
  expect(terms("l'été")).toBe("l'ete ete");
});

test('offsets lead back to the word in the text', () => {
  const text = 'Über useState: 日本語';
  const found = tokenizeWithOffsets(text).map(({ term, start, end }) => `${term}=${text.slice(start, end)}`);
  expect(found).toEqual(['uber=Über', 'usest=useState', 'use=useState', 'state=useState', '日本=日本', '本語=本語']);
  expect(tokenizeWithOffsets(text).map(({ term }) => term)).toEqual(tokenize(text));
});

const WORDS =
  'dying lies tied skis skies idly gently ugly early only singly cries cried by happy happily enjoy hoping hopped ' +
  'luxuriating sensibilities relational valencies organizer stability availability rationalize duplicates electrical ' +
  "usefulness formative decisiveness useState FooBARs APIs v-model foo_bar.baz 2.0.1 v2.0 don't Vue's x y2k abc123def " +
  'geschwindigkeit oauth2Token __init__ HTML5 iPhone';

/** Every text is asked for every term that any of them has. */
test('looking for some terms finds what looking at all of them finds', () => {
  const files = ['README.md', 'docs/protocol.md', 'docs/search-quality.md'];
  const texts = [WORDS, WORDS.toUpperCase(), `é ${WORDS}`, '日本語 ﾊﾟﾘ ½ dying'];
  for (const file of files) texts.push(...readFileSync(file, 'utf8').split('\n'));
  const terms = [...new Set(texts.flatMap((text) => tokenize(text)))];
  for (const text of texts.slice(0, 4)) {
    const all = tokenizeWithOffsets(text);
    for (const term of terms)
      expect(findTerms(text, new Set([term]))).toEqual(all.filter((occurrence) => occurrence.term === term));
  }
  for (const text of texts) {
    const all = tokenizeWithOffsets(text);
    const some = new Set(all.map(({ term }) => term).filter((_, place) => place % 3 === 0));
    expect(findTerms(text, some)).toEqual(all.filter(({ term }) => some.has(term)));
  }
});

test('a word of a megabyte is one short term, the same in document and query', () => {
  expect(tokenize('x'.repeat(1_000_000))).toEqual(['x'.repeat(64)]);
  expect(tokenize('x'.repeat(64))).toEqual(['x'.repeat(64)]);
});

test('what holds no letter and no digit gives no term', () => {
  expect(tokenize("--- *** ___ ... ' ⚠️ 🚀 \u0301")).toEqual([]);
});

test('a query loses its stop words and repeats', () => {
  expect(analyseQuery('How do I configure the server for a server?').terms).toEqual(['configur', 'server']);
});

test('a query of nothing but stop words keeps them', () => {
  expect(analyseQuery('to be or not to be').terms).toEqual(['to', 'be', 'or', 'not']);
});

test('a query of nothing has no terms', () => {
  expect(analyseQuery('  ?! ').terms).toEqual([]);
});
