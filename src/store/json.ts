import { z } from 'zod';

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
