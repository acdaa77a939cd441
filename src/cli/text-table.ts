import Table from 'cli-table3';

/** How a column's cells stand in it. */
export type Alignment = 'left' | 'right';

const NO_BORDERS = Object.fromEntries(
  ['top', 'bottom', 'left', 'right'].flatMap((side) => [
    [side, ''],
    ...['mid', 'left', 'right'].map((part) => [`${side}-${part}`, '']),
  ]),
);

/**
 * Rows as aligned columns, two spaces apart; without trailing spaces. All rows have as many cells as `alignments`.
 * Widths are those of a terminal, where colours have none and East Asian characters two.
 */
export function textTable(rows: readonly (readonly string[])[], alignments: readonly Alignment[]): string {
  const table = new Table({
    chars: { ...NO_BORDERS, middle: '  ', mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colAligns: [...alignments],
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
