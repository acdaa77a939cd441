import { expect, test } from 'vitest';
import { analysed } from './analysed.js';

const fill = (text: string, length = 150_000): string => text.repeat(Math.floor(length / text.length));
const nested = (text: string): string =>
  Array.from({ length: 600 }, (_, depth) => `${text.repeat(depth)}- item`).join('\n');

/** Each ended in a stack overflow, or in quadratic time, in some markdown tool. */
const INPUTS: Readonly<Record<string, string>> = {
  'one line': fill('word ', 10_000_000),
  'one word': fill('a'),
  'nested brackets': '['.repeat(100_000) + ']'.repeat(100_000),
  'nested quotes': `${'> '.repeat(100_000)}x`,
  'nested lists': `${'- '.repeat(100_000)}x`,
  'deepening lists': nested('  '),
  'deepening quotes': nested('> '),
  'link soup': fill('[a](b) '),
  'unclosed links': fill('[a](b\n'),
  'unclosed images': fill('![![![a](b)\n'),
  'images in images': '!['.repeat(50_000) + '](x)'.repeat(50_000),
  'unclosed wiki links': fill('[[a\n'),
  backticks: fill('`a ``b\n'),
  emphasis: fill('*a **b_c_ '),
  'unclosed braces': fill('{\n'),
  'unclosed tags': fill('<a x="\n'),
  'unclosed elements': fill('<Foo>\n'),
  'unclosed comments': fill('<!-- \n\n'),
  'unclosed comments of Obsidian': fill('%% a\n'),
  definitions: Array.from({ length: 20_000 }, (_, index) => `[r${index}]: /x${index}`).join('\n'),
  'a wide table': `${'a|'.repeat(5_000)}\n${'-|'.repeat(5_000)}\n${`${'b|'.repeat(5_000)}\n`.repeat(10)}`,
  headings: fill('# h\n', 100_000),
  'carriage returns': fill('a\r'),
  'deep YAML': `---\na: ${'['.repeat(100_000)}\n---\nx`,
  'deep YAML sequences': `---\n${'- '.repeat(50_000)}x\n---\nx`,
  'deep TOML': `+++\na = ${'['.repeat(100_000)}\n+++\nx`,
  fences: fill('```\n'),
  imports: fill('import a from "b"\n'),
  'combining marks': fill('\u0301'),
};

test.each(Object.keys(INPUTS))('%s: analysed without harm', { timeout: 120_000 }, (name) => {
  for (const extension of ['md', 'mdx'])
    expect(analysed(INPUTS[name] ?? '', `x.${extension}`).chunks.length).toBeGreaterThan(0);
});
