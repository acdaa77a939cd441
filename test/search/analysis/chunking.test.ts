import { expect, test } from 'vitest';
import { analysed, outlineOf } from './analysed.js';

const words = (count: number): string => Array.from({ length: count }, (_, index) => `w${index}`).join(' ');

test('a long section is split between its blocks', () => {
  expect(outlineOf(analysed(`# H\n\n${words(100)}\n\n${words(100)}\n\n${words(100)}\n`))).toEqual([
    'h@1-3',
    'h@5-5',
    'h@7-7',
  ]);
});

test('short blocks stay together', () => {
  expect(outlineOf(analysed(`# H\n\n${words(30)}\n\n- ${words(30)}\n- ${words(30)}\n`))).toEqual(['h@1-6']);
});

test('a few words at the end of a section join what stands before', () => {
  expect(outlineOf(analysed(`# H\n\n${words(140)}\n\n${words(15)}\n`))).toEqual(['h@1-5']);
});

test('a long list is split between items, a long code block between lines', () => {
  const list = Array.from({ length: 10 }, () => `- ${words(50)}`).join('\n');
  expect(outlineOf(analysed(list))).toEqual(['@1-3', '@4-6', '@7-9', '@10-10']);
  const code = `\`\`\`\n${Array.from({ length: 50 }, () => words(10)).join('\n')}\n\`\`\`\n`;
  expect(analysed(code).chunks.every(({ codeTerms }) => codeTerms.length <= 260)).toBe(true);
});

test('a very long line is split by length, and its pieces share the line', () => {
  const { text, chunks } = analysed(`intro\n\n${words(3000)}\n`);
  expect(chunks.length).toBeGreaterThan(4);
  expect(chunks.slice(1).every(({ startLine, endLine }) => startLine === 3 && endLine === 3)).toBe(true);
  expect(chunks.every(({ startOffset, endOffset }) => endOffset - startOffset <= 2400)).toBe(true);
  expect(
    chunks
      .slice(1)
      .map(({ startOffset, endOffset }) => text.slice(startOffset, endOffset))
      .join(''),
  ).toBe(words(3000));
  expect(chunks.flatMap(({ bodyTerms }) => bodyTerms.texts())).toHaveLength(3001);
});

test('a heading without text of its own is still found by its line', () => {
  const [first] = analysed('# Parent\n\n## Child\n\ntext\n').chunks;
  expect(first).toMatchObject({ startLine: 1, endLine: 1 });
  expect([first?.headingTerms.texts(), first?.bodyTerms.texts()]).toEqual([['parent'], []]);
});

test('heading terms are those of all headings above, and are not repeated in the body', () => {
  const second = analysed('# One\n\n## Two\n\nthree\n').chunks[1];
  expect([second?.headingTerms.texts(), second?.bodyTerms.texts()]).toEqual([['one', 'two'], ['three']]);
});

test('an edit changes the hash of its own passage only', () => {
  const hashes = (middle: string): readonly string[] =>
    analysed(`# A\n\none\n\n# B\n\n${middle}\n\n# C\n\nthree\n`).chunks.map(({ hash }) => hash);
  const [before, after] = [hashes('two'), hashes('changed')];
  expect(before.map((hash, index) => hash === after[index])).toEqual([true, false, true]);
  expect(before[0]).toMatch(/^[0-9a-f]{16}$/);
});
