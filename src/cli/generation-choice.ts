import { isStoreError, type Snapshot, type SnapshotStore, StoreError } from '../store/index.js';

/** The generation that a word names: its number, or a tag on it. @throws StoreError TAG_NOT_FOUND */
export async function findGeneration(store: SnapshotStore, word: string): Promise<number> {
  if (/^\d+$/u.test(word)) return Number(word);
  const tag = (await store.tags()).find(({ name }) => name === word);
  if (tag !== undefined) return tag.generation;
  throw new StoreError('TAG_NOT_FOUND', `${JSON.stringify(word)}: it is neither the number of a generation nor a tag`, {
    remedy: '`snapdex history` lists the generations, `snapdex tag` the tags.',
  });
}

/**
 * A generation that stays until the snapshot is closed (in a store that can be written); without a number the newest
 * that can be read.
 * @throws StoreError GENERATION_NOT_FOUND, GENERATION_EXPIRED, GENERATION_DAMAGED
 */
export async function openChosen(store: SnapshotStore, generation: number | undefined): Promise<Snapshot> {
  for (;;) {
    const newest = generation === undefined ? await store.snapshot() : undefined;
    try {
      // A snapshot of an empty store says so itself to whoever wants its files.
      return newest?.generation === 0 ? newest : await store.openGeneration(generation ?? newest?.generation ?? 0);
    } catch (error) {
      // Collected between the look and the pin: there is a newer one.
      if (newest === undefined || !isStoreError(error, 'GENERATION_EXPIRED')) throw error;
    }
  }
}
