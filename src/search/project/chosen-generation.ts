import { findGeneration, type SnapshotStore } from '../../store/index.js';
import { SearchError } from '../errors.js';

/**
 * The generation that a request names by its number, a tag or a time.
 * @throws SearchError INVALID_REQUEST for a number that no generation has; StoreError TAG_NOT_FOUND, GENERATION_EXPIRED,
 * GENERATION_NOT_FOUND
 */
export async function chosenGeneration(store: SnapshotStore, word: string): Promise<number> {
  const generation = await findGeneration(store, word);
  if (Number.isSafeInteger(generation)) return generation;
  throw new SearchError('INVALID_REQUEST', `generation ${word}: no generation has so high a number`, {
    remedy: 'Give a number that the history lists, a tag, or a time as 2026-01-31T12:00Z.',
  });
}
