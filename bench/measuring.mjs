/** Timing, and what is said about the times. All times in milliseconds. */

/** How long `action` takes. */
export async function timed(action) {
  const startedMs = performance.now();
  await action();
  return performance.now() - startedMs;
}

/**
 * Times the work and its floor in turn (a b a b …), so that a noisy moment of the machine falls on both. `steps` makes
 * the pair of one turn: `{ work, floor, prepareFloor? }`; what `prepareFloor` gives is passed to `floor`, untimed.
 */
export async function interleave(count, steps) {
  const work = [];
  const floor = [];
  for (let turn = 0; turn < count; turn += 1) {
    const step = steps(turn);
    work.push(await timed(step.work));
    const prepared = await step.prepareFloor?.();
    floor.push(await timed(() => step.floor(prepared)));
  }
  return { work, floor };
}

/** The value below which `share` (0 to 1) of the samples lie: the nearest rank, never an invented value. */
export function quantile(samples, share) {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

export function median(samples) {
  return quantile(samples, 0.5);
}

/** The median of the ratios of neighbours in time, which the machine's mood spoils less than a ratio of medians. */
export function medianRatio({ work, floor }) {
  return median(work.map((value, turn) => value / floor[turn]));
}

/** A line of the table for times that were measured beside their floor. */
export function pairedRow(what, pair, note) {
  return {
    ...timesRow(what, pair.work, note),
    floor: median(pair.floor),
    ratio: medianRatio(pair),
    floors: pair.floor,
  };
}

/** A line of the table for times without a floor. */
export function timesRow(what, samples, note) {
  return { what, unit: 'ms', p50: median(samples), p99: quantile(samples, 0.99), note, samples };
}
