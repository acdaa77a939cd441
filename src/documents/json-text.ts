import { inspect, types } from 'node:util';
import { DocumentError } from './errors.js';

/**
 * The JSON of a value. What JSON would lose or change without a word is refused: numbers that are not finite, functions,
 * symbols, dates that are none, `undefined` in an array, views of bytes, errors, and whatever it would make `{}` of that
 * is no plain object (maps, promises, patterns). A property that is undefined is left out, and `toJSON` is used.
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
    return JSON.stringify(value, function replace(this: unknown, key: string, inner: unknown) {
      const given = key === '' ? value : Reflect.get(Object(this), key);
      if (isLostIn(this, inner) || isInvalidDate(given))
        throw notJson(name, `JSON cannot keep ${shown(given)} ${key && `in ${inspect(key)}`}`);
      return inner;
    });
  } catch (error) {
    if (error instanceof DocumentError) throw error;
    // A cycle, a bigint, or deeper than the stack.
    throw notJson(name, error instanceof Error ? error.message : String(error), error);
  }
}

/** Whether a value, what `toJSON` gave if it has that, would become another one in the JSON of its holder. */
function isLostIn(holder: unknown, value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  if (typeof value === 'function' || typeof value === 'symbol') return true;
  if (value === undefined) return Array.isArray(holder);
  if (typeof value !== 'object' || value === null || Array.isArray(value) || types.isBoxedPrimitive(value))
    return false;
  return (
    types.isNativeError(value) || ArrayBuffer.isView(value) || (!isPlain(value) && Object.keys(value).length === 0)
  );
}

/** Of this realm or another one. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function isInvalidDate(value: unknown): boolean {
  return types.isDate(value) && Number.isNaN(value.getTime());
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
