import { expect, it } from 'vitest';
import { benchModule } from './bench-modules.js';

interface Panel {
  readonly title: string;
  readonly axis: string;
  readonly points: readonly { readonly engine: string; readonly x: number; readonly y: number }[];
}

const { instancesPanels }: { instancesPanels(lines: readonly object[], rows: readonly object[]): readonly Panel[] } =
  await import(benchModule('charts/panels.mjs'));

const LINES = [
  { part: 'instances', instances: 1, values: { snapdex: 100, sqlite: 200 } },
  { part: 'instances', instances: 4, values: { snapdex: 250, sqlite: 300 } },
  { part: 'memory', values: { snapdex: 7 } },
];
const ROWS = [
  { measure: 'storm-cpu', instances: 1, p50: 2_000 },
  { measure: 'storm-cpu', instances: 8, p50: 2_400 },
  { measure: 'save-to-visible', instances: 1, p50: 80 },
  { measure: 'save-to-visible', instances: 8, p50: -3 },
  { what: 'query', p50: 5 },
];

it('the cost as instances grow is memory of every engine, and what else is measured of ours', () => {
  const [memory, cpu, visible, ...none] = instancesPanels(LINES, ROWS);
  expect(memory).toMatchObject({ axis: 'instances', points: { length: 4 } });
  expect(memory?.points).toContainEqual({ engine: 'SQLite', x: 4, y: 300 });
  expect(cpu?.points).toEqual([
    { engine: 'snapdex', x: 1, y: 2_000 },
    { engine: 'snapdex', x: 8, y: 2_400 },
  ]);
  expect(visible?.points).toEqual([{ engine: 'snapdex', x: 1, y: 80 }]);
  expect(none).toEqual([]);
});

it('what a result does not hold has no chart', () => {
  expect(instancesPanels(LINES, []).map(({ title }) => title)).toEqual(['memory of all instances, PSS (MB)']);
  expect(instancesPanels([], [])).toEqual([]);
});
