import { z } from 'zod';
import { SearchError } from '../errors.js';

/** Where a list goes on, and in which generation it began. */
export interface Cursor {
  readonly generation: number;
  readonly offset: number;
}

const cursorSchema = z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative().max(1_000_000)]);

/** A cursor as an opaque string. */
export function encodeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify([cursor.generation, cursor.offset])).toString('base64url');
}

/** The offset that a cursor stands for; 0 without one. @throws SearchError INVALID_REQUEST */
export function offsetOf(cursor: string | undefined): number {
  return cursor === undefined ? 0 : decodeCursor(cursor).offset;
}

/** What {@link encodeCursor} made a string of. @throws SearchError INVALID_REQUEST */
export function decodeCursor(cursor: string): Cursor {
  try {
    const [generation, offset] = cursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    return { generation, offset };
  } catch (cause) {
    throw new SearchError('INVALID_REQUEST', `cursor ${JSON.stringify(cursor)}: is none that an answer gave`, {
      remedy: 'Pass `nextCursor` of the last answer unchanged, or leave it out to begin at the start.',
      cause,
    });
  }
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
