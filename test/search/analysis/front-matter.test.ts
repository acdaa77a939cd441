import { expect, test } from 'vitest';
import { findFrontMatterFault } from '../../../dist/search/analysis/front-matter.js';
import { analysed, bodyOf, outlineOf } from './analysed.js';

test('YAML gives title, values and keywords, and its lines count', () => {
  const document = analysed('---\ntitle: Routing\ntags: [http, urls]\ndescription: All paths\n---\n# Intro\n\nText.\n');
  expect(document.title).toBe('Routing');
  expect(document.frontMatter).toEqual({ title: 'Routing', tags: ['http', 'urls'], description: 'All paths' });
  expect(document.keywordTerms.texts()).toEqual(['all', 'path', 'http', 'url']);
  expect(outlineOf(document)).toEqual(['intro@6-8']);
});

test('TOML is read too, dates as text', () => {
  const document = analysed('+++\ntitle = "Setup"\ndate = 2024-05-01\n+++\nText.');
  expect(document.title).toBe('Setup');
  expect(String(document.frontMatter.date)).toMatch(/^2024-05-01/);
});

test.each([
  ['title: [Hops, malt', 'Heading'],
  ['title: "Pruning trees', 'Pruning trees'],
  ["title: 'Trees' and more", "'Trees' and more"],
])('of broken YAML, %s gives the title %s', (line, title) => {
  expect(analysed(`---\n${line}\ntags: [a\n---\n\n# Heading\n`).title).toBe(title);
});

test('broken YAML keeps its plain lines and loses nothing of the document', () => {
  const document = analysed('---\ntitle: Setup: the short way\nlist: [a, b\n---\n\nThe body.\n');
  expect(document.title).toBe('Setup: the short way');
  expect(bodyOf(document)).toBe('the bodi');
});

test('broken TOML is no metadata, and the body stays', () => {
  const document = analysed('+++\ntitle = \n+++\nThe body.\n');
  expect(document.frontMatter).toEqual({});
  expect(bodyOf(document)).toBe('the bodi');
});

test('aliases that would expand without end are refused', () => {
  const levels = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefghi'.split('').map((key, index) => {
      const below = `*${'abcdefgh'.charAt(index)}`;
      return `${key}: &${key} [${Array(9).fill(below).join(',')}]`;
    }),
  ];
  expect(bodyOf(analysed(`---\n${levels.join('\n')}\n---\ntext`))).toBe('text');
});

test('text between two thematic breaks is text', () => {
  expect(bodyOf(analysed('---\n\nJust a sentence.\n\n---\n\nMore.\n'))).toBe('just a sentenc more');
});

test('front matter that is never closed is text', () => {
  expect(bodyOf(analysed('---\nopen\n'))).toBe('open');
});

test('a document of front matter alone has a chunk', () => {
  expect(outlineOf(analysed('---\ntitle: Nothing else\n---\n'))).toEqual(['@1-3']);
});

test('odd values become JSON', () => {
  const document = analysed('---\nn: .nan\nnothing: ~\n__proto__: {a: 1}\n1: one\n---\n');
  expect(JSON.stringify(document.frontMatter)).toBe('{"1":"one","n":null,"nothing":null,"__proto__":{"a":1}}');
});

test.each([
  "a: it's",
  "a: 'b: c'",
  'a: "b # c"',
  'a: b #c',
  'a: b#c',
  'a: http://x/y',
  'a: yes',
  'a: true',
  'a: Null',
  'a:  two  spaces ',
  'a: x - y',
  'a: é, [x]',
  "a: 'it''s'",
  'a: "b\\n"',
  'a: 0x1F',
  'a: 1.0',
  'a: x\n  y',
  'a: >-\n  folded\n  text',
  '# note\na: b',
  'a: NaN',
  'a:',
  'null: a',
  'a: 12',
  'a: 012',
  'a: 12345678901234567890',
  'a:\n  b: c\n  d: 1',
  'a:\n  b: c\n  b: d',
  'a:\n  b: c\n   d',
  'a:\n  b:\n    c: d',
  'a:\n  b: c\n  # note\n  d: e',
  'a: |-\n  one # two\n   three: [\n  four',
  'a: |-\n  one\n\n  two',
  'a: |-\n  one \n  two',
  'a: |-\n  \tone',
  'a: |\n  one',
  'a: >-\n  one\n   two\n  three',
  'a: >-\n  one \n  two',
  'a: >-\nb: c',
])('%j means the same with and without the YAML parser', (line) => {
  const { zz, ...parsed } = analysed(`---\n${line}\nzz: [1]\n---\n`).frontMatter;
  expect(zz).toEqual([1]);
  expect(analysed(`---\n${line}\n---\n`).frontMatter).toEqual(parsed);
});

test.each([
  ['---\na: [1]\n---\n', undefined],
  ['---\nnot a mapping\n---\n', undefined],
  ['# ---\na: [\n---\n', undefined],
  ['---\na: 1\nb: c: d\n---\n', 3],
  ['---\r\na: 1\r\nb: "c\r\nd: e\r\n---\r\n', 3],
  ["---\nb: 'c\nd: e\n---\n", 2],
  ['---\ntitle: [oops\ntags: a\n---\n', 2],
  ['---\na: 1\nb: {c: 1\nd: 1\n---\n', 3],
  ['---\na:\n  - [b,\n     {c: 1\nd: 1\n---\n', 4],
  ['---\na: [1\n]\nb: c: d\n---\n', 4],
  ['---\nid: 1\ntags: *b\n---\n', 3],
  ['---\na: &x [1]\nb: *x\nc: [*x, *y, *z]\n---\n', 4],
  ['---\na: 1\n<<: *z\n---\n', 3],
  ['+++\na = 1\nb = c\n+++\n', 3],
  [`---\n${'- '.repeat(70)}\n---\n`, 1],
  [`---\na: ${'x'.repeat(300_000)}\n---\n`, 1],
])('what is wrong with front matter is told with its line: %#', (text, line) => {
  const fault = findFrontMatterFault(text);
  expect(fault?.line).toBe(line);
  if (fault !== undefined) expect(fault.reason).toMatch(/^[^\n]{10,}[^:\s]$/);
});

test.each([
  ['---\ntitle: Hops\n\n# Hops\n', 1],
  ['---\r\nTitle: Hops\r\n# Hops\r\n', 1],
  ['---\ntags:\n  - hops\n- malt\nstatus: new\n', 1],
  ['---\nkind: page\n# which\nstatus: new\nText.\n', 1],
  ['+++\ntitle = "Hops"\n\n# Hops\n', 1],
  ['---\n\n# Hops\n', undefined],
  ['---\nSome text under a rule.\n', undefined],
  ['---\nnote: hops are bitter.\n\nstatus: new\n', undefined],
  ['---\nHops: bitter.\nMalt: sweet.\n', undefined],
  ['---\n- one\n- two\n', undefined],
  ['---\nhttps://example.com/a\n', undefined],
  ['+++\nSome text.\n', undefined],
  ['----\ntitle: Hops\n', undefined],
])('front matter that is never closed is told, and a rule is none: %#', (text, line) => {
  expect(findFrontMatterFault(text)?.line).toBe(line);
  expect(analysed(text).frontMatter).toEqual({});
});

test('a space behind the last line of a text in front matter stays', () => {
  expect(analysed('---\na: |-\n  text \n---\n').frontMatter).toEqual({ a: 'text ' });
});
