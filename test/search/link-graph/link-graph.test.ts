import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LinkGraph, linkGraphOf, withCompleteGraph } from '../../../dist/search/link-graph/index.js';
import { IndexView } from '../../../dist/search/segment/index.js';
import { segmentOfTexts } from '../segment/segment-of-texts.js';

/** The link graph of documents given as path and text. */
function graphOf(files: { readonly [path: string]: string }): LinkGraph {
  return LinkGraph.build(IndexView.open([segmentOfTexts(files)]));
}

/** Where the links of `from` lead, given what other documents there are. */
function ends(from: string, text: string, others: readonly string[]): readonly string[] {
  const files = Object.fromEntries(others.map((path) => [path, `# ${path}\n\n## Part one\n`]));
  return graphOf({ ...files, [from]: text })
    .links(from)
    .map(({ to }) => to);
}

test.each([
  ['beside it', './b.md', 'guide/b.md'],
  ['above it', '../b.md', 'b.md'],
  ['with spaces and other scripts', '<日本 語.md>', 'guide/日本 語.md'],
  ['percent-encoded', 'a%20b.md', 'guide/a b.md'],
  ['without extension', 'b', 'guide/b.mdx'],
  ['in other case', 'B.MD', 'guide/b.md'],
  ['as a web page', 'b.html#x', 'guide/b.md'],
  ['as a folder', '../other/', 'other/index.md'],
  ['as a folder with a readme', '../other', 'other/README.md'],
  ['as a route from its own page', '../b/', 'guide/b.md'],
  ['below the root', '/guide/b', 'guide/b.md'],
  ['with a doubled slash and a dot', './/./b.md', 'guide/b.md'],
  ['renamed to mdx', 'b.md', 'guide/b.mdx'],
])('a link finds a document %s', (_, target, expected) => {
  expect(ends('guide/a.md', `[text](${target})`, [expected, 'far/away.md'])).toEqual([expected]);
});

test('a link from the root of a site finds documents in the folder that the site is built from', () => {
  const others = ['src/content/docs/en/guides/images.mdx', 'src/content/docs/index.mdx'];
  expect(ends('src/content/docs/ja/a.mdx', '[x](/en/guides/images/#part-one) [y](/)', others)).toEqual(others);
  expect(ends('README.md', '[x](/en/guides/images/)', others)).toEqual([others[0]]);
});

test('a wiki link finds the nearest note of that name, by name, part of the path or alias', () => {
  const others = ['x/Note.md', 'deep/x/Note.md', 'deep/Other Note.md'];
  expect(ends('deep/a.md', '[[note]] [[x/Note]] [[Other note|shown]]', others)).toEqual([
    'deep/x/Note.md',
    'deep/x/Note.md',
    'deep/Other Note.md',
  ]);
  const graph = graphOf({ 'a.md': '[[Nick]]', 'b.md': '---\naliases: [nick, other]\n---\ntext' });
  expect(graph.links('a.md')).toMatchObject([{ to: 'b.md' }]);
});

test('links out of the root and to absent documents are broken; links to other files are left alone', () => {
  const graph = graphOf({
    'a.md': '[x](../../out.md)\n\n[y](nowhere)\n\n[z](script.js) ![i](image.png) [[Gone#Part]]',
  });
  expect(graph.brokenLinks('a.md')).toMatchObject([
    { target: '../../out.md', line: 1 },
    { target: 'nowhere', line: 3 },
    { target: 'Gone', anchor: 'Part', line: 5 },
  ]);
  expect(graph.links('a.md')).toEqual([]);
});

test('anchors are checked against headings, as slug or as text', () => {
  const target = '# Top\n\n## Part one\n\n## Part one\n\n## A & B {#own-id}\n';
  const text = '[a](b.md#part-one-1) [b](b.md#absent) [[b#Part one]] [c](b.md#own-id) [[b#^block]] [d](b.md)';
  const found = graphOf({ 'a.md': text, 'b.md': target }).links('a.md');
  expect(found.map(({ isAnchorFound }) => isAnchorFound)).toEqual([true, false, true, true, true, true]);
});

test('backlinks are the links of others, ordered by path and line, a document’s links to itself left out', () => {
  const graph = graphOf({
    'a.md': '# A\n[self](#a) [me](a.md)',
    'c.md': 'x\n\n[c](a.md)',
    'b.md': '[[a]]\n\n[b](a.md)',
  });
  expect(graph.backlinks('a.md').map(({ from, line }) => `${from}:${line}`)).toEqual(['b.md:1', 'b.md:3', 'c.md:3']);
  expect(graph.backlinks('absent.md')).toEqual([]);
  expect(graph.links('absent.md')).toEqual([]);
});

test('a graph is completed in turns with other work, and for what is loaded by then', async () => {
  const links = Array.from({ length: 20_000 }, (_, number) => `[x](missing-${number}.md) [a](a.md)`).join('\n\n');
  const old = segmentOfTexts({ 'a.md': '# A\n', 'b.md': links });
  const added = segmentOfTexts({ 'c.md': '[c](a.md)\n' });
  const before = { view: IndexView.open([old]) };
  const after = { view: before.view.advance([old, added]) };
  let current = before;
  let turns = 0;
  const other = setInterval(() => {
    if (++turns === 2) current = after;
  }, 1);
  const loaded = await withCompleteGraph(() => current);
  clearInterval(other);
  expect(turns).toBeGreaterThan(2);
  expect(loaded).toBe(after);
  expect(linkGraphOf(loaded.view).backlinks('a.md').at(-1)?.from).toBe('c.md');
});

const VUE = join(import.meta.dirname, '../../../../shared/data/corpora/vue-docs');

test.skipIf(!existsSync(VUE))('nearly every link of the Vue documentation is resolved', () => {
  const names = readdirSync(VUE, { recursive: true, encoding: 'utf8' }).filter((name) => /\.mdx?$/.test(name));
  const graph = graphOf(Object.fromEntries(names.map((name) => [name, readFileSync(join(VUE, name), 'utf8')])));
  const links = names.flatMap((name) => graph.links(name));
  expect(links.length).toBeGreaterThan(650);
  expect(names.flatMap((name) => graph.brokenLinks(name)).length).toBeLessThan(5);
  expect(links.filter(({ isAnchorFound }) => !isAnchorFound).length).toBeLessThan(10);
});
