import { inspect } from 'node:util';
import { DocumentError } from './errors.js';

/**
 * The JSON of a value. What JSON would lose or change without a word is refused: numbers that are not finite,
 * functions, symbols, maps and sets. A property that is undefined is left out, and `toJSON` is used.
 * @param name what the value is, for an error
 * @throws DocumentError DOCUMENT_INVALID
 */
export function jsonTextOf(value: unknown, name: string): string {
  const text = stringify(value, name);
  if (text === undefined) throw notJson(name, 'it is undefined, which JSON cannot keep');
  return text;
}

function stringify(value: unknown, name: string): string | undefined {
  try {
    return JSON.stringify(value, (key: string, inner: unknown) => {
      if (isChangedByJson(inner))
        throw notJson(name, `JSON cannot keep ${shown(inner)} ${key && `in ${inspect(key)}`}`);
      return inner;
    });
  } catch (error) {
    if (error instanceof DocumentError) throw error;
    // A cycle, a bigint, or deeper than the stack.
    throw notJson(name, error instanceof Error ? error.message : String(error), error);
  }
}

function isChangedByJson(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  if (typeof value === 'function' || typeof value === 'symbol') return true;
  return value instanceof Map || value instanceof Set;
}

function shown(value: unknown): string {
  return inspect(value, { depth: 0, breakLength: Number.POSITIVE_INFINITY }).slice(0, 100);
}

function notJson(name: string, problem: string, cause?: unknown): DocumentError {
  return new DocumentError('DOCUMENT_INVALID', `${name}: ${problem.trim()}`, {
    remedy: 'Give plain JSON values; a function that changes a document returns the whole new one.',
    cause,
  });
}
