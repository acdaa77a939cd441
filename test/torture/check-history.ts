import { madeGeneration, orderCommits } from './commit-order.js';
import { checkEnd, checkErrors, checkHolds, checkReads, checkTags } from './observations.js';
import type { Kind } from './operation.js';
import type { RecordedHistory } from './read-logs.js';
import { checkRealTimeOrder } from './real-time-order.js';
import { replay } from './replay.js';
import type { Report, Violation } from './violation.js';

/** The referee's decision. */
export interface Verdict {
  /** The first of them; all is well if there is none. */
  readonly violations: readonly Violation[];
  readonly violationCount: number;
  readonly figures: HistoryFigures;
}

/** What happened, in numbers. */
export interface HistoryFigures {
  readonly commits: number;
  /** Acknowledged, by kind. */
  readonly done: Readonly<Partial<Record<Kind, number>>>;
  readonly refused: Readonly<Record<string, number>>;
  readonly rebases: number;
  readonly unknownOutcomes: number;
  /** Commits of unknown outcome that were found in the history. */
  readonly unknownFound: number;
  readonly warnings: number;
}

/** One broken rule breaks thousands of others. */
const REPORTED = 20;

/** What does not count as a violation. */
export interface Excuses {
  /** Codes of refusals that the place of the store explains, whatever was refused. */
  readonly codes: readonly string[];
  /** What a process asked for may be done after its death, or after it gave up, however long after. */
  readonly landsLate?: boolean;
}

/**
 * Decides whether a history is one that a single store could have given: the generation numbers are its order, each
 * generation follows from the one before, the order agrees with the clock, and each read was of one generation.
 */
export function checkHistory(
  { operations, referee, warnings }: RecordedHistory,
  excuses: Excuses = { codes: [] },
): Verdict {
  const violations: Violation[] = [];
  let violationCount = 0;
  const report: Report = (rule, generation, message) => {
    violationCount += 1;
    if (violations.length < REPORTED) violations.push({ rule, generation, message });
  };
  if (excuses.landsLate === true) {
    for (const operation of operations) if (operation.outcome === 'unknown') operation.endNs = Number.POSITIVE_INFINITY;
  }
  const order = orderCommits(operations, referee.final.generation, report);
  const replayed = replay(operations, order, report);
  checkReads(operations, replayed, report);
  checkRealTimeOrder(operations, replayed, report);
  checkHolds(operations, replayed, report);
  checkErrors(operations, excuses.codes, report);
  checkTags(operations, referee, report);
  checkEnd(referee, order, replayed, report);

  const done: Partial<Record<Kind, number>> = {};
  const refused: Record<string, number> = {};
  const figures = { commits: 0, rebases: 0, unknownOutcomes: 0 };
  for (const operation of operations) {
    const { kind, outcome, code, rebases } = operation;
    if (outcome === 'done') done[kind] = (done[kind] ?? 0) + 1;
    if (outcome === 'refused') refused[`${kind} ${code}`] = (refused[`${kind} ${code}`] ?? 0) + 1;
    if (outcome === 'unknown') figures.unknownOutcomes += 1;
    if (madeGeneration(operation)) figures.commits += 1;
    figures.rebases += rebases;
  }
  return {
    violations,
    violationCount,
    figures: { ...figures, done, refused, unknownFound: replayed.found, warnings: warnings.length },
  };
}
