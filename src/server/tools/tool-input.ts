/** The arguments of a tool call, checked so that a refusal reads like every other failure of a tool. */
import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { argumentFaults } from '../argument-faults.js';
import type { ProblemReport } from '../problem-report.js';

/** What a call was given, or why it is refused. */
export type ToolInput<T> = { readonly given: T } | { readonly refusal: ProblemReport };

/** A schema of named arguments. */
type ObjectSchema<T> = z.ZodType<T> & { readonly shape: object };

/**
 * What Cursor sends to a tool that takes nothing, because its models cannot call one without arguments: it shows them
 * this argument, whatever the server lists, so that a refusal would not help anybody.
 */
const FILLER = 'random_string';

/**
 * `schema` as the server lists it to clients, but a refusal is handed to the tool instead of being answered without a
 * code. Schemas are strict: a misspelt argument is refused, and clients see that in the list.
 */
export function toolInput<T>(schema: ObjectSchema<T>): StandardSchemaWithJSON<unknown, ToolInput<T>> {
  const { jsonSchema } = schema['~standard'];
  const names = Object.keys(schema.shape);
  const validate = (value: unknown): { readonly value: ToolInput<T> } => {
    const { data, error } = schema.safeParse(value, { reportInput: true });
    return { value: error === undefined ? { given: data } : { refusal: refusalOf(error, names) } };
  };
  return { '~standard': { version: 1, vendor: 'snapdex', jsonSchema, validate } };
}

/** The input of a tool that takes nothing. */
export function noInput(): StandardSchemaWithJSON<unknown, ToolInput<object>> {
  const { '~standard': standard } = toolInput(z.strictObject({}));
  return { '~standard': { ...standard, validate: (value) => standard.validate(withoutFiller(value)) } };
}

function withoutFiller(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== FILLER));
}

function refusalOf(error: z.ZodError, names: readonly string[]): ProblemReport {
  return {
    code: 'INVALID_REQUEST',
    message: argumentFaults(error, names),
    remedy: "Correct the arguments as the tool's input schema describes them, then call again.",
  };
}
