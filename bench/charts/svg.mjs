/** Panels as one SVG that reads well on light and on dark pages. */
import { parse, View } from 'vega';
import { compile } from 'vega-lite';

const COLUMNS = 2;
const ENGINES = {
  snapdex: '#2f81f7',
  SQLite: '#e5812b',
  LanceDB: '#8957e5',
  MiniSearch: '#2da44e',
  Orama: '#d63384',
  lmdb: '#6e7781',
};
/** The colours of a light page, and what takes their place on a dark one. */
const INK = { light: '#24292f', dark: '#e6edf3' };
const GRID = { light: '#d0d7de', dark: '#3d444d' };

/** @param panels `{ title, axis, points: [{ engine, x, y }] }`; both scales are logarithmic */
export async function drawPanels(panels) {
  const engines = Object.keys(ENGINES).filter((engine) => panels.some(({ points }) => hasPoint(points, engine)));
  const specification = {
    background: 'transparent',
    columns: COLUMNS,
    concat: panels.map((panel) => panelOf(panel, engines)),
    config: {
      font: 'system-ui, sans-serif',
      axis: {
        labelColor: INK.light,
        titleColor: INK.light,
        gridColor: GRID.light,
        domainColor: GRID.light,
        tickColor: GRID.light,
        titleFontWeight: 'normal',
      },
      legend: { labelColor: INK.light, title: null, orient: 'top', symbolStrokeWidth: 3 },
      title: { color: INK.light, anchor: 'start', frame: 'group', fontSize: 12 },
      view: { stroke: null },
    },
  };
  const svg = await new View(parse(compile(specification).spec), { renderer: 'none' }).toSVG();
  return `${svg.replace(/(<svg[^>]*>)/, `$1${darkStyle()}`)}\n`;
}

function hasPoint(points, engine) {
  return points.some((point) => point.engine === engine);
}

function panelOf({ title, axis, points }, engines) {
  const powers = powersOfTen(points.map(({ y }) => y));
  const sizes = [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b);
  return {
    title,
    width: 340,
    height: 200,
    data: { values: points },
    mark: { type: 'line', point: { size: 40 } },
    encoding: {
      x: {
        field: 'x',
        type: 'quantitative',
        scale: { type: 'log', domain: [sizes[0], sizes.at(-1)], nice: false },
        axis: { title: axis, values: sizes, format: '~s', grid: false },
      },
      y: {
        field: 'y',
        type: 'quantitative',
        scale: { type: 'log', domain: [powers[0], powers.at(-1)] },
        axis: { title: null, values: powers, format: ',~r' },
      },
      color: {
        field: 'engine',
        type: 'nominal',
        scale: { domain: engines, range: engines.map((engine) => ENGINES[engine]) },
      },
      strokeWidth: { condition: { test: "datum.engine === 'snapdex'", value: 3.5 }, value: 1.5 },
    },
  };
}

/** Those from the one below all values to the one above them. */
function powersOfTen(values) {
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.ceil(Math.log10(Math.max(...values)));
  return Array.from({ length: last - first + 1 }, (_, place) => 10 ** (first + place));
}

/** A rule of a style sheet is stronger than an attribute. */
function darkStyle() {
  const rules = [INK, GRID].flatMap(({ light, dark }) => [
    `[fill="${light}"]{fill:${dark}}`,
    `[stroke="${light}"]{stroke:${dark}}`,
  ]);
  return `<style>@media (prefers-color-scheme: dark){${rules.join('')}}</style>`;
}
