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
  const specification = {
    background: 'transparent',
    columns: COLUMNS,
    concat: panels.map(panelOf),
    config: {
      font: 'system-ui, sans-serif',
      axis: {
        labelColor: INK.light,
        titleColor: INK.light,
        gridColor: GRID.light,
        domainColor: GRID.light,
        tickColor: GRID.light,
      },
      legend: { labelColor: INK.light, title: null, orient: 'top', symbolStrokeWidth: 3 },
      title: { color: INK.light, anchor: 'start', fontSize: 12 },
      view: { stroke: null },
    },
  };
  const svg = await new View(parse(compile(specification).spec), { renderer: 'none' }).toSVG();
  return `${svg.replace(/(<svg[^>]*>)/, `$1${darkStyle()}`)}\n`;
}

function panelOf({ title, axis, points }) {
  const engines = Object.keys(ENGINES).filter((engine) => points.some((point) => point.engine === engine));
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
        scale: { type: 'log' },
        axis: { title: null, format: '~s', tickCount: 5 },
      },
      color: {
        field: 'engine',
        type: 'nominal',
        scale: { domain: Object.keys(ENGINES), range: Object.values(ENGINES) },
        legend: { values: engines },
      },
      strokeWidth: { condition: { test: "datum.engine === 'snapdex'", value: 3.5 }, value: 1.5 },
    },
  };
}

/** A rule of a style sheet is stronger than an attribute. */
function darkStyle() {
  const rules = [INK, GRID].flatMap(({ light, dark }) => [
    `[fill="${light}"]{fill:${dark}}`,
    `[stroke="${light}"]{stroke:${dark}}`,
  ]);
  return `<style>@media (prefers-color-scheme: dark){${rules.join('')}}</style>`;
}
