// Tables of figures, on the screen and in docs/search-quality.md.
import { fillMarkedPlace } from '../marked-place.mjs';

/** A table in markdown; the first column is text, the others are figures of 0 to 1. */
export function markdownTable(header, rows) {
  const lines = [
    header,
    header.map((_, column) => (column === 0 ? '---' : '--:')),
    ...rows.map((row) => row.map(cell)),
  ];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

/** Puts a table between the marks of that name in the page. */
export function writeTable(name, table) {
  fillMarkedPlace('search-quality.md', { name, command: 'npm run eval', text: table });
}

function cell(value) {
  return typeof value === 'number' ? value.toFixed(3) : value;
}
