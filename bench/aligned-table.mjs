/** A table that reads well in a terminal and can stand in a markdown page as it is. */

/**
 * @param columns `{ title, isText? }`; what is no text stands at the right
 * @param rows cells of text, as many as there are columns
 */
export function alignedTable(columns, rows) {
  const cells = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const lines = cells.map((row) => `| ${row.map((cell, column) => padded(cell, column)).join(' | ')} |`);
  const rule = columns.map(({ isText }, column) => `${'-'.repeat(widths[column] + 1)}${isText ? '-' : ':'}`);
  return [lines[0], `|${rule.join('|')}|`, ...lines.slice(1)].join('\n');

  function padded(cell, column) {
    return columns[column].isText ? cell.padEnd(widths[column]) : cell.padStart(widths[column]);
  }
}
