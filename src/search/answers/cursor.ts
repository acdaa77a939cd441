import { createHash } from 'node:crypto';
import { z } from 'zod';
import { SearchError } from '../errors.js';

/** What a cursor is bound to: the name of the list, and all that decides what is in it and in which order. */
export type CursorBinding = readonly [list: string, ...asked: string[]];

/** Where a list goes on; of a sorted one the key of the last entry that was shown. */
type Position = readonly (string | number)[];

/** Characters at the end of a cursor that tell what it is bound to: 24 bits, against mistakes. */
const BINDING_LENGTH = 4;

/** The number of a generation; 0 before the first one. */
export const generationSchema: z.ZodType<number> = z.number().int().nonnegative();
/** A place in a ranking, from 0. */
export const placeSchema: z.ZodType<number> = z.number().int().nonnegative().max(1_000_000);

/** A position as an opaque text, which only the list that it is bound to takes. */
export function encodeCursor(binding: CursorBinding, position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url') + digestOf(binding);
}

/**
 * The position that {@link encodeCursor} made a cursor of; `undefined` without one.
 * @throws SearchError INVALID_REQUEST, also for a cursor that is bound to something else
 */
export function decodeCursor<P extends Position>(
  cursor: string | undefined,
  binding: CursorBinding,
  schema: z.ZodType<P>,
): P | undefined {
  if (cursor === undefined) return undefined;
  const position = readPosition(cursor);
  if (!cursor.endsWith(digestOf(binding))) throw boundElsewhere(cursor);
  const read = schema.safeParse(position);
  if (!read.success) throw unknownCursor(cursor, read.error);
  return read.data;
}

function readPosition(cursor: string): readonly unknown[] {
  try {
    const text = Buffer.from(cursor.slice(0, -BINDING_LENGTH), 'base64url').toString('utf8');
    return z.array(z.unknown()).parse(JSON.parse(text));
  } catch (cause) {
    throw unknownCursor(cursor, cause);
  }
}

function digestOf(binding: CursorBinding): string {
  return createHash('sha256').update(JSON.stringify(binding)).digest('base64url').slice(0, BINDING_LENGTH);
}

function boundElsewhere(cursor: string): SearchError {
  return new SearchError('INVALID_REQUEST', `cursor ${JSON.stringify(cursor)}: is of another list or question`, {
    remedy:
      'Ask the same as the answer that gave it was asked (query, path, prefix, generations compared), or leave it out ' +
      'to begin at the start.',
  });
}

function unknownCursor(cursor: string, cause: unknown): SearchError {
  return new SearchError('INVALID_REQUEST', `cursor ${JSON.stringify(cursor)}: is none that an answer gave`, {
    remedy: 'Pass `nextCursor` of the last answer unchanged, or leave it out to begin at the start.',
    cause,
  });
}

/** One page of a list. */
export interface ListPage<T> {
  readonly entries: readonly T[];
  readonly last: T | undefined;
  readonly hasMore: boolean;
}

/**
 * The next entries of a sorted list.
 * @param isShown true of the entries up to the last one shown, whether that is still there or not
 */
export function pageAfter<T>(list: readonly T[], limit: number, isShown: (entry: T) => boolean): ListPage<T> {
  let start = 0;
  let end = list.length;
  while (start < end) {
    const middle = (start + end) >>> 1;
    const entry = list[middle];
    if (entry !== undefined && isShown(entry)) start = middle + 1;
    else end = middle;
  }
  const entries = list.slice(start, start + limit);
  return { entries, last: entries.at(-1), hasMore: start + limit < list.length };
}

/** A whole number within limits, or the default. @throws SearchError INVALID_REQUEST */
export function requireLimit(
  value: number | undefined,
  bounds: { readonly default: number; readonly most: number },
): number {
  const limit = value ?? bounds.default;
  if (Number.isInteger(limit) && limit >= 1 && limit <= bounds.most) return limit;
  throw new SearchError('INVALID_REQUEST', `limit ${limit}: is not a whole number from 1 to ${bounds.most}`, {
    remedy: `Ask for 1 to ${bounds.most}; page through more with the cursor.`,
  });
}
