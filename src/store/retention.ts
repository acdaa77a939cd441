import type { Retention } from './options.js';
import type { SpaceLedger } from './space-ledger.js';

/** A generation in the history, as choosing sees it. */
export interface RetentionCandidate {
  readonly generation: number;
  readonly createdAtMs: number;
}

/**
 * Why retention lets a generation go: `age`, it is beyond the newest ones and no longer young; `count`, so many newer
 * ones are there that not even its youth keeps it; `size`, the history is larger than it may be.
 */
export type RetirementReason = 'age' | 'count' | 'size';

/** A generation that retention lets go. */
export interface Retirement {
  readonly generation: number;
  readonly reason: RetirementReason;
  /** What its going frees once the older ones in the list are gone. */
  readonly freedBytes: number;
}

/** What choosing goes by. */
export interface RetentionRules {
  readonly retention: Retention;
  /** Whether a tag or a pin keeps it. */
  readonly isProtected: (generation: number) => boolean;
  readonly nowMs: number;
}

/**
 * Which generations retention lets go, ascending; they are released from `ledger` in this order. The order of
 * generations comes before their clocks: the newest `keepGenerations` stay whatever the time, as many again while they
 * are young, and a generation from the future counts as old. Then, while all together are larger than
 * `maximumTotalBytes`, the oldest goes that is neither protected nor young; the newest never does.
 * @param history every intact generation that is not retired, ascending; the newest of them is what readers are given
 */
export function chooseRetired(
  history: readonly RetentionCandidate[],
  ledger: SpaceLedger,
  rules: RetentionRules,
): readonly Retirement[] {
  const { keepGenerations, minimumAgeMs, maximumTotalBytes = Number.POSITIVE_INFINITY } = rules.retention;
  const newest = Math.max(1, keepGenerations);
  const retirements: Retirement[] = [];
  const letGo = (generation: number, reason: RetirementReason): void => {
    retirements.push({ generation, reason, freedBytes: ledger.release(generation) });
  };
  const waiting: number[] = [];
  for (const [index, { generation }] of history.slice(0, -1).entries()) {
    if (isYoung(history, index, rules) || rules.isProtected(generation)) continue;
    if (index >= history.length - newest) waiting.push(generation);
    else letGo(generation, minimumAgeMs > 0 && index >= history.length - 2 * newest ? 'age' : 'count');
  }
  for (const generation of waiting) {
    if (ledger.totalBytes <= maximumTotalBytes) break;
    letGo(generation, 'size');
  }
  return retirements;
}

/** Whether a generation was superseded so lately that its readers may still want it. */
export function isYoung(
  history: readonly RetentionCandidate[],
  index: number,
  { retention, nowMs }: Pick<RetentionRules, 'retention' | 'nowMs'>,
): boolean {
  // Age counts from when a newer one took over: until then readers were right to open this one.
  const ageMs = nowMs - (history[index + 1]?.createdAtMs ?? nowMs);
  const mayBeYoung = index >= history.length - 2 * Math.max(1, retention.keepGenerations);
  return mayBeYoung && ageMs >= 0 && ageMs < retention.minimumAgeMs;
}
