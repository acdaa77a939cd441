import { z } from 'zod';

/** A JSON value, as manifests carry it. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** Any JSON value. */
export const jsonValueSchema: z.ZodType<JsonValue> = z.json();
