import { z } from 'zod';
import { foundValue } from '../argument-faults.js';

/** A generation as clients name it: models write numbers as numbers and as texts. */
export const generationName: z.ZodType<number | string> = z.union(
  [z.number().int().min(1), z.string().trim().min(1).max(100)],
  {
    error: ({ input }) =>
      input === undefined
        ? 'is missing'
        : `expected the number of a generation, a tag, or a time as 2026-01-31T12:00Z, ${foundValue(input)}`,
  },
);

/** The argument `as_of` of every tool that reads. */
export const asOfArgument: z.ZodOptional<typeof generationName> = generationName
  .optional()
  .describe(
    'Answer from the past: number of a generation, a tag, or a time as 2026-01-31T12:00Z (the generation that was newest then). Default now',
  );

/** The argument as the index is asked with it. */
export function asOfRequest(asOf: number | string | undefined): { readonly asOf?: string } {
  return asOf === undefined ? {} : { asOf: String(asOf) };
}
