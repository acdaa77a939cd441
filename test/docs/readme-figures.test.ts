/** The figures of the README, which are copies. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** What the README calls a line of the table that `npm run bench:peers` writes. */
const LINES: Readonly<Record<string, string>> = {
  'keyword query, p50': 'keyword query, 100000 chunks, p50',
  'hybrid query, p50': 'hybrid query, 100000 chunks, p50',
  'from a commit to an answer in another process': 'refresh in another process and first query, 100000 chunks',
  'memory of one instance': 'memory of an instance (PSS), 100000 chunks',
  'memory of four': 'memory of four instances (PSS), 100000 chunks',
  'one document persisted, durable, p50': 'one-document persist, durable, 100000 chunks, p50',
  'four writers together': '4 writers, durable, one document each, 100000 chunks',
  'open and first query': 'cold open and first query, 100000 chunks',
};
const COLUMNS = ['snapdex', 'SQLite', 'LanceDB'] as const;

const measured = new Map(tableBelow(readFileSync('docs/performance.md', 'utf8'), '<!-- peers: by'));
const shown = tableBelow(readFileSync('README.md', 'utf8'), '## How it compares').slice(1);

describe('the comparison in the README', () => {
  it('has the lines that it had', () => expect(shown.map(([what]) => what)).toEqual(Object.keys(LINES)));

  it.each(shown)('%s is what was measured', (what, cells) => {
    const [ours = '', ...others] = measured.get(LINES[what] ?? '') ?? [];
    for (const [place, column] of COLUMNS.entries()) {
      const text = cells[place] ?? '';
      const figures = column === 'snapdex' ? numbersIn(ours) : figuresOf(column, others.join(' | '));
      expect(numbersIn(text), column).toEqual(figures.map((figure) => rounded(figure, text)));
    }
  });
});

it('finding the right page is as good in the README as it was measured', () => {
  const quality = readFileSync('docs/search-quality.md', 'utf8');
  const excl = tableBelow(quality, '<!-- results: by').flatMap(([, cells]) => numbersIn(cells[2] ?? ''));
  const keyword = tableBelow(quality, 'Beside keyword engines')
    .slice(1)
    .flatMap(([, cells]) => numbersIn(cells[0] ?? ''));
  const [, ownRange = '', otherRange = ''] =
    /nDCG@10 .*? is \[(.*?)\]\(.*?; the best plain keyword engine has (.*? to .*?)\.\n/u.exec(
      readFileSync('README.md', 'utf8'),
    ) ?? [];
  for (const [told, figures] of [
    [ownRange, excl],
    [otherRange, keyword],
  ] as const) {
    expect(figures).toHaveLength(5);
    expect(told).toBe(`${Math.min(...figures).toFixed(2)} to ${Math.max(...figures).toFixed(2)}`);
  }
});

/** The rows of the first table behind `mark`: their first cell and the others. */
function tableBelow(page: string, mark: string): readonly (readonly [string, readonly string[]])[] {
  const [, table = ''] = /\n\n((?:\|.*\n)+)/u.exec(page.slice(page.indexOf(mark))) ?? [];
  return table
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[-:|]+$/u.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, what = '', ...cells]) => [what, cells] as const);
}

function numbersIn(text: string): readonly number[] {
  // `p50` and `4 writers` stand in the names of lines, not in their cells.
  return [...text.matchAll(/\d[\d,]*(?:\.\d+)?/gu)].map(([digits]) => Number(digits.replaceAll(',', '')));
}

/** `SQLite 223 MB … SQLite without mmap 44`. */
function figuresOf(engine: string, text: string): readonly number[] {
  return [...text.matchAll(new RegExp(`${engine}(?: without mmap)? ([\\d,.]+\\d|\\d)`, 'gu'))].flatMap(
    ([, digits = '']) => numbersIn(digits),
  );
}

/** To as many decimals as the README shows there. */
function rounded(figure: number, text: string): number {
  const [, decimals = ''] = /\.(\d+)/u.exec(text) ?? [];
  return Number(figure.toFixed(decimals.length));
}
