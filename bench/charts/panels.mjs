/** Which figures of a result stand in which chart. */
import { TITLES } from '../peers/engines/index.mjs';

/** The part of the comparison, how its line begins, and what the chart calls it. */
const GROWTH = [
  { part: 'keyword', ending: 'p50', title: 'keyword query, p50 (ms)' },
  { part: 'vector', ending: 'p50', title: 'exact vector top-10, p50 (ms)' },
  { part: 'hybrid', ending: 'p50', title: 'hybrid query, p50 (ms)' },
  { part: 'refresh', ending: 'chunks', title: 'refresh in another process and first query (ms)' },
  { part: 'persist', durability: 'durable', ending: 'p50', title: 'one-document persist, durable (ms)' },
  { part: 'persist', durability: 'deferred', ending: 'p50', title: 'one-document persist, deferred (ms)' },
  { part: 'cold-open', ending: 'chunks', title: 'cold open and first query (ms)' },
  { part: 'memory', ending: 'chunks', title: 'memory of an instance, PSS (MB)', beginning: 'memory of an instance' },
];

/** A panel for each measure: `{ title, axis, points: [{ engine, x, y }] }`. */
export function growthPanels(lines) {
  const panels = GROWTH.map(({ part, ending, durability, beginning = '', title }) => {
    const chosen = lines.filter((line) => {
      const isPart = line.part === part && line.durability === durability;
      return isPart && line.what.startsWith(beginning) && line.what.endsWith(ending);
    });
    return { title, axis: 'chunks', points: chosen.flatMap((line) => pointsOf(line, line.chunks)) };
  });
  return panels.filter(({ points }) => points.length > 0);
}

/** What is measured of ours alone, by `npm run bench`: the measure that its rows name, and what the chart calls it. */
const OWN_GROWTH = [
  { measure: 'storm-cpu', title: 'processor time of all instances for the same edits (ms)' },
  { measure: 'save-to-visible', title: 'save to visible in all instances, less the debounce, p50 (ms)' },
];

/**
 * Costs as instances grow: memory of all engines, and what only ours has.
 * @param lines of a result of `npm run bench:peers`
 * @param rows of a result of `npm run bench`; what they do not hold is left out
 */
export function instancesPanels(lines, rows) {
  const memory = lines.filter(({ part }) => part === 'instances').flatMap((line) => pointsOf(line, line.instances));
  const own = OWN_GROWTH.map(({ measure, title }) => {
    // Nothing less than a millisecond has a place on a logarithmic scale.
    const chosen = rows.filter((row) => row.measure === measure && row.p50 >= 1);
    return { title, points: chosen.map(({ p50, instances }) => ({ engine: TITLES.snapdex, x: instances, y: p50 })) };
  });
  return [{ title: 'memory of all instances, PSS (MB)', points: memory }, ...own]
    .filter(({ points }) => points.length > 0)
    .map((panel) => ({ ...panel, axis: 'instances' }));
}

function pointsOf({ values }, x) {
  return Object.entries(values).map(([name, y]) => ({ engine: TITLES[name], x, y }));
}
