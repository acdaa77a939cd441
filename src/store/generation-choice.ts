/** Which generation is meant by a number, a tag or a time. */
import type { Check } from '../arguments/index.js';
import { requireArgument } from './argument-checks.js';
import { noGenerationYet, StoreError } from './errors.js';
import type { History, HistoryEntry } from './history.js';
import type { Tag } from './tags.js';

/** What choosing asks of a store. */
interface GenerationNames {
  tags(): Promise<readonly Tag[]>;
  history(): Promise<History>;
}

/** A date, or a date and a time of ISO 8601; a time without an offset is that of this machine. */
const TIME = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/u;

const WORD: Check = {
  expected: 'a number, a tag or a time, given as a text',
  allows: (value) => typeof value === 'string',
};

const TAGS_NAMED = 10;

/** True if `word` may be a time for {@link findGeneration}; a date alone is one. */
export function isTime(word: unknown): boolean {
  return typeof word === 'string' && TIME.test(word) && !Number.isNaN(Date.parse(word));
}

/**
 * The number of the generation that a word names: its number, a tag on it, or a time, of which the newest generation is
 * meant that was there then. A date alone is its beginning in UTC. Whether a generation of that number exists, opening
 * it tells.
 * @throws StoreError INVALID_OPTION, TAG_NOT_FOUND; GENERATION_EXPIRED if what a tag named is gone, if every generation that is kept is younger than the time, or the
 * one that was the newest then may be among those that are not kept
 */
export async function findGeneration(store: GenerationNames, word: string): Promise<number> {
  requireArgument('word', word, WORD);
  if (/^\d+$/u.test(word)) return Number(word);
  const tags = await store.tags();
  const tag = tags.find(({ name }) => name === word);
  if (tag?.isLost === true) throw lostGeneration(tag);
  if (tag !== undefined) return tag.generation;
  if (isTime(word)) return findGenerationAt(store, word);
  throw new StoreError(
    'TAG_NOT_FOUND',
    `${JSON.stringify(word)}: it is neither the number of a generation nor a time nor a tag`,
    {
      remedy: `Give a number that the history lists, a time as 2026-01-31T12:00Z, or a tag; ${tagsThatExist(tags)}.`,
    },
  );
}

function lostGeneration({ name, generation }: Tag): StoreError {
  const text = `tag ${name}: generation ${generation}, which it named, is gone, and another has its number`;
  return new StoreError('GENERATION_EXPIRED', text, {
    remedy: 'Somebody removed it by hand. Remove the tag, and set it again on a generation that the history lists.',
  });
}

async function findGenerationAt(store: GenerationNames, time: string): Promise<number> {
  const atMs = Date.parse(time);
  const { generations } = await store.history();
  // The order of generations is certain, the clocks of their writers are not.
  const index = generations.findIndex(({ createdAt }) => Date.parse(createdAt) <= atMs);
  const [found, next] = [generations[index], generations[index - 1]];
  if (found !== undefined) return requireNoneBetween(found, next, time);
  const oldest = generations.at(-1);
  if (oldest === undefined) throw noGenerationYet(time);
  const { generation, createdAt } = oldest;
  throw new StoreError('GENERATION_EXPIRED', `${time}: the oldest generation that is kept, ${generation}, is younger`, {
    remedy: `Give a time from ${createdAt} on. Tags and \`retention.keepGenerations\` keep generations for longer.`,
  });
}

/** What was collected between two generations that are kept may have been the newest at a time between theirs. */
function requireNoneBetween(found: HistoryEntry, next: HistoryEntry | undefined, time: string): number {
  const { generation } = found;
  // A number between is of no account where the next generation was made from this one: it was not complete, and this
  // one was served in its place.
  if (next === undefined || next.generation === generation + 1 || next.parent === generation) return generation;
  throw new StoreError(
    'GENERATION_EXPIRED',
    `${time}: what was committed between generations ${generation} and ${next.generation} is not kept, and one of these may have been the newest then`,
    {
      remedy: `Name generation ${generation} by its number if it will do, or give a time from ${next.createdAt} on. Tags and \`retention.keepGenerations\` keep generations for longer.`,
    },
  );
}

function tagsThatExist(tags: readonly Tag[]): string {
  if (tags.length === 0) return 'there are no tags';
  const named = tags.slice(0, TAGS_NAMED).map(({ name }) => name);
  const rest = tags.length - named.length;
  return `there ${tags.length === 1 ? 'is' : 'are'} ${named.join(', ')}${rest === 0 ? '' : ` and ${rest} more`}`;
}
