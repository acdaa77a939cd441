/** The results as one table that reads well in a terminal and can stand in a markdown page as it is. */

const COLUMNS = ['what', 'p50', 'p99', 'floor', 'ratio', 'note'];

/** Rows of `{ what, unit, p50, p99?, floor?, ratio?, note? }` as lines of text. */
export function tableOf(rows) {
  const cells = [COLUMNS, ...rows.map(cellsOf)];
  const widths = COLUMNS.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const lines = cells.map(
    (row) => `| ${row.map((cell, column) => padded(cell, widths[column], column)).join(' | ')} |`,
  );
  const rule = `|${widths.map((width, column) => `${'-'.repeat(width + 1)}${isNumber(column) ? ':' : '-'}`).join('|')}|`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

function cellsOf({ what, unit, p50, p99, floor, ratio, note }) {
  const value = (number) => (number === undefined ? '' : `${figure(number)} ${unit}`);
  return [what, value(p50), value(p99), value(floor), ratio === undefined ? '' : `${figure(ratio)}x`, note ?? ''];
}

/** Three digits that count. */
function figure(number) {
  if (number === 0 || Math.abs(number) >= 100) return Math.round(number).toLocaleString('en-US');
  return number.toPrecision(3);
}

function isNumber(column) {
  return column > 0 && column < COLUMNS.length - 1;
}

function padded(cell, width, column) {
  return isNumber(column) ? cell.padStart(width) : cell.padEnd(width);
}
