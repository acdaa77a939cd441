import { z } from 'zod';
import { foundValue } from './argument-faults.js';

interface Bounds {
  readonly least: number;
  /** Default none. */
  readonly most?: number;
}

/** A whole number as an argument; whatever is wrong with another value, its refusal tells both bounds and the value. */
export function wholeNumber(bounds: Bounds): z.ZodNumber {
  const { least, most = Number.MAX_SAFE_INTEGER } = bounds;
  const refusal = refusing(bounds);
  return z.number(refusal).int(refusal).min(least, refusal).max(most, refusal);
}

/** As {@link wholeNumber}, of the text that a query of HTTP has. */
export function wholeNumberInText(bounds: Bounds): z.ZodType<number> {
  return z.coerce.number(refusing(bounds)).pipe(wholeNumber(bounds));
}

function refusing({ least, most }: Bounds): { readonly error: z.core.$ZodErrorMap } {
  const allowed = most === undefined ? `of at least ${least}` : `from ${least} to ${most}`;
  return {
    error: ({ input }) =>
      input === undefined ? 'is missing' : `expected a whole number ${allowed}${foundNumber(input)}`,
  };
}

/** A text that is no number has become `NaN`. */
function foundNumber(input: unknown): string {
  return Number.isNaN(input) ? '' : `, ${foundValue(input)}`;
}
