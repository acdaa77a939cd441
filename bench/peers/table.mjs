/** The comparison as one table that reads well in a terminal and can stand in a markdown page as it is. */
import { TITLES } from './engines/index.mjs';

const COLUMNS = ['what', 'ours', 'best peer', 'ratio', 'must reach', '', 'others'];
const TEXT_COLUMNS = new Set(['what', 'best peer', 'must reach', '', 'others']);

/** Lines of `{ what, unit, ours, peer?: { name, value }, ratio?, must?, others?, note? }` as lines of text. */
export function tableOf(lines) {
  const cells = [COLUMNS, ...lines.map(cellsOf)];
  const widths = COLUMNS.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const isText = COLUMNS.map((column) => TEXT_COLUMNS.has(column));
  const rows = cells.map((row) => {
    const padded = row.map((cell, column) =>
      isText[column] ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
    );
    return `| ${padded.join(' | ')} |`;
  });
  const rule = `|${widths.map((width, column) => `${'-'.repeat(width + 1)}${isText[column] ? '-' : ':'}`).join('|')}|`;
  return [rows[0], rule, ...rows.slice(1)].join('\n');
}

/** True if the line has a bar and does not reach it. */
export function isShort({ ours, ratio, must }) {
  if (must === undefined) return false;
  if (must.valueLeast !== undefined) return ours < must.valueLeast;
  if (must.valueMost !== undefined) return ours > must.valueMost;
  // Without the peer nobody can say.
  if (ratio === undefined) return false;
  return must.most === undefined ? ratio < must.least : ratio > must.most;
}

function cellsOf(line) {
  const { what, unit, ours, peer, ratio, must, others, note } = line;
  const value = (number) => `${figure(number)} ${unit}`.trim();
  return [
    what,
    value(ours),
    peer === undefined ? '' : `${TITLES[peer.name] ?? peer.name} ${value(peer.value)}`,
    ratio === undefined ? '' : ratioText(ratio, must),
    barText(must),
    verdictOn(line),
    [others, note].filter((text) => text !== undefined && text !== '').join('; '),
  ];
}

function verdictOn(line) {
  const { ratio, must } = line;
  if (must === undefined) return '';
  const needsPeer = must.valueLeast === undefined && must.valueMost === undefined;
  return needsPeer && ratio === undefined ? '' : isShort(line) ? 'SHORT' : 'ok';
}

function ratioText(ratio, must) {
  return must?.isShare === true ? `${(ratio * 100).toFixed(1)} %` : `${figure(ratio)}×`;
}

function barText(must) {
  if (must === undefined) return '';
  if (must.valueLeast !== undefined) return `≥ ${must.valueLeast}`;
  if (must.valueMost !== undefined) return `${must.valueMost}`;
  if (must.isShare === true) return `< ${must.most * 100} %`;
  return must.most === undefined ? `≥ ${must.least}×` : `≤ ${must.most}×`;
}

/** Three digits that count. */
function figure(number) {
  if (number === 0 || Math.abs(number) >= 100) return Math.round(number).toLocaleString('en-US');
  return String(Number(number.toPrecision(3)));
}
