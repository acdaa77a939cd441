import { expect, test } from 'vitest';
import { headingSlug } from '../../../dist/search/analysis/index.js';
import { analysed, bodyOf, codeOf, outlineOf } from './analysed.js';

const headings = (text: string): readonly string[] =>
  analysed(text).chunks.map(({ headingPath }) => headingPath.join(' > '));

test('each heading begins a passage that knows the headings above it', () => {
  const document = analysed('Preamble.\n\n# A\n\ntext\n\n### B\n\n## C\n\nmore\n');
  expect(document.chunks.map(({ headingPath }) => headingPath.join(' > '))).toEqual(['', 'A', 'A > B', 'A > C']);
  expect(outlineOf(document)).toEqual(['@1-1', 'a@3-5', 'b@7-7', 'c@9-11']);
});

test.each(['\n', '\r\n', '\r'])('line numbers and offsets are exact with line ends %j', (end) => {
  const document = analysed(
    `\ufeff---${end}title: T${end}---${end}${end}Intro${end}${end}# H${end}${end}a${end}b${end}`,
  );
  expect(outlineOf(document)).toEqual(['@5-5', 'h@7-10']);
  const { text, chunks } = document;
  expect(chunks.map(({ startOffset, endOffset }) => text.slice(startOffset, endOffset))).toEqual([
    'Intro',
    `# H${end}${end}a${end}b`,
  ]);
});

test('setext headings, and headings in lists and quotes, are headings', () => {
  expect(headings('Top\n===\n\n> ## Quoted\n\n- ### Listed\n')).toEqual([
    'Top',
    'Top > Quoted',
    'Top > Quoted > Listed',
  ]);
});

test('a number sign in code is no heading', () => {
  expect(headings('# A\n\n```sh\n# comment\n```\n\n    # indented\n\n~~~\n## tilde\n~~~\n')).toEqual(['A']);
});

test('HTML headings count, by their id if they have one', () => {
  expect(outlineOf(analysed('<h1 align="center">\n  Project\n</h1>\n\ntext\n\n<h2 id="own">B</h2>\n'))).toEqual([
    'project@1-5',
    'own@7-7',
  ]);
});

test('an HTML heading inside of another element does not end a section of markdown', () => {
  const demo = '<div class="demo">\n  <button>Toggle</button>\n  <h1 v-else>Oh no</h1>\n</div>\n';
  const document = analysed(`# Guide\n\n${demo}\n## Next\n`);
  expect(headings(document.text)).toEqual(['Guide', 'Guide > Next']);
  expect(bodyOf(document)).toContain('oh no');
});

test.each([
  ['only laid out', '<div align="center"><h2>Next</h2></div>'],
  ['divided', '<details><summary><h2>Next</h2></summary>'],
  ['known by an anchor', '<div><h2 id="next">Next</h2></div>'],
  ['behind an element', '<div>text</div>\n<h2>Next</h2>'],
])('an HTML heading ends a section of markdown where it is %s', (_, html) => {
  expect(headings(`# Guide\n\n## First\n\n${html}\n`)).toEqual(['Guide', 'Guide > First', 'Guide > Next']);
});

test('an HTML heading inside of another element is the title where no markdown came before', () => {
  expect(analysed('<div class="top"><h1>Project</h1></div>\n\n## Next\n').title).toBe('Project');
  expect(headings('# Guide\n\n<div><h2>Below</h2></div>\n')).toEqual(['Guide', 'Guide > Below']);
});

test('the title is front matter, else level 1, else the first heading, else the file name', () => {
  expect(analysed('---\ntitle: Front\n---\n# One').title).toBe('Front');
  expect(analysed('## Two\n\n# One `code` *it*').title).toBe('One code it');
  expect(analysed('## Two').title).toBe('Two');
  expect(analysed('text', 'a/my notes.v2.md').title).toBe('my notes.v2');
});

test('anchors are those of GitHub, duplicates numbered', () => {
  expect(outlineOf(analysed('# Set up\n# Set up\n# `v-model` & *you*!\n# Über 日本\n'))).toEqual([
    'set-up@1-1',
    'set-up-1@2-2',
    'v-model--you@3-3',
    'über-日本@4-4',
  ]);
  expect(headingSlug('Hello_World  1.0')).toBe('hello_world--10');
});

test.each([
  ['# T {#own}', 'own'],
  ['# T {#own .class}', 'own'],
  ['# T {: #own}', 'own'],
  ['# <a id="own"></a>T', 'own'],
  ['# T <a name="own"></a>', 'own'],
  ['<a id="own"></a>\n\n# T', 'own'],
  ['# T {x}', 't-x'],
])('the heading %j has the anchor %s', (text, anchor) => {
  expect(analysed(text).chunks.at(-1)?.anchor).toBe(anchor);
});

test('markup is left out of the words, its text is not', () => {
  expect(
    bodyOf(analysed('A *bold* **move**, ~~gone~~ [link](x.md "t"), <b>B</b>, `code` &amp; <https://e.org/q>.')),
  ).toBe('a bold move gone link b code https e.org org q');
});

test('code blocks have their own field, with language and titles', () => {
  const document = analysed('```js {1,3} title="src/main.js"\nrun()\n```\n\n- item\n\n      indented\n');
  expect(codeOf(document)).toBe('js src main.js main js run indent');
  expect(bodyOf(document)).toBe('item');
});

test('tables, task lists and footnotes are prose', () => {
  const text = '| head | two |\n|---|---|\n| cell | a\\|b |\n\n- [x] done\n\nSee[^1].\n\n[^1]: the note\n[^2]: word\n';
  expect(bodyOf(analysed(text))).toBe('head two cell a b x done see the note word');
});

test('comments are not indexed, scripts and styles neither', () => {
  const text =
    'a <!-- b --> c\n\n<!--\nd\n\ne -->\n\n<script setup>\nconst f = 1\n\ng()\n</script>\n\n%%h%% i\n\n%%\nj\n%%\n';
  expect(bodyOf(analysed(text))).toBe('a c i');
});

test('per cent signs that are no comment stay', () => {
  expect(bodyOf(analysed('rates of 5%% and 10%% apply %% here\n'))).toBe('rate of 5 and 10 appli here');
});

test('directives and callouts keep their titles and their content', () => {
  const text = ':::tip[Did you know?]\ninside\n:::\n\n::: warning Careful\nx\n:::\n\n> [!note]- Folded\n> text\n';
  expect(bodyOf(analysed(text))).toBe('did you know insid care x fold text');
});

test('text nested deeper than the parser goes is still found', () => {
  expect(bodyOf(analysed(`${'> '.repeat(500)}deep\n`))).toBe('deep');
});

test('HTML blocks give their text and readable attributes', () => {
  expect(bodyOf(analysed('<div class="c">\nword <img src="a.png" alt="alternative"> x &lt; y\n</div>\n'))).toBe(
    'word altern x y',
  );
});

test('a document without text has no chunk', () => {
  expect(analysed('').chunks).toEqual([]);
  expect(analysed(' \n\n\u00a0\n').chunks).toEqual([]);
});

test('path, size and hash are those of the file', () => {
  const document = analysed('x', 'docs/Getting Started.md');
  expect(document).toMatchObject({
    path: 'docs/Getting Started.md',
    sizeBytes: 1,
    contentHash: '2d711642b726b04401627ca9fbac32f5',
  });
  expect(document.pathTerms.texts()).toEqual(['doc', 'get', 'start']);
});
