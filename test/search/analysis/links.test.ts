import { expect, test } from 'vitest';
import { analysed, linksOf } from './analysed.js';

const links = (text: string): readonly string[] => linksOf(analysed(text));

test.each([
  ['[a](b.md)', 'inline b.md# "a"'],
  ['[a *b* `c`](../x/y%20z.md#p%C3%A4 "title")', 'inline ../x/y z.md#pä "a b c"'],
  ['[a](<with space.md>)', 'inline with space.md# "a"'],
  ['[a](paren_(x).md)', 'inline paren_(x).md# "a"'],
  ['[a](100%.md?raw=1#b)', 'inline 100%.md#b "a"'],
  ['[a](#here)', 'inline #here "a"'],
  ['[a](&lt;b\\_c.md)', 'inline <b_c.md# "a"'],
  ['![alt](img.png)', 'embed img.png# "alt"'],
  ['[[Note name]]', 'wiki Note name# "Note name"'],
  ['[[Note|alias]]', 'wiki Note# "alias"'],
  ['[[dir/Note#Heading]]', 'wiki dir/Note#Heading "dir/Note#Heading"'],
  ['![[image.png|300]]', 'embed image.png# "image.png"'],
  ['<a href="b.md">x <b>y</b></a>', 'html b.md# "x y"'],
  ['<img src="i.png" alt="al">', 'html i.png# "al"'],
])('%s', (text, expected) => {
  expect(links(text)).toEqual([`1 ${expected}`]);
});

test.each([
  '[a](https://e.org)',
  '[a](//e.org)',
  '[a](mailto:a@b)',
  '<https://e.org>',
  '![a](data:image/png;base64,x)',
  '[a]()',
])('%s is no link to a document', (text) => {
  expect(links(text)).toEqual([]);
});

test('reference links name their target and their own line', () => {
  expect(links('One [a][ref],\ntwo [ref], three [b][].\n\n[ref]: x.md#y "t"\n[B]: <z w.md>\n')).toEqual([
    '1 reference x.md#y "a"',
    '2 reference x.md#y "ref"',
    '2 reference z w.md# "b"',
  ]);
});

test('code and comments hold no links', () => {
  expect(links('`[a](b)` `[[c]]`\n\n```\n[d](e)\n[[f]]\n```\n\n    [g](h)\n\n<!-- [i](j) -->\n')).toEqual([]);
});

test('lines are exact in lists, quotes, tables, HTML, and behind code that spans lines', () => {
  const text = [
    '- a',
    '  b [1](1.md)',
    '',
    '> q',
    '> [2](2.md)',
    '',
    '| [3](3.md) | x |',
    '|---|---|',
    '| y | [[4\\|four]] |',
    '',
    '<div>',
    '<a',
    ' href="5.md">5</a></div>',
    '',
    '`code',
    'goes on` [6](6.md)\\',
    '[7](7.md)  ',
    '**x',
    '[8](8.md)**',
    '',
    '## [9](9.md)',
  ];
  expect(links(text.join('\r\n')).map((link) => link.split(' ').slice(0, 3).join(' '))).toEqual([
    '2 inline 1.md#',
    '5 inline 2.md#',
    '7 inline 3.md#',
    '9 wiki 4#',
    '12 html 5.md#',
    '16 inline 6.md#',
    '17 inline 7.md#',
    '19 inline 8.md#',
    '21 inline 9.md#',
  ]);
});

test('a footnote is no link definition', () => {
  expect(links('Text[^1] and [^1].\n\n[^1]: word\n')).toEqual([]);
});

test('links of a line longer than a passage are found', () => {
  const text = `${'word '.repeat(2000)}[a](b.md) ${'word '.repeat(2000)}`;
  expect(links(text)).toEqual(['1 inline b.md# "a"']);
});

test('a Hugo shortcode in a definition does not swallow the definitions after it', () => {
  expect(links('[a] [b]\n\n[a]: /v/{{< param v >}}/a\n[b]: b.md\n').at(-1)).toBe('1 reference b.md# "b"');
});
