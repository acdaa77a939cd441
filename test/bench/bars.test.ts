import { describe, expect, it } from 'vitest';
import { benchModule } from './bench-modules.js';

interface Row {
  readonly what: string;
  readonly unit: string;
  readonly p50: number;
  readonly ratio?: number;
  readonly digits?: number;
  readonly must?: object;
}

const { tableOf, shortfallsOf }: { tableOf(rows: readonly Row[]): string; shortfallsOf(rows: readonly Row[]): string } =
  await import(benchModule('table.mjs'));

const row = (p50: number, more: Partial<Row>): Row => ({ what: 'it', unit: 'ms', p50, ...more });

/** What the table says of each row. */
const verdictsOn = (...rows: readonly Row[]): readonly string[] => {
  const [header = [], , ...lines] = tableOf(rows)
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));
  return lines.map((cells) => cells[header.indexOf('must reach') + 1] ?? 'no such column');
};

describe('a line of the benchmarks', () => {
  it.each([
    [{ most: 1.3 }, 1.3, 'ok'],
    [{ most: 1.3 }, 1.31, 'SHORT'],
    [{ least: 0.9 }, 0.9, 'ok'],
    [{ least: 0.9 }, 0.89, 'SHORT'],
  ])('with the bar %o and the ratio %d is %s', (must, ratio, expected) => {
    expect(verdictsOn(row(1, { ratio, must }))).toEqual([expected]);
  });

  it.each([
    [{ valueMost: 150 }, 150, 'ok'],
    [{ valueMost: 150 }, 151, 'SHORT'],
    [{ valueMost: 0 }, 1, 'SHORT'],
    [{ valueLeast: 0.99 }, 0.99, 'ok'],
    [{ valueLeast: 0.99 }, 0.9895, 'SHORT'],
  ])('with the bar %o and the value %d is %s', (must, p50, expected) => {
    expect(verdictsOn(row(p50, { must }))).toEqual([expected]);
  });

  it('is not judged without a bar, or without what it is compared with', () => {
    expect(verdictsOn(row(1, { ratio: 9 }), row(1, { must: { most: 1 } }))).toEqual(['', '']);
    expect(shortfallsOf([row(1, { ratio: 9 }), row(1, { must: { most: 1 } })])).toBe('No bar is set for any of these.');
  });

  it('shows as many digits as its bar needs', () => {
    const recall = { unit: '', digits: 4, must: { valueLeast: 0.99 } };
    expect(tableOf([row(0.9895, recall)])).toContain('| 0.9895 |');
    expect(tableOf([row(0.9895, { unit: '' })])).toContain('| 0.99 |');
  });
});

it('what falls short is named once more at the end, with its figure and its bar', () => {
  const rows = [
    row(200, { what: 'save to visible', must: { valueMost: 150 } }),
    row(1, { what: 'CPU', ratio: 1.54, must: { most: 1.3 } }),
    row(1, { what: 'disk', ratio: 1.1, must: { most: 1.3 } }),
  ];
  expect(shortfallsOf(rows)).toBe(
    '2 of 3 bars are not reached:\n  save to visible: 200 ms, must be ≤ 150 ms\n  CPU: 1.54×, must be ≤ 1.3×',
  );
});
