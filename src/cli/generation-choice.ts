import { InvalidArgumentError } from 'commander';
import { isStoreError, type Snapshot, type SnapshotStore, StoreError, type Tag } from '../store/index.js';
import type { OpenedStore } from './with-store.js';

/** Reads a command line word that may name a generation; anything else is a usage error. */
export function generationWord(word: string): string {
  const mayBeName = /^[0-9A-Za-z][\w.-]*$/u.test(word);
  const isNumber = /^\d+$/u.test(word);
  if (isNumber ? Number.isSafeInteger(Number(word)) && Number(word) > 0 : mayBeName) return word;
  throw new InvalidArgumentError('It must be the number of a generation, or a tag.');
}

/** The generation that a word names: its number, or a tag on it. @throws StoreError TAG_NOT_FOUND */
export async function findGeneration(store: SnapshotStore, word: string): Promise<number> {
  if (/^\d+$/u.test(word)) return Number(word);
  const tags = await store.tags();
  const tag = tags.find(({ name }) => name === word);
  if (tag !== undefined) return tag.generation;
  throw new StoreError('TAG_NOT_FOUND', `${JSON.stringify(word)}: it is neither the number of a generation nor a tag`, {
    remedy: `Give a number that "snapdex history" lists, or a tag; ${tagsThatExist(tags)}.`,
  });
}

const TAGS_NAMED = 10;

function tagsThatExist(tags: readonly Tag[]): string {
  if (tags.length === 0) return 'there are no tags';
  const named = tags.slice(0, TAGS_NAMED).map(({ name }) => name);
  const rest = tags.length - named.length;
  return `there ${tags.length === 1 ? 'is' : 'are'} ${named.join(', ')}${rest === 0 ? '' : ` and ${rest} more`}`;
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
