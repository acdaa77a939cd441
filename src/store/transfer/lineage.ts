/** Whether a generation of one store stands in the history of another: nonces say it, which no two drafts share. */
import { type Identity, isKnownAbove } from '../lineage.js';
import type { Manifest } from '../manifest.js';

/** A history, as far as it is known. */
export interface KnownHistory {
  readonly newest: Manifest;
  /** `undefined` for a number that was collected, or whose manifest is damaged. */
  find(generation: number): Manifest | undefined;
}

/**
 * A generation with the content of the one before, which stands where the source has collected what there was. It has
 * the nonce of the generation that it repeats, and names that as its parent.
 */
export function isPassing({ parent, nonce }: Manifest): boolean {
  return parent !== null && parent.nonce === nonce;
}

/** What stands in a history and holds nothing: an empty store in which numbers were passed over. */
export function isNothing({ parent, files, metadata }: Manifest): boolean {
  return parent === null && files.size === 0 && Object.keys(metadata).length === 0;
}

/** The generation that a passing one repeats; any other is its own. */
export function originOf(manifest: Manifest): Identity {
  const { generation, nonce, parent, writer } = manifest;
  return { generation: isPassing(manifest) && parent !== null ? parent.generation : generation, nonce, writer };
}

/** True if `wanted` is shown to be the newest generation of `history`, or an ancestor of it. */
export function standsIn(history: KnownHistory, wanted: Identity): boolean {
  const { generation, nonce } = wanted;
  if (generation > history.newest.generation) return false;
  // 1. The generation itself.
  const same = history.find(generation);
  if (same !== undefined && !isPassing(same) && !isNothing(same)) return same.nonce === nonce;
  // 2. It was collected: what is above it knows.
  return isKnownAbove(wanted, { next: history.find(generation + 1), head: history.newest });
}
