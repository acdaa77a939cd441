/** The results as one table, each row with its bar if it has one. */
import { alignedTable } from './aligned-table.mjs';
import { barText, ratioText, shortfallText, valueText, verdictOn } from './bars.mjs';

const COLUMNS = [
  { title: 'what', isText: true },
  { title: 'p50' },
  { title: 'p99' },
  { title: 'floor' },
  { title: 'ratio' },
  { title: 'must reach', isText: true },
  { title: '', isText: true },
  { title: 'note', isText: true },
];

/** Rows of `{ what, unit, p50, p99?, floor?, ratio?, must?, note? }` as lines of text. */
export function tableOf(rows) {
  return alignedTable(COLUMNS, rows.map(cellsOf));
}

/** Which of the rows do not reach their bars; a bar that is no ratio is one of `p50`. */
export function shortfallsOf(rows) {
  return shortfallText(rows.map(judgedRow));
}

function cellsOf(row) {
  const { what, p50, p99, floor, ratio, must, unit, note } = row;
  const [middle, slow, least] = [p50, p99, floor].map((value) => valueText(value, row));
  const judgement = [ratioText(ratio, must), barText(must, unit), verdictOn(judgedRow(row))];
  return [what, middle, slow, least, ...judgement, note ?? ''];
}

function judgedRow({ p50, ...row }) {
  return { ...row, value: p50 };
}
