import { InvalidArgumentError } from 'commander';
import { isStoreError, isTime, type Snapshot } from '../store/index.js';
import type { OpenedStore } from './with-store.js';

/** Reads a command line word that may name a generation; anything else is a usage error. */
export function generationWord(word: string): string {
  const mayBeName = /^[0-9A-Za-z][\w.-]*$/u.test(word);
  const isNumber = /^\d+$/u.test(word);
  if (isNumber ? Number.isSafeInteger(Number(word)) && Number(word) > 0 : mayBeName || isTime(word)) return word;
  throw new InvalidArgumentError('It must be the number of a generation, a tag, or a time of ISO 8601.');
}

/**
 * A generation that stays until the snapshot is closed (in a store that can be written); without a number the newest
 * that can be read, with a warning for each newer one that cannot.
 * @throws StoreError GENERATION_NOT_FOUND, GENERATION_EXPIRED, GENERATION_DAMAGED
 */
export async function openChosen({ store, warn }: OpenedStore, generation: number | undefined): Promise<Snapshot> {
  for (;;) {
    const newest = generation === undefined ? await store.snapshot() : undefined;
    try {
      // A snapshot of an empty store says so itself to whoever wants its files.
      const chosen =
        newest?.generation === 0 ? newest : await store.openGeneration(generation ?? newest?.generation ?? 0);
      for (const damage of newest?.damage ?? []) warn(damage);
      return chosen;
    } catch (error) {
      // Collected between the look and the pin: there is a newer one.
      if (newest === undefined || !isStoreError(error, 'GENERATION_EXPIRED')) throw error;
    }
  }
}
