import type { GenerationSummary } from '../search/index.js';

/** What made a generation: `index`, `rollback to 3`. */
export function operationOf({ operation, rolledBackTo }: GenerationSummary): string {
  return rolledBackTo === undefined ? operation : `${operation} to ${rolledBackTo}`;
}

/** How many documents a generation added, changed and removed: `+1 ~0 -2`; `?` if that cannot be told any more. */
export function documentCounts({ added, changed, removed }: GenerationSummary): string {
  return added === null ? '?' : `+${added} ~${changed} -${removed}`;
}
