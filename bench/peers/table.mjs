/** The comparison as one table, each line with its bar if it has one. */
import { alignedTable } from '../aligned-table.mjs';
import { barText, ratioText, shortfallText, valueText, verdictOn } from '../bars.mjs';
import { TITLES } from './engines/index.mjs';

const COLUMNS = [
  { title: 'what', isText: true },
  { title: 'ours' },
  { title: 'best peer', isText: true },
  { title: 'ratio' },
  { title: 'must reach', isText: true },
  { title: '', isText: true },
  { title: 'others', isText: true },
];

/** Lines of `{ what, unit, digits?, ours, peer?: { name, value }, ratio?, must?, others?, note? }` as lines of text. */
export function tableOf(lines) {
  return alignedTable(COLUMNS, lines.map(cellsOf));
}

/** Which of the lines do not reach their bars. */
export function shortfallsOf(lines) {
  return shortfallText(lines.map(judgedLine));
}

function cellsOf(line) {
  const { what, unit, ours, peer, ratio, must, others, note } = line;
  return [
    what,
    valueText(ours, line),
    peer === undefined ? '' : `${TITLES[peer.name] ?? peer.name} ${valueText(peer.value, line)}`,
    ratioText(ratio, must),
    barText(must, unit),
    verdictOn(judgedLine(line)),
    [others, note].filter((text) => text !== undefined && text !== '').join('; '),
  ];
}

function judgedLine({ ours, ...line }) {
  return { ...line, value: ours };
}
