import type { Retention } from './options.js';

/** A generation in the history, as choosing sees it. */
export interface RetentionCandidate {
  readonly generation: number;
  readonly createdAtMs: number;
}

/**
 * Which generations retention lets go. The order of generations comes before their clocks: the newest
 * `keepGenerations` stay whatever the time, as many again while they are young, and a generation from the future
 * counts as old.
 * @param history every intact generation that is not retired, ascending; the newest of them is what readers are given
 */
export function chooseRetired(
  history: readonly RetentionCandidate[],
  rules: {
    readonly retention: Retention;
    readonly isProtected: (generation: number) => boolean;
    readonly nowMs: number;
  },
): readonly number[] {
  const { keepGenerations, minimumAgeMs } = rules.retention;
  const candidates = history.slice(0, Math.max(0, history.length - Math.max(1, keepGenerations)));
  const firstThatMayBeYoung = history.length - 2 * keepGenerations;
  return candidates.flatMap(({ generation }, index) => {
    // Age counts from when a newer one took over: until then readers were right to open this one.
    const supersededAtMs = history[index + 1]?.createdAtMs ?? rules.nowMs;
    const ageMs = rules.nowMs - supersededAtMs;
    const isYoung = index >= firstThatMayBeYoung && ageMs >= 0 && ageMs < minimumAgeMs;
    return isYoung || rules.isProtected(generation) ? [] : [generation];
  });
}
