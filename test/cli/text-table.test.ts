import { describe, expect, it } from 'vitest';
import { textTable } from '../../dist/cli/text-table.js';

describe('a table', () => {
  it('aligns columns two spaces apart, and ends no line with spaces', () => {
    const rows = [
      ['N', 'NAME', 'TAGS'],
      ['1', 'a', ''],
      ['12', 'bc', 'x'],
    ];
    expect(textTable(rows, ['right', 'left', 'left'])).toBe(' N  NAME  TAGS\n 1  a\n12  bc    x');
  });

  it('counts columns of a terminal: none for colours, two for East Asian characters', () => {
    const bold = '\u001b[1mab\u001b[22m';
    expect(
      textTable(
        [
          ['日本', 'x'],
          [bold, 'y'],
        ],
        ['left', 'left'],
      ),
    ).toBe(`日本  x\n${bold}    y`);
  });

  it('is empty without rows', () => expect(textTable([], ['left'])).toBe(''));
});
