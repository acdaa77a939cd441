// Tables of figures, on the screen and in docs/search-quality.md.
import { readFileSync, writeFileSync } from 'node:fs';

const PAGE = new URL('../../docs/search-quality.md', import.meta.url);

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
  const page = readFileSync(PAGE, 'utf8');
  const marks = new RegExp(`(<!-- ${name}: by npm run eval -->\\n)[\\s\\S]*?(<!-- end -->)`);
  if (!marks.test(page)) throw new Error(`docs/search-quality.md: no place for the table "${name}"`);
  writeFileSync(
    PAGE,
    page.replace(marks, (_, start, end) => `${start}\n${table}\n\n${end}`),
  );
}

function cell(value) {
  return typeof value === 'number' ? value.toFixed(3) : value;
}
