import { inspect } from 'node:util';
import { z } from 'zod';
import { StoreError } from './errors.js';

/** A JSON value, as manifests carry it. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** Far above what anybody describes, and far below what any thread's stack takes to read it again. */
const DEEPEST_NESTING = 100;

/** Any JSON value that is nested at most 100 deep. */
export const jsonValueSchema: z.ZodType<JsonValue> = z.custom<JsonValue>(
  (value) => isJsonValue(value, DEEPEST_NESTING),
  'is no JSON value, or nested more than 100 deep',
);

function isJsonValue(value: unknown, levelsLeft: number): value is JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || levelsLeft === 0) return false;
  return Object.values(value).every((inner) => isJsonValue(inner, levelsLeft - 1));
}

/**
 * A copy of an object as JSON keeps it.
 * @param name what the object is, for an error
 * @throws StoreError INVALID_OPTION, which names what JSON would change or lose
 */
export function copyJsonObject(object: unknown, name: string): { readonly [key: string]: JsonValue } {
  if (isPlainObject(object)) return copyEntries(object, name, DEEPEST_NESTING);
  throw notKept(object, name);
}

function copyJson(value: unknown, place: string, levelsLeft: number): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value !== 'object' || levelsLeft === 0) throw notKept(value, place);
  // A hole is a value too, and no JSON.
  if (Array.isArray(value))
    return Array.from(value, (inner, index) => copyJson(inner, `${place}[${index}]`, levelsLeft - 1));
  if (!isPlainObject(value)) throw notKept(value, place);
  return copyEntries(value, place, levelsLeft - 1);
}

function copyEntries(object: object, place: string, levelsLeft: number): { readonly [key: string]: JsonValue } {
  const copy: { [key: string]: JsonValue } = {};
  for (const [key, value] of Object.entries(object)) {
    if (key === '__proto__') throw notKept(key, `${place} with the key`);
    copy[key] = copyJson(value, `${place}.${key}`, levelsLeft);
  }
  return copy;
}

/** No instance of a class, also where another realm (a context of `node:vm`) has made it. */
function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function notKept(value: unknown, place: string): StoreError {
  const what = inspect(value, { depth: 0, breakLength: Number.POSITIVE_INFINITY }).slice(0, 100);
  return new StoreError('INVALID_OPTION', `${place}: ${what} cannot be kept as JSON`, {
    remedy: 'Describe a generation with an object of plain JSON values that are nested at most a hundred deep.',
  });
}
