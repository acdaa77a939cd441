/** Taking turns, and what is said about the figures of engines that took them. */
import { median, quantile } from '../measuring.mjs';
import { TITLES } from './engines/index.mjs';

/** An engine that has used up this much takes no more turns: a few of its samples say enough. */
const MOST_MS = 30_000;

/**
 * Lets each engine take a turn after the other (a b c a b c …, every other time backwards), so that a noisy moment falls
 * on all of them. `act(engine, turn)` answers the samples of that turn. The result has the samples by engine and turn.
 */
export async function takeTurns(names, turns, act) {
  const figures = Object.fromEntries(names.map((name) => [name, []]));
  const spentMs = Object.fromEntries(names.map((name) => [name, 0]));
  for (let turn = 0; turn < turns; turn += 1) {
    for (const name of turn % 2 === 0 ? names : names.toReversed()) {
      if (spentMs[name] > MOST_MS) continue;
      const startedMs = performance.now();
      figures[name].push(await act(name, turn));
      spentMs[name] += performance.now() - startedMs;
    }
  }
  return figures;
}

/**
 * A line of the table about times: ours beside the best peer's, or that of `against`.
 * @param most the ratio that must not be exceeded
 * @param share 0.5 for the median, 0.99 for the slowest of a hundred
 */
export function timesLine({ what, figures, share = 0.5, against, most, unit = 'ms', note }) {
  const values = valuesOf(figures, share);
  const peer =
    against === undefined ? smallest(withoutOurs(values)) : Object.keys(figures).find((name) => name === against);
  return {
    what,
    unit,
    ours: values.snapdex,
    peer: peer === undefined ? undefined : { name: peer, value: values[peer] },
    ratio: peer === undefined ? undefined : ratioOf(figures.snapdex, figures[peer], share),
    must: most === undefined ? undefined : { most },
    others: othersOf(values, peer),
    note,
    values,
    samples: figures,
  };
}

/** One figure of each engine: the value below which `share` of its samples lie. */
export function valuesOf(figures, share) {
  const known = Object.entries(figures).filter(([, turns]) => turns.length > 0);
  return Object.fromEntries(known.map(([name, turns]) => [name, quantile(turns.flat(), share)]));
}

/** The median of the ratios of neighbouring turns; of slowest samples, which are too few in a turn, the plain ratio. */
export function ratioOf(ours, theirs, share = 0.5) {
  if (share !== 0.5) return quantile(ours.flat(), share) / quantile(theirs.flat(), share);
  const common = Math.min(ours.length, theirs.length);
  return median(ours.slice(0, common).map((turn, place) => median(turn) / median(theirs[place])));
}

/** The name of the peer that is best, if there is one. */
export function smallest(values) {
  return Object.keys(values).sort((a, b) => values[a] - values[b])[0];
}

export function withoutOurs({ snapdex: _, ...peers }) {
  return peers;
}

/** The peers that no column shows. */
export function othersOf(values, shown) {
  const others = Object.entries(withoutOurs(values)).filter(([name]) => name !== shown);
  return others
    .map(([name, value]) => `${TITLES[name]} ${Number(value.toPrecision(3)).toLocaleString('en-US')}`)
    .join(', ');
}
