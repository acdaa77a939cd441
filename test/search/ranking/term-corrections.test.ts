import { describe, expect, it } from 'vitest';
import { analyseQuery } from '../../../dist/search/analysis/index.js';
import { editDistance } from '../../../dist/search/ranking/edit-distance.js';
import { correctTerms } from '../../../dist/search/ranking/index.js';
import { IndexView } from '../../../dist/search/segment/index.js';
import { Random, randomDocument, segmentOf, termList, testSeed } from '../segment/random-documents.js';

describe('the distance of two words', () => {
  it.each([
    ['lock', 'lock', 0],
    ['lock', 'locks', 1],
    ['lock', 'lok', 1],
    ['lock', 'lack', 1],
    ['lock', 'lcok', 1],
    ['snapshot', 'snpashto', 2],
    ['', 'ab', 2],
    ['épée', 'epée', 1],
    ['a😀b', 'ab', 1],
  ])('%s and %s: %i', (left, right, distance) => {
    expect(editDistance(left, right, 3)).toBe(distance);
    expect(editDistance(right, left, 3)).toBe(distance);
  });

  it('is only said to be above the most that was asked about', () => {
    expect(editDistance('snapshot', 'store', 2)).toBeGreaterThan(2);
    expect(editDistance('a', 'abcdef', 2)).toBeGreaterThan(2);
  });

  it('never exceeds the number of edits that made one word of the other', () => {
    const random = new Random(testSeed('edits'));
    for (let round = 0; round < 2000; round++) {
      const word = Array.from({ length: 3 + random.below(9) }, () => 'abcd'[random.below(4)]).join('');
      const edits = random.below(3);
      let edited = word;
      for (let edit = 0; edit < edits; edit++) {
        const place = random.below(edited.length);
        edited = edited.slice(0, place) + ['', 'x', `y${edited[place]}`][random.below(3)] + edited.slice(place + 1);
      }
      expect(editDistance(word, edited, 2), `${word} ${edited}`).toBeLessThanOrEqual(edits);
    }
  });
});

describe('terms of which the index has none', () => {
  const random = new Random(1);
  const documents = (words: readonly string[]) =>
    words.map((word, index) => ({
      ...randomDocument(random, `d${index}.md`),
      titleTerms: termList([word]),
      pathTerms: termList([]),
      keywordTerms: termList([]),
      chunks: [],
      links: [],
    }));
  const viewWith = (...words: readonly string[]): IndexView => IndexView.open([segmentOf(documents(words), [])]);

  /** As if no ending had been taken off the words. */
  const correct = (view: IndexView, terms: readonly string[]) =>
    correctTerms(view, { text: terms.join(' '), terms, functionTerms: new Set<string>(), identifierParts: new Map() });

  it('are taken for the nearest that the index has', () => {
    const view = viewWith('configur', 'snapshot', 'lock');
    expect(correct(view, ['cofnigur'])).toEqual([{ asked: 'cofnigur', used: 'configur' }]);
    expect(correct(view, ['snpshott', 'lokc'])).toEqual([
      { asked: 'snpshott', used: 'snapshot' },
      { asked: 'lokc', used: 'lock' },
    ]);
  });

  it.each([
    ['librray', 'library'],
    ['cleaerd', 'cleared'],
    ['deletnig', 'deleting'],
    ['twentyy', 'twenty'],
    ['mreging', 'merging'],
    ['acidty', 'acidity'],
    ['aple', 'apple'],
    ['secaters', 'secateurs'],
    ['сервреы', 'серверы'],
  ])('are corrected as they were typed: %s is %s', (typed, meant) => {
    const [used = ''] = analyseQuery(meant).terms;
    const [asked = ''] = analyseQuery(typed).terms;
    const view = viewWith('configur', used, 'lock');
    expect(correctTerms(view, analyseQuery(typed))).toEqual([{ asked, used }]);
  });

  it('keep their numbers: another version is another thing', () => {
    const view = viewWith('round29', 'release2026', 'snapshot7');
    expect(correct(view, ['round19'])).toEqual([]);
    expect(correct(view, ['release2025'])).toEqual([]);
    expect(correct(view, ['snapshto7'])).toEqual([{ asked: 'snapshto7', used: 'snapshot7' }]);
  });

  it('may only be one edit away, from five letters on, if another is known', () => {
    const view = viewWith('snapshot', 'lock', 'abcd', 'abcdfg');
    expect(correct(view, ['lock', 'snapshto'])).toEqual([{ asked: 'snapshto', used: 'snapshot' }]);
    expect(correct(view, ['lock', 'snpashto'])).toEqual([]);
    expect(correct(view, ['lock', 'xbcdfg'])).toEqual([{ asked: 'xbcdfg', used: 'abcdfg' }]);
    expect(correct(view, ['lock', 'xbcd'])).toEqual([]);
  });

  it('are not known by a document that is gone', () => {
    const [before, after] = [['snapshto'], ['snapshot', 'lock']].map((words) => segmentOf(documents(words), []));
    const view = IndexView.open([before, after].filter((segment) => segment !== undefined));
    expect(correct(view, ['lock', 'snapshto'])).toEqual([{ asked: 'snapshto', used: 'snapshot' }]);
  });

  it('may be one edit away from four letters on, two from eight on, and not before', () => {
    const view = viewWith('abc', 'abcd', 'abcdefg', 'abcdefgh');
    expect(correct(view, ['xbc'])).toEqual([]);
    expect(correct(view, ['xbcd'])).toEqual([{ asked: 'xbcd', used: 'abcd' }]);
    expect(correct(view, ['xycdefg'])).toEqual([]);
    expect(correct(view, ['xycdefgh'])).toEqual([{ asked: 'xycdefgh', used: 'abcdefgh' }]);
  });

  it('are taken for what more documents have, of equal ones for the first', () => {
    expect(correct(viewWith('lack', 'lock', 'lock'), ['luck'])).toEqual([{ asked: 'luck', used: 'lock' }]);
    expect(correct(viewWith('lock', 'lack'), ['luck'])).toEqual([{ asked: 'luck', used: 'lack' }]);
  });

  it('are not taken for what only removed documents had', () => {
    const [kept, removed] = [documents(['snapshot']), documents(['lock', 'lock'])];
    const old = segmentOf([...removed.map((document, index) => ({ ...document, path: `old${index}.md` }))], []);
    const view = IndexView.open([old, segmentOf(kept, ['old0.md', 'old1.md'])]);
    expect(correct(view, ['lokc'])).toEqual([]);
  });
});
