/** The arguments of a tool call, checked so that a refusal reads like every other failure of a tool. */
import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import type { z } from 'zod';
import { argumentFaults } from '../argument-faults.js';
import type { ProblemReport } from '../problem-report.js';

/** What a call was given, or why it is refused. */
export type ToolInput<T> = { readonly given: T } | { readonly refusal: ProblemReport };

/**
 * `schema` as the server lists it to clients, but a refusal is handed to the tool instead of being answered without a
 * code. Strict schemas refuse what they do not name.
 */
export function toolInput<T>(schema: z.ZodType<T>): StandardSchemaWithJSON<unknown, ToolInput<T>> {
  const { jsonSchema } = schema['~standard'];
  const validate = (value: unknown): { readonly value: ToolInput<T> } => {
    const { data, error } = schema.safeParse(value);
    return { value: error === undefined ? { given: data } : { refusal: refusalOf(error) } };
  };
  return { '~standard': { version: 1, vendor: 'snapdex', jsonSchema, validate } };
}

function refusalOf(error: z.ZodError): ProblemReport {
  return {
    code: 'INVALID_REQUEST',
    message: argumentFaults(error),
    remedy: "Correct the arguments as the tool's input schema describes them, then call again.",
  };
}
