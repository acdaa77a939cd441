import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analysed } from './analysed.js';

const seed = Number(process.env.SNAPDEX_SEED ?? Date.now() % 2 ** 31);
console.log(`SNAPDEX_SEED=${seed}`);

/** Pieces that markdown, MDX and their dialects give a meaning to, in any order. */
const fragment = fc.constantFrom(
  '# h',
  '## h {#id}',
  '===',
  '---',
  '> ',
  '- ',
  '1. ',
  '    ',
  '\t',
  '```',
  '~~~',
  '`',
  '*',
  '_',
  '[a](b)',
  '[[n|m]]',
  '![',
  '](',
  '[r]: x',
  '[^1]: ',
  '<!--',
  '-->',
  '<div>',
  '</div>',
  '<A b={',
  '}>',
  '</A>',
  '{',
  '}',
  'import x from "y"',
  ':::tip',
  ':::',
  '%%',
  '|a|b|',
  '|-|-|',
  '<script>',
  '+++',
  'title: x',
  '\ufeff',
  '\u00a0',
  '\u2028',
  '日本語',
  'word',
  'two words',
  '\\',
  '&amp;',
  '😀',
  '\ud83d',
  ' ',
  '\n',
  '\n\n',
  '\r\n',
  '\r',
);
const text = fc.array(fragment, { maxLength: 60 }).map((parts) => parts.join(''));

/** The lines of a text by the plainest means. */
function linesOf(source: string): readonly { readonly start: number; readonly text: string }[] {
  let start = 0;
  return source.split(/(?<=\r\n|\n|\r(?!\n))/).map((line) => {
    const found = { start, text: line };
    start += line.length;
    return found;
  });
}

test.each(['md', 'mdx'])(
  'chunks of any %s text are ordered, lie on their lines, and cover every line of the body with text',
  (extension) => {
    fc.assert(
      fc.property(text, (source) => {
        const document = analysed(source, `x.${extension}`);
        const lines = linesOf(document.text);
        const covered = new Set<number>();
        let end = 0;
        for (const chunk of document.chunks) {
          expect(chunk.startOffset).toBeGreaterThanOrEqual(end);
          expect(chunk.endOffset).toBeGreaterThan(chunk.startOffset);
          expect(chunk.endOffset).toBeLessThanOrEqual(document.text.length);
          end = chunk.endOffset;
          expect(lines[chunk.startLine - 1]?.start).toBe(chunk.startOffset);
          const last = lines[chunk.endLine - 1];
          expect((last?.start ?? 0) + (last?.text.replace(/[\r\n]+$/, '').length ?? 0)).toBe(chunk.endOffset);
          for (let line = chunk.startLine; line <= chunk.endLine; line++) covered.add(line);
        }
        const first = document.chunks[0]?.startLine ?? lines.length + 1;
        const isFrontMatter = /^(?:---|\+\+\+)/.test(document.text);
        for (const [index, line] of lines.entries()) {
          if (line.text.trim() !== '' && !(isFrontMatter && index + 1 < first)) expect(covered).toContain(index + 1);
        }
        for (const link of document.links) expect(link.line).toBeLessThanOrEqual(lines.length);
      }),
      { seed, numRuns: 500 },
    );
  },
);

test('the analysis of a text is the same every time', () => {
  fc.assert(
    fc.property(text, (source) => {
      expect(analysed(source)).toEqual(analysed(source));
    }),
    { seed, numRuns: 50 },
  );
});
