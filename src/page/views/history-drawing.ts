import type { GenerationSummary } from 'snapdex/search';
import { drawn, element } from '../element.js';
import { count, number } from '../quantities.js';

const WIDTHS = { least: 320, most: 960 } as const;
const HEIGHT = 120;
/** Bars stand on this line; numbers stand below it. */
const FLOOR = 100;
const TALLEST = 64;
/** A generation has at most the one width, and at least the other. */
const SLOT = { widest: 80, narrowest: 16 } as const;

/**
 * The newest generations from left to right: how many documents each added, changed and removed (by their logarithm),
 * and an arc from each rollback to what it restored. The table says the same.
 *
 * @param room what the drawing has, in pixels: where that is little there are fewer generations, not smaller ones
 */
export function historyDrawing(
  newestFirst: readonly GenerationSummary[],
  { room }: { readonly room: number },
): readonly (Node | string)[] {
  const width = Math.min(WIDTHS.most, Math.max(WIDTHS.least, room));
  const generations = newestFirst.slice(0, Math.floor(width / SLOT.narrowest)).toReversed();
  if (generations.length === 0) return ['No generation yet.'];
  const slot = Math.min(SLOT.widest, width / generations.length);
  const places = new Map(generations.map(({ generation }, place) => [generation, (place + 0.5) * slot]));
  const most = Math.max(1, ...generations.map(allOf));
  const svg = drawn('svg', { viewBox: `0 0 ${width} ${HEIGHT}`, role: 'img', 'aria-label': labelOf(generations) });
  svg.append(drawn('line', { class: 'axis', x1: 0, x2: width, y1: FLOOR, y2: FLOOR }));
  for (const entry of generations) {
    const x = places.get(entry.generation) ?? 0;
    svg.append(barOf(entry, { x, width: Math.min(26, slot * 0.6), most }));
    const restored = places.get(entry.rolledBackTo ?? 0);
    if (restored !== undefined) svg.append(arc(x, restored));
  }
  return [svg, element('figcaption', {}, ...legend())];
}

/** What is not known is drawn as nothing. */
function allOf({ added, changed, removed }: GenerationSummary): number {
  return (added ?? 0) + (changed ?? 0) + (removed ?? 0);
}

function barOf(
  entry: GenerationSummary,
  { x, width, most }: { readonly x: number; readonly width: number; readonly most: number },
): SVGGElement {
  const { generation, operation, added, changed, removed, tags } = entry;
  const all = allOf(entry);
  const height = all === 0 ? 0 : 6 + (TALLEST - 6) * (Math.log1p(all) / Math.log1p(most));
  let y = FLOOR;
  const pieces = [
    ['added', added],
    ['changed', changed],
    ['removed', removed],
  ] as const;
  const counts = added === null ? 'changes unknown' : `+${added} ~${changed} −${removed}`;
  const title = `generation ${generation}, ${operation}: ${counts}`;
  const group = drawn('g', {}, drawn('title', {}, title));
  for (const [kind, value] of pieces) {
    const part = all === 0 ? 0 : (height * (value ?? 0)) / all;
    y -= part;
    group.append(drawn('rect', { class: kind, x: x - width / 2, y, width, height: part }));
  }
  group.append(drawn('circle', { class: `dot ${operation}`, cx: x, cy: FLOOR, r: 3.5 }));
  if (tags.length > 0) group.append(drawn('path', { class: 'flag', d: `M${x - 4} ${y - 12}h8l-4 7z` }));
  group.append(drawn('text', { x, y: HEIGHT - 4, 'text-anchor': 'middle' }, String(generation)));
  return group;
}

function arc(from: number, to: number): SVGPathElement {
  const height = Math.min(90, 20 + Math.abs(from - to) / 3);
  return drawn('path', {
    class: 'arc',
    d: `M${from} ${FLOOR}C${from} ${FLOOR - height} ${to} ${FLOOR - height} ${to} ${FLOOR - 5}`,
  });
}

function legend(): readonly HTMLElement[] {
  const kinds = ['added', 'changed', 'removed', 'rollback', 'tagged'];
  return kinds.map((kind) => element('span', { class: `key ${kind}` }, kind));
}

function labelOf(generations: readonly GenerationSummary[]): string {
  const sum = (field: 'added' | 'changed' | 'removed'): string =>
    number(generations.reduce((total, entry) => total + (entry[field] ?? 0), 0));
  const rollbacks = generations.filter(({ rolledBackTo }) => rolledBackTo !== undefined).length;
  return `The newest ${count(generations.length, 'generation')}: ${sum('added')} documents added, ${sum('changed')} changed, ${sum('removed')} removed, ${count(rollbacks, 'rollback')}`;
}
