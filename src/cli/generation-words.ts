import type { GenerationSummary } from '../search/index.js';

/** What made a generation: `index`, `rollback to 3`. */
export function operationOf({ operation, rolledBackTo }: GenerationSummary): string {
  return rolledBackTo === undefined ? operation : `${operation} to ${rolledBackTo}`;
}

/** What its maker says of a generation, and neither its operation nor its counts say; empty if nothing. */
export function reasonOf({ operation, rolledBackTo, reason }: GenerationSummary): string {
  // What indexing says of itself stands under the documents, and the store repeats the operation.
  return operation === 'index' || ['resumed', `rolled back to ${rolledBackTo}`].includes(reason) ? '' : reason;
}

/** How many documents a generation added, changed and removed: `+1 ~0 -2`; `?` if that cannot be told any more. */
export function documentCounts({ added, changed, removed }: GenerationSummary): string {
  return added === null ? '?' : `+${added} ~${changed} -${removed}`;
}
