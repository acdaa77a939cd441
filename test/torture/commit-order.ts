/** The generations of a history in their order: who made each of them, and who may have. */
import { isCommit, nameOf, type Operation } from './operation.js';
import type { Report } from './violation.js';

/** Who made which generation, as far as it was acknowledged. */
export interface CommitOrder {
  /** The newest generation. */
  readonly highest: number;
  /** By generation; `undefined` where nobody was told. */
  readonly acknowledged: (Operation | undefined)[];
  /** Those of which nobody knows whether they counted, by the time at which they began. */
  readonly unknown: readonly Operation[];
  /** By generation: no later one ended before this. */
  readonly earliestEndAbove: Float64Array;
  /** By generation: no earlier one began after this. */
  readonly latestStartBelow: Float64Array;
}

/** Whether the operation was told that it made a generation: a `resume` without a hold names one that was there. */
export function madeGeneration(operation: Operation): boolean {
  return isCommit(operation) && operation.outcome === 'done' && operation.baseGeneration !== operation.generation;
}

/** @param highest the newest generation in the end */
export function orderCommits(operations: readonly Operation[], highest: number, report: Report): CommitOrder {
  const acknowledged: (Operation | undefined)[] = new Array(highest + 1).fill(undefined);
  const unknown: Operation[] = [];
  for (const operation of operations) {
    if (isCommit(operation) && operation.outcome === 'unknown') unknown.push(operation);
    if (!madeGeneration(operation)) continue;
    const { generation } = operation;
    const other = acknowledged[generation];
    if (generation < 1 || generation > highest)
      report('UNEXPLAINED_GENERATION', generation, `${nameOf(operation)} made it, and the newest is ${highest}`);
    else if (other !== undefined)
      report('ACKNOWLEDGED_TWICE', generation, `both ${nameOf(other)} and ${nameOf(operation)} made it`);
    else acknowledged[generation] = operation;
  }
  const earliestEndAbove = new Float64Array(highest + 2).fill(Number.POSITIVE_INFINITY);
  for (let generation = highest; generation >= 1; generation--) {
    const endNs = acknowledged[generation]?.endNs ?? Number.POSITIVE_INFINITY;
    earliestEndAbove[generation - 1] = Math.min(earliestEndAbove[generation] ?? endNs, endNs);
  }
  const latestStartBelow = new Float64Array(highest + 2);
  for (let generation = 1; generation <= highest; generation++) {
    const startNs = acknowledged[generation]?.startNs ?? 0;
    latestStartBelow[generation + 1] = Math.max(latestStartBelow[generation] ?? 0, startNs);
  }
  unknown.sort((a, b) => a.startNs - b.startNs);
  return { highest, acknowledged, unknown, earliestEndAbove, latestStartBelow };
}

/** The operations of unknown outcome that can have made this generation, going by time. */
export function possibleMakers(order: CommitOrder, generation: number): readonly Operation[] {
  const before = order.earliestEndAbove[generation] ?? Number.POSITIVE_INFINITY;
  const after = order.latestStartBelow[generation] ?? 0;
  return order.unknown.filter(({ startNs, endNs }) => startNs < before && endNs > after);
}
