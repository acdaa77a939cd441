/**
 * What a line of a table must reach. `must` is one of `{ most }` and `{ least }`, of the ratio, or `{ valueMost }` and
 * `{ valueLeast }`, of the value in the line's own unit; `isShare` says that the ratio is told in percent.
 */

/** True if the line has a bar and does not reach it; lines are `{ value, ratio?, must? }`. */
export function isShort({ value, ratio, must }) {
  if (must === undefined) return false;
  if (must.valueLeast !== undefined) return value < must.valueLeast;
  if (must.valueMost !== undefined) return value > must.valueMost;
  // Without what it is compared with nobody can say.
  if (ratio === undefined) return false;
  return must.most === undefined ? ratio < must.least : ratio > must.most;
}

/** `SHORT`, `ok`, or nothing where there is no bar or nothing to judge it by. */
export function verdictOn(line) {
  if (!isJudged(line)) return '';
  return isShort(line) ? 'SHORT' : 'ok';
}

/** The bar as a cell of a table. */
export function barText(must, unit) {
  if (must === undefined) return '';
  if (must.valueLeast !== undefined) return `≥ ${must.valueLeast} ${unit}`.trim();
  if (must.valueMost !== undefined) return `${must.valueMost === 0 ? '' : '≤ '}${must.valueMost} ${unit}`.trim();
  if (must.isShare === true) return `< ${must.most * 100} %`;
  return must.most === undefined ? `≥ ${must.least}×` : `≤ ${must.most}×`;
}

/** The ratio as a cell of a table. */
export function ratioText(ratio, must) {
  if (ratio === undefined) return '';
  return must?.isShare === true ? `${(ratio * 100).toFixed(1)} %` : `${figure(ratio)}×`;
}

/** The value as a cell of a table. */
export function valueText(value, { unit, digits }) {
  return value === undefined ? '' : `${figure(value, digits)} ${unit}`.trim();
}

/** What falls short, for whoever reads only the end: lines are `{ what, value, ratio?, must? }`. */
export function shortfallText(lines) {
  const judged = lines.filter(isJudged);
  const short = judged.filter(isShort);
  const list = short.map((line) => `\n  ${line.what}: ${toldOf(line)}, must be ${barText(line.must, line.unit)}`);
  if (judged.length === 0) return 'No bar is set for any of these.';
  return `${short.length} of ${judged.length} bars are not reached${short.length > 0 ? ':' : ''}${list.join('')}`;
}

function isJudged({ ratio, must }) {
  if (must === undefined) return false;
  return must.valueLeast !== undefined || must.valueMost !== undefined || ratio !== undefined;
}

function toldOf({ value, ratio, must, ...line }) {
  const isOfValue = must.valueLeast !== undefined || must.valueMost !== undefined;
  return isOfValue ? valueText(value, line) : ratioText(ratio, must);
}

/** As many digits that count; more are asked for where fewer would hide on which side of a bar a figure is. */
function figure(number, digits = 3) {
  if (number === 0 || Math.abs(number) >= 100) return Math.round(number).toLocaleString('en-US');
  return String(Number(number.toPrecision(digits)));
}
